"""`chikaya seed` answers for every row, and does nothing twice."""

import csv
import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.records import STORE
from connectors.store import Store
from gateway.config import load
from tests.gateway.importing.command import chikaya
from tests.gateway.importing.conftest import AGENCIES
from tests.gateway.importing.stored import everything

FIXTURES = Path(__file__).parent / "fixtures"
OPEN_QUOTE = "row: expected a closing quote before the next row begins, came none"
STRAY_QUOTE = "row: expected a delimiter after a closing quote, came text"


def account(folder: Path, *arguments: str | Path, leaves: int, **environ: str) -> dict[str, Any]:
    done = chikaya(folder, "seed", *arguments, "--json", environ=environ)
    assert done.returncode == leaves, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


async def test_every_row_is_imported_or_rejected_and_a_second_time_changes_nothing(
    home: Path, database_url: str
) -> None:
    quotes = FIXTURES / "quotes.csv"
    given = {"CHIKAYA_DATABASE_URL": database_url}
    first = account(home, "--from", quotes, "--mapping", "montreal", leaves=1, **given)
    counted = {
        "mapping": "montreal",
        "agency": "montreal-311",
        "read": 11,
        "imported": 6,
        "rejected": 5,
        "rejects": {
            OPEN_QUOTE: {"count": 4, "lines": [3, 5, 6, 12]},
            STRAY_QUOTE: {"count": 1, "lines": [8]},
        },
        "warnings": {},
        "by_status": {"ANSWERED": 6},
        "by_month": {"2024-05": 6},
        "rejects_file": "quotes.rejects.csv",
    }
    registered = {"registered": "agencies.d/montreal-311.yaml"}
    assert first == counted | registered | {"new": 6, "changed": 0, "unchanged": 0}
    kept = await everything(database_url)
    assert {complaint.origin.source_id for complaint in kept} == {
        f"montreal:{row}" for row in (1, 3, 6, 8, 9, 10)
    }

    second = account(home, "--from", quotes, "--mapping", "montreal", leaves=1, **given)
    assert second == counted | {"new": 0, "changed": 0, "unchanged": 6}
    assert await everything(database_url) == kept


async def test_a_row_that_the_publisher_changed_is_changed_and_no_other(
    home: Path, sqlite_url: str
) -> None:
    file = home / "again.csv"
    said = (FIXTURES / "quotes.csv").read_text(encoding="utf-8")
    given = {"CHIKAYA_DATABASE_URL": sqlite_url}
    for content in (said, said.replace("Grille,Terminée", "Grille,Réactivée")):
        file.write_text(content, encoding="utf-8")
        told = account(home, "--from", file, "--mapping", "montreal", leaves=1, **given)
    assert (told["new"], told["changed"], told["unchanged"]) == (0, 1, 5)
    assert {
        complaint.origin.source_id: complaint.version
        for complaint in await everything(sqlite_url)
        if complaint.version != 1
    } == {"montreal:6": 2}


def test_the_rejects_stand_whole_in_a_file_for_their_owner(home: Path) -> None:
    target = home / "mine.csv"
    target.write_text("older")
    target.chmod(0o644)
    quotes = FIXTURES / "quotes.csv"
    account(home, "--from", quotes, "--mapping", "montreal", "--rejects", target, leaves=1)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with target.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    source = quotes.read_text(encoding="utf-8").splitlines()
    assert rows[0] == ["line", "reason", "raw"]
    assert [(int(line), reason) for line, reason, _ in rows[1:]] == [
        (3, OPEN_QUOTE),
        (5, OPEN_QUOTE),
        (6, OPEN_QUOTE),
        (8, STRAY_QUOTE),
        (12, OPEN_QUOTE),
    ]
    assert all(raw == source[int(line) - 1] for line, _, raw in rows[1:])


def test_people_read_an_account_and_see_how_far_it_got(home: Path) -> None:
    done = chikaya(home, "seed", "--from", FIXTURES / "words.csv", "--mapping", "montreal")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "read            12",
        "imported        11",
        "new             11",
        "changed         0",
        "unchanged       0",
        "rejected        1",
        "rejects file    words.rejects.csv",
        "registered      agencies.d/montreal-311.yaml",
        (
            "reject          1: nature: expected one of Requete, Plainte, Commentaire, came text "
            "(lines 13)"
        ),
        (
            "warning         1: dernier_statut: expected one of 9 statuses, came another word; "
            "taken as UNDER_ASSESSMENT (lines 11)"
        ),
        (
            "warning         1: dernier_statut: expected one of 9 statuses, came nothing; "
            "taken as UNDER_ASSESSMENT (lines 12)"
        ),
        (
            "warning         1: provenance: expected one of 7 channels, came another; left out "
            "(lines 6)"
        ),
        "ACKNOWLEDGED                 1",
        "ANSWERED                     1",
        "INADMISSIBLE                 1",
        "IN_PROGRESS                  2",
        "REOPENED                     1",
        "UNDER_ASSESSMENT             3",
        "WITHDRAWN                    2",
        "2024-05                     11",
    ]
    assert "words.csv" in done.stderr
    assert "12/12" in done.stderr


def test_without_rejects_it_leaves_nothing_behind_and_says_so_by_leaving_with_0(
    home: Path,
) -> None:
    told = account(home, "--from", FIXTURES / "stages.csv", "--mapping", "baltimore", leaves=0)
    assert (told["imported"], told["rejected"], told["rejects_file"]) == (11, 0, None)
    assert {path.name for path in home.iterdir()} == {"agencies.yaml", "agencies.d", "var"}
    assert not (home / "var" / "keys").exists()


def test_a_new_agency_is_served_from_the_next_start_on(home: Path) -> None:
    file = str(FIXTURES / "letters.yaml")
    account(home, "--from", FIXTURES / "letters.csv", "--mapping", file, leaves=1)
    letters = load(home / "agencies.yaml", environ={}).agencies["letters"]
    assert (letters.name.ar, letters.name.fr, letters.agency_class) == ("رسائل", "Lettres", "OTHER")


def test_an_entry_that_was_edited_stays_and_one_that_is_not_included_is_told(home: Path) -> None:
    (home / "agencies.yaml").write_text(AGENCIES.replace("agencies.d/*.yaml", "more/*"), "utf-8")
    entry = home / "agencies.d" / "montreal-311.yaml"
    entry.parent.mkdir()
    entry.write_text("# edited\n")
    told = account(home, "--from", FIXTURES / "twice.csv", "--mapping", "montreal", leaves=1)
    assert told["not_registered"] == (
        "agencies.yaml does not include agencies.d/montreal-311.yaml: "
        "add include: [agencies.d/*.yaml]"
    )
    assert entry.read_text() == "# edited\n"


REFUSED: dict[str, tuple[tuple[str | Path, ...], Mapping[str, str], str]] = {
    "no source": ((), {}, "give either --from FILE with --mapping NAME, or --generated COUNT"),
    "no mapping": (
        ("--from", "rows.csv"),
        {},
        "give either --from FILE with --mapping NAME, or --generated COUNT",
    ),
    "no file": (
        ("--from", "nowhere.csv", "--mapping", "montreal"),
        {},
        "--from: expected a file of rows at nowhere.csv; there is none",
    ),
    "an unknown mapping": (
        ("--from", FIXTURES / "words.csv", "--mapping", "toronto"),
        {},
        'no mapping "toronto"; known: baltimore, montreal, or the path of a .yaml file',
    ),
    "the rows as the file of rejects": (
        ("--from", "agencies.yaml", "--mapping", "montreal", "--rejects", "./agencies.yaml"),
        {},
        "--rejects: expected another file than the one that is read",
    ),
    "invented complaints in production": (
        ("--generated", "3"),
        {"CHIKAYA_ENV": "production"},
        "--generated: production takes no invented complaints",
    ),
}


@pytest.mark.parametrize(("arguments", "environ", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_refused_in_a_sentence_before_anything_is_written(
    home: Path, arguments: tuple[str | Path, ...], environ: Mapping[str, str], expected: str
) -> None:
    done = chikaya(home, "seed", *arguments, environ=environ)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", expected)
    assert [path.name for path in home.iterdir()] == ["agencies.yaml"]


async def test_a_database_is_migrated_on_sqlite_and_only_by_saying_so_on_postgresql(
    home: Path, empty_database_url: str, engine: str
) -> None:
    done = chikaya(
        home,
        *("seed", "--from", FIXTURES / "stages.csv", "--mapping", "baltimore", "--json"),
        environ={"CHIKAYA_DATABASE_URL": empty_database_url},
    )
    if engine == "sqlite":
        assert (done.returncode, json.loads(done.stdout)["new"]) == (0, 11)
    else:
        told = "the database is not migrated: run `chikaya migrate` first"
        assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", told)
        assert not (home / "agencies.d").exists()


def test_a_file_of_another_kind_is_refused_whole(home: Path) -> None:
    done = chikaya(home, "seed", "--from", FIXTURES / "words.csv", "--mapping", "baltimore")
    assert (done.returncode, done.stdout) == (2, "")
    assert "words.csv:1: mapping baltimore expects each of these columns once: " in done.stderr
    assert not list(home.glob("*.csv"))


def test_an_agency_that_keeps_its_own_cases_gets_none_from_a_file(home: Path) -> None:
    (home / "agencies.yaml").write_text(
        "version: 1\n"
        "sources: {city: {connector: memory, mode: live}}\n"
        "agencies:\n"
        "  - {code: montreal-311, name: {ar: م, fr: M}, class: OTHER, source: city}\n",
        encoding="utf-8",
    )
    done = chikaya(home, "seed", "--from", FIXTURES / "words.csv", "--mapping", "montreal")
    assert (done.returncode, done.stderr.strip()) == (
        2,
        (
            'agency "montreal-311" has its cases in source "city", not in the store; '
            "give the mapping another agency"
        ),
    )


async def test_while_another_process_writes_it_names_that_one(home: Path, sqlite_url: str) -> None:
    writer = await Store.open(sqlite_url)
    try:
        done = chikaya(
            home,
            *("seed", "--from", FIXTURES / "words.csv", "--mapping", "montreal"),
            environ={"CHIKAYA_DATABASE_URL": sqlite_url},
        )
    finally:
        await writer.aclose()
    assert done.returncode == 2
    assert "is written by process " in done.stderr
    assert await everything(sqlite_url) == []


async def test_invented_complaints_are_marked_and_of_every_own_agency(
    home: Path, sqlite_url: str
) -> None:
    told = account(home, "--generated", "40", leaves=0, CHIKAYA_DATABASE_URL=sqlite_url)
    assert told == {"imported": 40, "new": 40, "changed": 0, "unchanged": 0}
    kept = await everything(sqlite_url)
    assert len(kept) == 40
    assert all(complaint.demonstration for complaint in kept)
    assert {(each.origin.source, each.agency_code) for each in kept} == {(STORE, "interior")}


def test_help_tells_the_options(home: Path) -> None:
    done = chikaya(home, "seed", "--help")
    assert done.returncode == 0
    for option in ("--from", "--mapping", "--rejects", "--generated", "--database-url", "--json"):
        assert option in done.stdout
    assert "exit 1 if any was" in done.stdout
