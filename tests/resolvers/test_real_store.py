"""The engine over the real store, on both of its databases, beside live sources."""

import random
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product

import msgspec
import pytest

from connectors.contract.errors import ConnectorError
from connectors.contract.lifecycle import OPEN
from connectors.contract.query import (
    EVERYTHING,
    TIMES,
    Child,
    ComplaintQuery,
    Condition,
    Direction,
    Field,
    Op,
    Order,
    Selection,
    Total,
)
from connectors.contract.records import (
    STORE,
    AgencyCode,
    Complaint,
    Event,
    EventKind,
    Mode,
    SourceId,
)
from connectors.contract.text import terms
from connectors.store import Store
from resolvers.asking import Asker
from resolvers.complaints import Complaints
from resolvers.filing import FilingRequest, Receipt
from resolvers.outcome import SourceStatus
from tests.resolvers.desk import filings_over, soon
from tests.resolvers.world import (
    KINDS_OF_SOURCE,
    LIST_ONLY,
    NOON,
    SUPERVISOR,
    World,
    expected,
    ids,
    make_world,
)

MIRRORED = SourceId("mirrored")
FILED = Event(id="1", kind=EventKind.FILED, at=NOON)
LIVE = ("full", "by-token", "unsorted", "approximate")


@dataclass
class RealWorld:
    world: World
    store: Store
    statements: list[str]


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealWorld]:
    """A world whose store is a real one, with own and mirrored cases in it."""
    statements: list[str] = []
    store = await Store.open(database_url, on_statement=statements.append)
    world = make_world({kind: KINDS_OF_SOURCE[kind] for kind in LIVE}, each=9)
    own = [
        msgspec.structs.replace(each, events=(FILED,))
        for each in world.records
        if each.origin.mode is Mode.OWN
    ]
    index = [each for each in world.records if each.origin.mode is Mode.MIRROR]
    await store.mirror.put(own, source=STORE, heard_at=NOON)
    await store.mirror.put(index, source=MIRRORED, heard_at=NOON)
    source = replace(
        world.engine.registry.sources[STORE], capabilities=store.connector.capabilities
    )
    world.engine.registry.sources[STORE] = source  # type: ignore[index]
    world.engine.askers[STORE] = Asker(source, store.connector)  # type: ignore[index]
    engine = replace(
        world.engine,
        ledger=store.ledger,
        mirrors=store.mirror,
        opening=replace(world.engine.opening, ledger=store.ledger),
    )
    yield RealWorld(replace(world, engine=engine, complaints=Complaints(engine)), store, statements)
    await store.aclose()


async def test_pages_join_up_over_the_real_store_in_every_order(real: RealWorld) -> None:
    for by, direction in product(TIMES, Direction):
        query = ComplaintQuery(order=Order(by, direction))
        pages = await real.world.walk(query, first=7)
        assert ids(pages) == expected(real.world.records, query)
        assert all(page.complete for page in pages)


@pytest.mark.parametrize(
    "where",
    [
        (Condition(Field.STATUS, Op.IN, OPEN), Condition(Field.TEXT, Op.CONTAINS, terms("الماء"))),
        (Condition(Field.OVERDUE, Op.AS_OF, NOON + timedelta(hours=9)),),
        (Condition(Field.CREATED, Op.GTE, NOON + timedelta(hours=6)),),
    ],
    ids=["status-and-text", "overdue", "created"],
)
async def test_filters_mean_the_same_in_the_store_at_a_source_and_here(
    real: RealWorld, where: tuple[Condition, ...]
) -> None:
    query = ComplaintQuery(where, Order(Field.UPDATED, Direction.ASC))
    pages = await real.world.walk(query, first=7)
    every = expected(real.world.records, query)
    assert every
    assert ids(pages) == every


async def test_rows_missed_beside_the_real_store_are_announced_and_come(real: RealWorld) -> None:
    world, every = real.world, expected(real.world.records, ComplaintQuery())
    world.weather.chance = random.Random(7)
    down = [SourceId(kind) for kind in LIVE]
    pages, cursor = [], None
    while not pages or pages[-1].page_info.has_next_page:
        world.weather.down = set(world.weather.chance.sample(down, 2))
        pages.append(await world.page(first=7, after=cursor))
        cursor = pages[-1].page_info.end_cursor
    world.weather.down = set()
    assert ids(pages) == [each for each in every if each in set(ids(pages))]
    kept = {STORE, MIRRORED}
    assert [each for each in ids(pages) if each.split(":")[1] in kept] == [
        each for each in every if each.split(":")[1] in kept
    ]
    missed = {each.missed_before for each in pages[-1].sources} - {None}
    again = [ids(await world.walk(first=50, after=each)) for each in missed]
    assert set(ids(pages)).union(*again) == set(every)


@pytest.mark.parametrize("agencies", [29, 1700])
async def test_a_page_costs_one_statement_for_each_table_however_many_agencies(
    real: RealWorld, agencies: int
) -> None:
    registry = real.world.engine.registry
    some = next(iter(registry.agencies.values()))
    codes = {AgencyCode(f"agency-{n}"): some for n in range(agencies)}
    registry.agencies.update(codes)  # type: ignore[attr-defined]
    query = ComplaintQuery(
        (
            Condition(
                Field.AGENCY,
                Op.IN,
                frozenset({*codes, AgencyCode("own-agency"), AgencyCode("mirrored-agency")}),
            ),
        )
    )
    await real.world.page(query, first=20, selection=LIST_ONLY)
    assert _tables(real.statements) == ["complaint", "mirror_state"]
    real.statements.clear()
    children = frozenset({Child.EVENTS, Child.MESSAGES})
    await real.world.page(query, first=20, selection=replace(LIST_ONLY, children=children))
    # Nobody's messages are kept here, and that is known without looking for them.
    assert _tables(real.statements) == ["complaint", "event", "mirror_state"]


def _tables(statements: Sequence[str]) -> list[str]:
    return sorted(re.findall(r" FROM (\w+)", text)[0] for text in statements)


async def test_totals_are_the_stores_own_and_add_up(real: RealWorld) -> None:
    page = await real.world.page(first=2, selection=replace(LIST_ONLY, total=True))
    assert page.total_count == Total(9 * 6, exact=True)


async def test_a_mirrored_row_keeps_its_place_when_its_agency_is_down(real: RealWorld) -> None:
    world = real.world
    index = [each for each in world.records if each.origin.source == MIRRORED]
    world.weather.down = {MIRRORED}
    found = await world.complaints.get(
        SUPERVISOR, [each.id for each in index], EVERYTHING, deadline=soon()
    )
    assert set(found) == {each.id for each in index}
    for each in index:
        kept = found[each.id]
        assert isinstance(kept, Complaint)
        assert kept.origin.stale
        assert kept.origin.mode is Mode.MIRROR
        assert kept.title == each.title
        assert kept.messages is None
    page = await world.page(
        selection=Selection(fields=frozenset({"title"}), children=frozenset({Child.MESSAGES}))
    )
    told = {outcome.source: outcome for outcome in page.sources}
    assert told[MIRRORED].status is SourceStatus.OK
    assert told[MIRRORED].fields_missing == ("messages",)


async def test_a_filed_case_is_read_by_code_by_id_and_in_the_list(real: RealWorld) -> None:
    world = real.world
    filings = filings_over(world.engine, real.store.ledger)
    receipt = await filings.file(
        SUPERVISOR,
        FilingRequest(AgencyCode("own-agency"), "Pas d'eau"),
        key="one",
        deadline=soon(),
    )
    assert isinstance(receipt, Receipt)
    followed = await world.complaints.follow(
        receipt.reference, receipt.tracking_code, EVERYTHING, deadline=soon()
    )
    by_id = await world.complaints.get(
        SUPERVISOR, [receipt.complaint.id], EVERYTHING, deadline=soon()
    )
    assert followed is not None
    assert followed.id == receipt.complaint.id
    assert followed.events is not None
    answer = by_id[receipt.complaint.id]
    assert not isinstance(answer, ConnectorError)
    clock = {"origin": followed.origin, "overdue": followed.overdue}
    assert msgspec.structs.replace(answer, **clock) == followed
    page = await world.page(first=1)
    assert ids([page]) == [receipt.complaint.id]


async def test_who_tries_codes_costs_the_database_the_same_whatever_is_wrong(
    real: RealWorld,
) -> None:
    world = real.world
    filings = filings_over(world.engine, real.store.ledger)
    receipt = await filings.file(
        SUPERVISOR,
        FilingRequest(AgencyCode("own-agency"), "Pas d'eau"),
        key="one",
        deadline=soon(),
    )
    assert isinstance(receipt, Receipt)
    seen = []
    for reference in (receipt.reference, "1234-5678-9012-8", "no reference", "\x00", "\ud800"):
        real.statements.clear()
        assert (
            await world.complaints.follow(reference, "00000-00000", EVERYTHING, deadline=soon())
            is None
        )
        seen.append(tuple(real.statements))
    assert len(seen[0]) == 1
    assert set(seen) == {seen[0]}
