"""`chikaya outbox`: what waits is listed, tried again, or said to be there."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from connectors.contract.connector import Move
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Delivery, DeliveryState, Outgoing, Stopped, Which
from connectors.contract.records import SourceId
from connectors.store import Store
from connectors.testing.scenario import NOON
from tests.connectors.store.test_outbox import OTHER, REFERENCE, act, begun, pending
from tests.databases import HOME, Databases
from tests.gateway.cli.command import chikaya, serving

REGISTRY = """
version: 1
sources:
  city: {connector: memory, mode: mirror}
agencies:
  - {code: commune-a, name: {ar: مدينة, fr: Ville}, class: OTHER, source: city}
"""


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    async with aclosing(await Store.open(f"sqlite:///{folder / HOME}")) as store:
        yield store


@pytest.fixture
async def folder(databases: Databases, tmp_path: Path) -> Path:
    """A dead filing (1) with something by hand behind it (2), and an uncertain filing (3)."""
    (tmp_path / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
    await databases.at_home(tmp_path)
    async with opened(tmp_path) as store:
        await store.ledger.open_case(pending())
        await act(store, Outgoing(SourceId("city"), Move(Status.WITHDRAWN), by_hand=True), key="a")
        await store.ledger.open_case(pending(OTHER, source=SourceId("town")))
        for source, state in (("city", DeliveryState.DEAD), ("town", DeliveryState.UNCERTAIN)):
            (due,) = await begun(store, SourceId(source))
            await store.outbox.settle(due, Stopped(state, "SOURCE_REJECTED", NOON))
    return tmp_path


def outbox(folder: Path, *arguments: str) -> CompletedProcess[str]:
    return chikaya("outbox", *arguments, folder=folder)


def listed(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    told = outbox(folder, "list", "--json", *arguments)
    assert (told.returncode, told.stderr) == (0, "")
    rows: list[dict[str, Any]] = json.loads(told.stdout)
    return rows


async def waiting(folder: Path) -> Sequence[Delivery]:
    async with opened(folder) as store:
        return await store.outbox.deliveries(Which(), most=10)


async def test_what_waits_is_listed_and_can_be_narrowed(folder: Path) -> None:
    rows = listed(folder)
    assert [(each["id"], each["state"]) for each in rows] == [
        (1, "DEAD"),
        (2, "BY_HAND"),
        (3, "UNCERTAIN"),
    ]
    assert rows[0] == {
        "id": 1,
        "reference": REFERENCE,
        "agency": "commune-a",
        "source": "city",
        "act": "FILE",
        "verb": "FILE",
        "state": "DEAD",
        "attempts": 1,
        "createdAt": NOON.isoformat(),
        "nextAt": None,
        "triedAt": NOON.isoformat(),
        "code": "SOURCE_REJECTED",
    }
    for arguments, ids in (
        (("--state", "dead", "--state", "BY_HAND"), [1, 2]),
        (("--source", "town"), [3]),
        (("--agency", "commune-a", "--state", "UNCERTAIN"), [3]),
        (("--agency", "nobody"), []),
        (("--state", "DELIVERED"), []),
    ):
        assert [each["id"] for each in listed(folder, *arguments)] == ids
    (line,) = outbox(folder, "list", "--state", "DEAD").stdout.splitlines()
    assert line.startswith(f"id=1  reference={REFERENCE}  agency=commune-a  source=city")


async def test_what_is_dead_is_tried_again_when_somebody_says_so(folder: Path) -> None:
    both = outbox(folder, "retry", "1", "2", "9")
    assert both.returncode == 1
    assert both.stdout.splitlines() == [
        "1: PENDING",
        "2: it is BY_HAND; expected DEAD or UNCERTAIN",
        "9: there is no such delivery",
    ]
    (again,) = listed(folder, "--state", "PENDING")
    assert (again["id"], again["attempts"], again["code"]) == (1, 0, None)
    nothing = outbox(folder, "retry", "--all-dead", "--source", "city")
    assert (nothing.returncode, nothing.stdout) == (0, "")


async def test_all_that_is_dead_to_a_source_is_tried_again_at_once(folder: Path) -> None:
    told = outbox(folder, "retry", "--all-dead", "--source", "city", "--json")
    assert told.returncode == 0
    assert json.loads(told.stdout) == [{"id": 1, "state": "PENDING", "refused": None}]
    assert [each["id"] for each in listed(folder, "--state", "UNCERTAIN")] == [3]


async def test_what_is_there_is_resolved_and_leads_there(folder: Path) -> None:
    told = outbox(folder, "resolve", "1", "--source-id", "c-7")
    assert (told.returncode, told.stdout) == (0, "1: DELIVERED\n")
    assert outbox(folder, "resolve", "2").stdout == "2: DELIVERED\n"
    again = outbox(folder, "resolve", "2")
    assert (again.returncode, again.stdout) == (1, "2: it is DELIVERED, and waits for nobody\n")
    async with opened(folder) as store:
        held = await store.ledger.find(REFERENCE)
        assert held is not None
        assert (held.source, held.source_id, held.mode) == ("city", "c-7", "MIRROR")


async def test_an_id_that_is_anothers_leaves_a_delivery_uncertain(folder: Path) -> None:
    async with opened(folder) as store:
        await store.ledger.open_case(pending("1357924680136"))
    (third,) = listed(folder, "--state", "PENDING")
    async with opened(folder) as store:
        (due,) = await begun(store)
        await store.outbox.settle(due, Stopped(DeliveryState.UNCERTAIN, "BROKEN_OFF", NOON))
    assert outbox(folder, "resolve", "1", "--source-id", "c-7").returncode == 0
    told = outbox(folder, "resolve", str(third["id"]), "--source-id", "c-7")
    assert told.returncode == 1
    assert told.stdout.endswith("PLACE_TAKEN: that id leads to another case here\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("list", "--state", "LOST"), "--state: expected one of PENDING, "),
        (("list", "--reference", "12"), "--reference: expected 13 digits "),
        (("retry",), "give either the ids of deliveries, or --all-dead with --source NAME"),
        (("retry", "1", "--source", "city"), "give either "),
        (("retry", "--all-dead"), "give either "),
        (("resolve", "1"), '--source-id: expected the id by which "city" knows the case'),
        (("resolve", "2", "--source-id", "c-7"), "--source-id: expected none, "),
    ],
)
async def test_what_makes_no_sense_is_told_and_changes_nothing(
    folder: Path, arguments: tuple[str, ...], reason: str
) -> None:
    before = await waiting(folder)
    told = outbox(folder, *arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith(reason)
    assert await waiting(folder) == before


async def test_beside_a_server_it_lists_and_changes_nothing_naming_the_process(
    folder: Path,
) -> None:
    with serving("--no-demo", "--no-loops", folder=folder) as served:
        assert [each["id"] for each in listed(folder)] == [1, 2, 3]
        told = outbox(folder, "retry", "1")
        assert told.returncode == 2
        assert f"is written by process {served.process.pid}" in told.stderr
    assert [each["state"] for each in listed(folder)] == ["DEAD", "BY_HAND", "UNCERTAIN"]
