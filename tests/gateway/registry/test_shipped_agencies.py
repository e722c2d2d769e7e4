"""The shipped agencies.yaml describes the pilot's 29 administrations, and keeps its own rules."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from connectors.contract.records import Agency, AgencyClass, LocalizedText, Service
from connectors.contract.text import fold
from gateway.config import Configured, load
from gateway.demonstration.places import PLACES

ROOT = Path(__file__).parents[3]
FILE = ROOT / "agencies.yaml"
REGIONS = ROOT / "../shared/data/ma_iso3166_2.csv"

ARABIC = re.compile(r"[\u0621-\u064a]")
LATIN = re.compile(r"[A-Za-zÀ-ÿ]")


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Configured:
    """The file by itself, without what somebody has added in agencies.d/ beside it."""
    copy = tmp_path_factory.mktemp("shipped") / FILE.name
    copy.write_bytes(FILE.read_bytes())
    return load(copy, environ={}, production=True)


@pytest.fixture(scope="module")
def agencies(configured: Configured) -> list[Agency]:
    return list(configured.agencies.values())


@pytest.fixture(scope="module")
def services(agencies: list[Agency]) -> list[Service]:
    return [service for agency in agencies for service in agency.services]


def names(agencies: list[Agency], services: list[Service]) -> Iterator[LocalizedText]:
    return chain((agency.name for agency in agencies), (service.name for service in services))


def test_there_are_twelve_ministries_ten_establishments_and_seven_local_ones(
    agencies: list[Agency],
) -> None:
    assert Counter(agency.agency_class for agency in agencies) == {
        AgencyClass.MINISTRY: 12,
        AgencyClass.EEP: 10,
        AgencyClass.COLLECTIVITE: 7,
    }


def test_none_is_invented_and_the_store_keeps_the_cases_of_all(
    configured: Configured, agencies: list[Agency]
) -> None:
    assert configured.sources == ()
    assert not any(agency.demonstration for agency in agencies)


def test_names_are_in_the_letters_of_their_language(
    agencies: list[Agency], services: list[Service]
) -> None:
    for name in names(agencies, services):
        assert name.ar is not None
        assert ARABIC.search(name.ar), name
        assert not LATIN.search(name.ar), name
        for text in (name.fr, name.en):
            assert text is not None
            assert LATIN.search(text), name
            assert not ARABIC.search(text), name


def test_no_two_agencies_would_be_taken_for_each_other(agencies: list[Agency]) -> None:
    for language in ("ar", "fr", "en"):
        folded = Counter(fold(getattr(agency.name, language)) for agency in agencies)
        assert [name for name, count in folded.items() if count > 1] == []


def test_no_two_services_of_an_agency_would_be_taken_for_each_other(
    agencies: list[Agency],
) -> None:
    for agency in agencies:
        assert len({service.code for service in agency.services}) == len(agency.services)
        for language in ("ar", "fr", "en"):
            folded = {fold(getattr(service.name, language)) for service in agency.services}
            assert len(folded) == len(agency.services), agency.code


def test_each_has_a_handful_of_services_and_each_of_those_is_found_in_both_languages(
    agencies: list[Agency], services: list[Service]
) -> None:
    assert {agency.code for agency in agencies if not 3 <= len(agency.services) <= 8} == set()
    for service in services:
        words = " ".join(service.keywords)
        assert ARABIC.search(words), service.id
        assert LATIN.search(words), service.id


def test_a_service_code_is_plain_enough_for_links(services: list[Service]) -> None:
    assert [each.id for each in services if not re.fullmatch(r"[a-z]+(-[a-z]+)*", each.code)] == []


def test_the_order_is_the_one_that_the_file_tells(agencies: list[Agency]) -> None:
    classes = [AgencyClass.MINISTRY, AgencyClass.EEP, AgencyClass.COLLECTIVITE]
    assert agencies == sorted(
        agencies, key=lambda agency: (classes.index(agency.agency_class), agency.code)
    )
    for agency in agencies:
        codes = [service.code for service in agency.services]
        assert codes == sorted(codes), agency.code


def test_only_arrondissements_are_a_part_of_another(configured: Configured) -> None:
    parents = {code: agency.parent for code, agency in configured.agencies.items() if agency.parent}
    assert parents == {
        "arrondissement-gueliz": "commune-marrakech",
        "arrondissement-maarif": "commune-casablanca",
    }
    for code, parent in parents.items():
        assert configured.agencies[code].region == configured.agencies[parent].region


def test_a_commune_lies_in_the_region_of_its_town(configured: Configured) -> None:
    towns = {fold(place.fr): place for place in PLACES}
    for agency in configured.agencies.values():
        if agency.agency_class is AgencyClass.COLLECTIVITE and agency.parent is None:
            town = towns[fold(agency.name.fr or "").rpartition(" ")[2]]
            assert agency.region == town.region
            assert town.ar in (agency.name.ar or "")


def test_every_agency_says_the_region_of_its_seat(agencies: list[Agency]) -> None:
    assert [agency.code for agency in agencies if agency.region is None] == []


@pytest.mark.skipif(
    not REGIONS.exists(), reason="the list of regions is not part of the repository"
)
def test_towns_and_agencies_agree_with_the_iso_list(agencies: list[Agency]) -> None:
    with REGIONS.open(encoding="utf-8", newline="") as stream:
        listed = {row["code"]: row for row in csv.DictReader(stream)}
    regions = {code for code, row in listed.items() if row["type"] == "Region"}
    assert {agency.region for agency in agencies} <= regions
    assert {place.area_code: listed[place.area_code]["parent"] for place in PLACES} == {
        place.area_code: place.region for place in PLACES
    }


def test_the_first_line_leads_editors_to_the_schema() -> None:
    first = FILE.read_text("utf-8").splitlines()[0]
    path = first.removeprefix("# yaml-language-server: $schema=")
    assert path == "docs/agencies.schema.json"


def test_further_files_have_their_folder(configured: Configured, tmp_path: Path) -> None:
    (tmp_path / "agencies.yaml").write_bytes(FILE.read_bytes())
    folder = tmp_path / "agencies.d"
    folder.mkdir()
    (folder / "mine.yaml").write_text(
        "agencies: [{code: mine, name: {ar: لي, fr: À moi}, class: OTHER}]\n", encoding="utf-8"
    )
    more = load(tmp_path / "agencies.yaml", environ={})
    assert set(more.agencies) - set(configured.agencies) == {"mine"}
