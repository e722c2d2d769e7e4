"""`chikaya agencies` finds an agency by any of its names, and says so if there is none."""

import json
from pathlib import Path

import pytest

from gateway.config import load
from resolvers.agencies import called
from tests.gateway.importing.command import chikaya

FILE = Path(__file__).parents[3] / "agencies.yaml"
CITY = """\
sources:
  city: {connector: memory, mode: live, demonstration: true}
agencies:
  - code: invented-city
    name: {ar: مدينة خيالية, fr: Ville inventée}
    class: OTHER
    source: city
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The shipped registry with an agency that has a system of its own."""
    (tmp_path / "agencies.yaml").write_bytes(FILE.read_bytes())
    (tmp_path / "agencies.d").mkdir()
    (tmp_path / "agencies.d" / "city.yaml").write_text(CITY, encoding="utf-8")
    return tmp_path


def test_all_are_listed_with_their_names_and_who_holds_their_cases(home: Path) -> None:
    done = chikaya(home, "agencies", "--json")
    assert done.returncode == 0
    rows = json.loads(done.stdout)
    assert [row["code"] for row in rows] == list(load(home / "agencies.yaml", environ={}).agencies)
    assert rows[-1] == {
        "code": "invented-city",
        "name": {"ar": "مدينة خيالية", "fr": "Ville inventée"},
        "class": "OTHER",
        "region": None,
        "parent": None,
        "source": "city",
        "mode": "LIVE",
        "services": 0,
        "demonstration": True,
    }
    assert not (home / "var").exists()


def test_a_table_is_for_people(home: Path) -> None:
    done = chikaya(home, "agencies", "invented")
    assert done.returncode == 0
    for word in ("invented-city", "OTHER", "city (live)", "Ville inventée", "مدينة خيالية"):
        assert word in done.stdout
    assert "interior" not in done.stdout


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("وزارة العدل", ["justice"]),
        ("PECHE", ["agriculture"]),
        ("electricite eau", ["onee"]),
        ("cnss", ["cnss"]),
        ("commune-fes", ["commune-fes"]),
        ("maarif", ["arrondissement-maarif"]),
        ("أكادير", ["commune-agadir"]),
        ("اكادير", ["commune-agadir"]),
        ("railways", ["oncf"]),
    ],
)
def test_an_agency_is_found_by_words_of_its_code_or_of_a_name_in_any_language(
    home: Path, text: str, codes: list[str]
) -> None:
    agencies = load(home / "agencies.yaml", environ={}).agencies.values()
    assert [agency.code for agency in called(text, agencies)] == codes


def test_no_match_is_said_and_told_by_how_it_leaves(home: Path) -> None:
    done = chikaya(home, "agencies", "weather")
    said = 'no agency is called "weather"; `chikaya agencies` lists all 30'
    assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", said)
    done = chikaya(home, "agencies", "weather", "--json")
    assert (done.returncode, json.loads(done.stdout), done.stderr.strip()) == (1, [], said)


def test_mistakes_in_the_registry_are_told_all_at_once(home: Path) -> None:
    (home / "agencies.d" / "city.yaml").write_text(
        CITY.replace("memory", "memori").replace("OTHER", "OTHERS"), encoding="utf-8"
    )
    done = chikaya(home, "agencies")
    assert (done.returncode, done.stdout) == (2, "")
    first, second = done.stderr.splitlines()
    assert first.startswith(
        'agencies.d/city.yaml:2:21: source "city" uses connector "memori"; known: '
    )
    assert first.endswith('(did you mean "memory"?)')
    assert second.startswith('agencies.d/city.yaml:6:12: agency "invented-city", class: ')


def test_help_tells_what_can_be_asked(home: Path) -> None:
    done = chikaya(home, "agencies", "--help")
    assert done.returncode == 0
    for word in ("TEXT", "--agencies", "--json", "exit 1 if none"):
        assert word.lower() in done.stdout.lower()
