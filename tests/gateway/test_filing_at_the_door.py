"""What comes in by the door as a filing: oversized, odd, too often; each is told clearly."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.gateway.cli.command import Served, serving

REGISTRY = """
version: 1
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
"""
FILE = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
  receipt { reference complaint { title description } } problems { code message path } } }"""
PER_MINUTE = 40
ODD = "\u202eafter 12 👩🏽\u200d⚖️ 𓀀 \u2066أمينة\u2069 ⵣ"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("door")
    (folder / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
    # Beyond the demonstration's sign-in people are nobody in particular.
    env = {"CHIKAYA_OIDC_ISSUER": "http://127.0.0.1:9", "CHIKAYA_OIDC_AUDIENCE": "chikaya"}
    env["CHIKAYA_FILINGS_PER_MINUTE"] = str(PER_MINUTE)
    with serving("--no-demo", folder=folder, env=env) as running:
        yield running


def sent(served: Served, caller: str, body: bytes) -> httpx2.Response:
    headers = {"Content-Type": "application/json", "X-Forwarded-For": caller}
    return httpx2.post(served.url, content=body, headers=headers, timeout=30)


def filed(served: Served, caller: str, key: str, **given: Any) -> Any:
    wanted = {"agency": "water", "description": "Fuite", "idempotencyKey": key.ljust(22, "k")}
    body = {"query": FILE, "variables": {"input": wanted | given}}
    return sent(served, caller, json.dumps(body, ensure_ascii=False).encode()).json()


def test_ten_megabytes_are_refused_before_they_are_read(served: Served) -> None:
    body = json.dumps({"query": FILE, "variables": {"input": {"description": "ا" * 5_000_000}}})
    answer = sent(served, "192.0.2.1", body.encode())
    assert answer.status_code == 413
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "REQUEST_ENTITY_TOO_LARGE"
    assert "ا" not in answer.text


@pytest.mark.parametrize(("length", "taken"), [(20_000, True), (20_001, False), (400_000, False)])
def test_one_long_line_is_taken_or_told_to_be_too_long(
    served: Served, length: int, taken: bool
) -> None:
    told = filed(served, "192.0.2.2", f"long {length}", description="ش" * length)
    payload = told["data"]["fileComplaint"]
    assert (payload["receipt"] is not None) == taken
    assert [(each["code"], each["path"]) for each in payload["problems"]] == (
        [] if taken else [("TOO_LONG", ["description"])]
    )


def test_odd_words_are_kept_and_lines_are_straightened(served: Served) -> None:
    told = filed(served, "192.0.2.3", "odd", description=f"{ODD}\0\x1b\n", title=f"{ODD}\0\n{ODD}")
    straight = "after 12 👩🏽\u200d⚖️ 𓀀 أمينة ⵣ"
    assert told["data"]["fileComplaint"]["receipt"]["complaint"] == {
        "title": f"{straight} {straight}",
        "description": f"{ODD}\n",
    }


@pytest.mark.parametrize("where", ["variables", "document"])
def test_half_a_character_is_no_request(served: Served, where: str) -> None:
    said = '"\\ud800"'
    if where == "variables":
        body = '{"query": "query ($a: String!) { agency(code: $a) { code } }", "variables": {"a": '
        body += f"{said}}}}}"
    else:
        body = json.dumps({"query": f"{{ agency(code: {said}) {{ code }} }}"})
    answer = sent(served, "192.0.2.4", body.encode())
    assert answer.status_code in {200, 400}
    [error] = answer.json()["errors"]
    assert error.get("extensions", {}).get("code") != "INTERNAL"


def test_an_address_in_arabic_letters_and_a_number_in_arabic_digits_are_taken(
    served: Served,
) -> None:
    contact = {"name": "أمينة El Fassi", "email": "شكاية@مثال.المغرب", "phone": "٠٦ ١٢ ٣٤ ٥٦ ٧٨"}
    told = filed(served, "192.0.2.5", "contact", contact=contact)
    assert told["data"]["fileComplaint"]["problems"] == []


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ({"areaCode": "MA-XYZ"}, ["location", "areaCode"]),
        ({"areaCode": "Rabat"}, ["location", "areaCode"]),
        ({"latitude": 0, "longitude": 0}, ["location"]),
        ({"latitude": 34.02}, ["location"]),
        ({"latitude": 34.02, "longitude": 181}, ["location"]),
        ({"areaCode": "MA-RAB", "latitude": -6.84, "longitude": 34.02}, ["location"]),
    ],
)
def test_a_place_that_is_none_is_told(
    served: Served, location: dict[str, Any], path: list[str]
) -> None:
    told = filed(served, "192.0.2.6", "place", location=location)
    assert [each["path"] for each in told["data"]["fileComplaint"]["problems"]] == [path]


def test_places_abroad_and_at_home_are_taken(served: Served) -> None:
    for number, place in enumerate(
        ({"latitude": 48.85, "longitude": 2.35}, {"areaCode": "MA-RAB"}, {"areaCode": "MA-12"})
    ):
        told = filed(served, "192.0.2.7", f"abroad {number}", location=place)
        assert told["data"]["fileComplaint"]["problems"] == []


def test_one_address_is_stopped_while_all_others_file(served: Served) -> None:
    flood = [filed(served, "198.51.100.1", f"flood {number}") for number in range(PER_MINUTE + 3)]
    refused = [told["errors"][0]["extensions"] for told in flood if "errors" in told]
    assert len(refused) == 3
    for extensions in refused:
        assert extensions["code"] == "TOO_MANY_FILINGS"
        assert 0 < extensions["retryAfter"] <= 60
    for number in range(20):
        told = filed(served, f"203.0.113.{number}", f"other {number}")
        assert told["data"]["fileComplaint"]["receipt"] is not None
