"""How a gateway stands by its store: what is told, and what of it needs a person."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.contract.beats import Beat
from connectors.contract.letters import LetterEnded, LetterKind, LetterState
from connectors.contract.outbox import DeliveryState, Stopped
from connectors.contract.records import SourceId
from connectors.store import Store
from connectors.testing.scenario import NOON
from gateway.config import Configured, load
from gateway.standing import Part, standing
from tests.connectors.store.cases import filing
from tests.connectors.store.test_outbox import pending

REGISTRY = """
version: 1
sources:
  city: {connector: open311, mode: mirror, sync: {every_seconds: 100}, options: {url: "http://127.0.0.1:9/"}}
  away: {connector: open311, mode: live, options: {url: "http://127.0.0.1:9/"}}
agencies:
  - {code: city, name: {ar: مدينة, fr: Ville}, class: OTHER, source: city}
  - {code: away, name: {ar: بعيدة, fr: Loin}, class: OTHER, source: away}
"""
CITY = SourceId("city")
BEAT = Beat(
    process="here:1", loop="mirrors", period_seconds=1.0, beat_at=NOON, failures=0, told_at=NOON
)
LONG_AGO = NOON - timedelta(seconds=301)


@pytest.fixture
def configured(tmp_path: Path) -> Configured:
    (tmp_path / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
    return load(tmp_path / "agencies.yaml")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with aclosing(await Store.open(database_url)) as store:
        yield store


async def heard(store: Store, *beats: Beat, ago: float = 10) -> None:
    await store.mirror.put([], source=CITY, heard_at=NOON - timedelta(seconds=ago))
    await store.beats.put(beats, forget_before=LONG_AGO)


def needs(parts: Mapping[str, Part]) -> list[str]:
    return [need for part in parts.values() for need in part.needs]


async def test_when_all_is_well_nothing_needs_a_person(
    store: Store, configured: Configured
) -> None:
    await heard(store, BEAT)
    parts = await standing(store, configured, NOON)
    assert needs(parts) == []
    assert parts["sources"].rows == [
        {
            "source": "city",
            "mode": "MIRROR",
            "heardAt": (NOON - timedelta(seconds=10)).isoformat(),
            "lagSeconds": 10,
        },
        {"source": "away", "mode": "LIVE", "heardAt": None, "lagSeconds": None},
    ]
    assert parts["loops"].rows == [
        {
            "process": "here:1",
            "loop": "mirrors",
            "state": "beating",
            "beatAt": NOON.isoformat(),
            "failures": 0,
        }
    ]


async def test_a_mirror_that_is_old_or_was_never_heard_needs_a_person(
    store: Store, configured: Configured
) -> None:
    await store.beats.put([BEAT], forget_before=LONG_AGO)
    assert needs(await standing(store, configured, NOON)) == [
        'source "city" was never read to its end'
    ]
    await heard(store, BEAT, ago=301)
    assert needs(await standing(store, configured, NOON)) == [
        'source "city" was last heard 301 s ago; it is to be read every 100 s'
    ]


async def test_a_loop_that_is_late_needs_a_person_although_another_process_runs_it(
    store: Store, configured: Configured
) -> None:
    late = replace(BEAT, process="there:2", beat_at=NOON - timedelta(seconds=4), failures=2)
    await heard(store, BEAT, late)
    (need,) = needs(await standing(store, configured, NOON))
    since = late.beat_at.isoformat()
    assert need.startswith(f'loop "mirrors" of there:2 has been silent since {since}: ')


async def test_a_process_that_is_gone_matters_where_no_other_does_its_work(
    store: Store, configured: Configured
) -> None:
    before = NOON - timedelta(seconds=31)
    gone = replace(BEAT, process="there:2", beat_at=before, told_at=before)
    await heard(store, BEAT, gone)
    parts = await standing(store, configured, NOON)
    assert [row["state"] for row in parts["loops"].rows] == ["beating", "gone"]
    assert needs(parts) == []
    await store.beats.put([replace(gone, loop="clock")], forget_before=LONG_AGO)
    assert needs(await standing(store, configured, NOON)) == [
        'no process runs the loop "clock" any more'
    ]


async def test_that_nothing_runs_needs_a_person(store: Store, configured: Configured) -> None:
    await heard(store)
    assert needs(await standing(store, configured, NOON)) == [
        "no process runs the loops: start `chikaya serve` or `chikaya work`"
    ]


async def test_of_a_database_that_is_not_migrated_only_that_is_told(
    empty_database_url: str, configured: Configured
) -> None:
    async with aclosing(await Store.open(empty_database_url)) as store:
        parts = await standing(store, configured, NOON)
    assert list(parts) == ["migrations"]
    (need,) = needs(parts)
    assert need.endswith("run `chikaya migrate`")


async def test_what_systems_have_not_heard_is_told_and_needs_a_person_where_one_decides(
    store: Store, configured: Configured
) -> None:
    await heard(store, BEAT)
    await store.ledger.open_case(pending())
    parts = await standing(store, configured, NOON)
    assert needs(parts) == []
    assert parts["deliveries"].rows == [
        {
            "source": "city",
            "configured": True,
            "oldestAt": NOON.isoformat(),
            "PENDING": 1,
            "SENDING": 0,
            "UNCERTAIN": 0,
            "DEAD": 0,
            "BY_HAND": 0,
        }
    ]
    (due,) = await store.outbox.begin(CITY, now=NOON, until=NOON + timedelta(seconds=9), most=1)
    await store.outbox.settle(due, Stopped(DeliveryState.DEAD, "SOURCE_REJECTED", NOON))
    (need,) = needs(await standing(store, configured, NOON))
    assert need.startswith('source "city" has deliveries that are DEAD (1): `chikaya outbox list ')


async def test_deliveries_to_a_source_that_is_configured_no_more_need_a_person(
    store: Store, configured: Configured
) -> None:
    await heard(store, BEAT)
    await store.ledger.open_case(pending(source=SourceId("town")))
    assert needs(await standing(store, configured, NOON)) == [
        'source "town" is configured no more, and deliveries wait for it (1)'
    ]


async def test_letters_that_are_dead_or_wait_too_long_need_a_person(
    store: Store, configured: Configured
) -> None:
    await heard(store, BEAT)
    parts = await standing(store, configured, NOON)
    nothing = {"oldestAt": None, "PENDING": 0, "SENDING": 0, "DEAD": 0}
    assert parts["letters"].rows == [{"sent": "off"} | nothing]
    for number in (1, 2):
        case = filing(f"44710839201{number:02}", key=f"key-{number}")
        await store.ledger.open_case(replace(case, letter=LetterKind.RECEIPT))
    parts = await standing(store, configured, NOON, sends_letters=True)
    assert needs(parts) == []
    waiting = {"oldestAt": NOON.isoformat(), "PENDING": 2}
    assert parts["letters"].rows == [{"sent": "on"} | nothing | waiting]
    assert needs(await standing(store, configured, NOON)) == [
        "letters wait (2), and none are sent: set CHIKAYA_SMTP_URL again"
    ]
    letter = await store.letters.begin(now=NOON, until=NOON + timedelta(seconds=9))
    assert letter is not None
    await store.letters.settle(letter, LetterEnded(LetterState.DEAD, "ADDRESS_REFUSED", NOON))
    later = NOON + timedelta(hours=7)
    await store.mirror.put([], source=CITY, heard_at=later)
    await store.beats.put([replace(BEAT, beat_at=later, told_at=later)], forget_before=LONG_AGO)
    assert needs(await standing(store, configured, later, sends_letters=True)) == [
        "letters are DEAD (1): `chikaya letters list --state DEAD` names them",
        (
            f"letters wait (1), the oldest since {NOON.isoformat()}: look for mail_server_away and "
            "letter_not_sent in the log"
        ),
    ]
