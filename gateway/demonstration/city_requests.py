"""Invent the services and requests of a city that exists nowhere, as GeoReport v2 tells them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from gateway.demonstration.places import DISTRICTS
from gateway.demonstration.wording import SPANS, WISHES, troubles_with

OLDEST: Final = timedelta(days=200)
TIME_TO_MEND: Final = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class City:
    """An invented city."""

    code: str
    """The beginning of its request ids; lower-case letters."""
    name: str
    latitude: float
    """Of its middle, as the longitude; WGS 84."""
    longitude: float


@dataclass(frozen=True, slots=True)
class _CityService:
    code: str
    name: str
    group: str
    keywords: str
    """Separated by commas, as GeoReport has them."""


_SERVICES: Final = (
    _CityService("eau", "Eau potable et assainissement", "Réseaux", "eau,fuite,égout"),
    _CityService("eclairage", "Éclairage public", "Réseaux", "lampadaire,ampoule,câble"),
    _CityService("dechets", "Déchets et propreté", "Cadre de vie", "ordures,collecte,conteneur"),
    _CityService("voirie", "Voirie et trottoirs", "Cadre de vie", "chaussée,trou,trottoir"),
    _CityService("etat-civil", "État civil", "Guichets", "acte,extrait,livret"),
    _CityService("taxes", "Taxes communales", "Guichets", "taxe,paiement,avis"),
)


def generate_services() -> list[dict[str, Any]]:
    """The services every invented city has, as `services.json` lists them."""
    return [
        {
            "service_code": service.code,
            "service_name": service.name,
            "description": f"{service.name} : signaler un problème",
            "metadata": False,
            "type": "realtime",
            "keywords": service.keywords,
            "group": service.group,
        }
        for service in _SERVICES
    ]


def generate_requests(
    city: City, *, count: int, seed: int, now: datetime
) -> Iterator[dict[str, Any]]:
    """Invent `count` requests of `city`, as `requests.json` lists them, in no order of time.

    The n-th one does not depend on `count`; none was made or changed after `now`.
    """
    for number in range(1, count + 1):
        chance = Random(f"{city.code}:{seed}:{number}")  # noqa: S311 - to be repeated, not secret
        yield _request(chance, city, number, now.replace(microsecond=0))


def _request(chance: Random, city: City, number: int, now: datetime) -> dict[str, Any]:
    service = chance.choice(_SERVICES)
    requested = now - timedelta(seconds=chance.randrange(int(OLDEST.total_seconds())))
    updated = requested + timedelta(seconds=chance.randrange(30 * 86_400))
    touched = updated <= now
    closed = touched and chance.random() < 0.7  # noqa: PLR2004 - about what cities report
    district = chance.choice(DISTRICTS)
    language = chance.choice(("ar", "fr", "fr"))
    said = [
        chance.choice(parts)
        for parts in (troubles_with(f"{service.name} {service.keywords}"), SPANS, WISHES)
    ]
    if language == "ar":
        trouble, span, wish = (words.ar for words in said)
    else:
        trouble, span, wish = (words.fr for words in said)
    return {
        "service_request_id": f"{city.code}-{number:05d}",
        "status": "closed" if closed else "open",
        "status_notes": "Intervention terminée" if closed else None,
        "service_name": service.name,
        "service_code": service.code,
        "description": f"{trouble} {span}. {wish}",
        "agency_responsible": city.name,
        "service_notice": None,
        "requested_datetime": _written(requested),
        "updated_datetime": _written(updated if touched else requested),
        "expected_datetime": _written(requested + TIME_TO_MEND),
        "address": f"{district.fr}, {city.name}",
        "address_id": None,
        "zipcode": None,
        "lat": round(city.latitude + chance.uniform(-0.03, 0.03), 5),
        "long": round(city.longitude + chance.uniform(-0.03, 0.03), 5),
        "media_url": None,
    }


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
