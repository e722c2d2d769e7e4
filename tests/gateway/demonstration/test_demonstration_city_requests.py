"""An invented city speaks GeoReport v2, the same way for the same seed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.demonstration.city_requests import City, generate_requests, generate_services

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CITY = City(code="annour", name="Ville d'Annour", latitude=33.1, longitude=-6.2)
OTHER = City(code="asafa", name="Ville d'Asafa", latitude=32.1, longitude=-6.9)


@pytest.fixture(scope="module")
def requests() -> list[dict[str, Any]]:
    return list(generate_requests(CITY, count=300, seed=1, now=NOW))


def test_the_same_seed_gives_the_same_requests(requests: list[dict[str, Any]]) -> None:
    assert list(generate_requests(CITY, count=20, seed=1, now=NOW)) == requests[:20]
    assert list(generate_requests(CITY, count=20, seed=2, now=NOW)) != requests[:20]
    assert list(generate_requests(OTHER, count=20, seed=1, now=NOW)) != requests[:20]


def test_requests_have_the_shape_of_the_standard(requests: list[dict[str, Any]]) -> None:
    services = {service["service_code"]: service for service in generate_services()}
    for request in requests:
        assert json.loads(json.dumps(request)) == request
        assert request["service_name"] == services[request["service_code"]]["service_name"]
        assert request["status"] in {"open", "closed"}
        requested, updated = (
            datetime.fromisoformat(request[f"{name}_datetime"]) for name in ("requested", "updated")
        )
        assert requested <= updated <= NOW
        assert abs(request["lat"] - CITY.latitude) < 0.04
        assert abs(request["long"] - CITY.longitude) < 0.04
    assert len({request["service_request_id"] for request in requests}) == 300
    assert {request["status"] for request in requests} == {"open", "closed"}
    assert {request["service_code"] for request in requests} == set(services)


def test_open_requests_are_the_fewer(requests: list[dict[str, Any]]) -> None:
    still_open = sum(request["status"] == "open" for request in requests)
    assert 30 < still_open < 150
