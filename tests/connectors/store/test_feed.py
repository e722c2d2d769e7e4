"""What changed is told once, in the order of commits, to whoever reads from a mark, and at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace

import pytest

from connectors.contract.changes import Change, Standing
from connectors.contract.errors import SourceUnavailable
from connectors.contract.feed import Notice, StaleMark
from connectors.contract.records import AgencyCode, AuthorRole
from connectors.store import Store
from connectors.store.noting import note_done, note_rows
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import CITY, filing, mirrored
from tests.connectors.store.test_changes import LATER, NOTE, OTHER, REFERENCE
from tests.databases import Databases, PostgresServer

WATER = filing().complaint.agency_code
ROADS = AgencyCode("roads")


def noted(_standing: Standing) -> Change:
    return Change(at=LATER, author=AuthorRole.AGENCY, events=())


async def act(store: Store, reference: str, key: str) -> None:
    await store.ledger.change(reference, replace(NOTE, key=key), noted)


async def read(
    store: Store, mark: str, agencies: Sequence[AgencyCode] | None = None
) -> tuple[list[str], str]:
    """The cases that changed since `mark`, in their order, and the mark after them."""
    changes = await store.feed.since(mark, agencies, most=10)
    assert not changes.more
    return [each.case for each in changes.cases], changes.mark


async def other(store: Store) -> None:
    await store.ledger.open_case(filing(OTHER, key="key-2"))


async def test_what_changed_since_a_mark_is_told_once_however_often_it_changed(
    store: Store,
) -> None:
    mark = await store.feed.now()
    await store.ledger.open_case(filing())
    await other(store)
    for key in ("1", "2"):
        await act(store, REFERENCE, key)
    # The newest state wins: one that changed again comes where it changed last.
    cases, after = await read(store, mark)
    assert cases == [OTHER, REFERENCE]
    assert await read(store, after) == ([], after)
    await act(store, OTHER, "3")
    assert (await read(store, after))[0] == [OTHER]
    assert (await read(store, mark))[0] == [REFERENCE, OTHER]
    assert await store.feed.version(REFERENCE) == 3
    assert await store.feed.version("never heard of") is None


async def test_agencies_are_told_of_their_own_cases(store: Store) -> None:
    mark = await store.feed.now()
    await store.ledger.open_case(filing())
    assert (await read(store, mark, [WATER, ROADS]))[0] == [REFERENCE]
    assert (await read(store, mark, [ROADS]))[0] == []
    assert (await read(store, mark, []))[0] == []


async def test_an_agency_that_a_case_leaves_is_told_that_and_nothing_after_it(
    store: Store,
) -> None:
    await store.ledger.open_case(filing())
    mark = await store.feed.now()
    async with listening(store) as heard:
        async with store._engine.transaction() as transaction:
            await transaction.fetch(f"UPDATE ledger SET agency_code = '{ROADS}'")  # noqa: S608
            ((ledger_id,),) = await transaction.fetch("SELECT id FROM ledger")
            await note_done(transaction, store._engine.dialect, ledger_id, 2)
        notices = {await heard.get(), await heard.get()}
    assert notices == {Notice(WATER, REFERENCE), Notice(ROADS, REFERENCE)}
    here = {ROADS: True, WATER: False}
    for agency, told in here.items():
        (only,) = (await store.feed.since(mark, [agency], most=5)).cases
        assert (only.case, only.here) == (REFERENCE, told)
    _, left = await read(store, mark, [WATER])
    (once,) = (await store.feed.since(mark, None, most=5)).cases
    assert (once.case, once.agency) == (REFERENCE, ROADS)
    await act(store, REFERENCE, "after it left")
    assert (await read(store, left, [WATER]))[0] == []
    assert (await read(store, left, [ROADS]))[0] == [REFERENCE]


async def test_many_changes_are_read_by_and_by_and_what_changes_meanwhile_comes_after(
    store: Store,
) -> None:
    mark = await store.feed.now()
    ids = [str(number) for number in range(8)]
    await store.mirror.put([mirrored(each) for each in ids], source=CITY, heard_at=NOON)
    async with store._engine.transaction() as transaction:
        await note_rows(transaction, store._engine.dialect, CITY, ids)
    told: list[str] = []
    first = await store.feed.since(mark, None, most=3)
    assert first.more
    assert [each.mark for each in first.cases][-1] == first.mark
    again = first.cases[0].case
    async with store._engine.transaction() as transaction:
        await note_rows(transaction, store._engine.dialect, CITY, [again.removeprefix("city:")])
    changes = first
    while True:
        told += [each.case for each in changes.cases]
        if not changes.more:
            break
        changes = await store.feed.since(changes.mark, None, most=3)
    assert told == [*(f"city:{each}" for each in ids), again]
    assert (await read(store, changes.mark))[0] == []
    # From a mark in the middle of a page everything after it comes, once.
    middle = await store.feed.since(first.cases[1].mark, None, most=10)
    assert [each.case for each in middle.cases] == told[2:-1]
    assert middle.more
    assert (await read(store, middle.mark))[0] == [again]


async def test_a_mark_of_another_database_is_refused(
    store: Store, databases: Databases, engine: str
) -> None:
    if engine == "sqlite":
        # Its marks are times: those of a file that was put back lie behind what comes.
        old = await store.feed.now()
        await store.ledger.open_case(filing())
        async with store._engine.transaction() as transaction:
            await transaction.fetch("DELETE FROM changed_case")
        await act(store, REFERENCE, "1")
        assert (await read(store, old))[0] == [REFERENCE]
        return
    url = await databases.postgres.create("TEMPLATE migrated")
    async with aclosing(await Store.open(url)) as elsewhere:
        mark = await elsewhere.feed.now()
    await databases.drop(url)
    with pytest.raises(StaleMark):
        await store.feed.since(mark, None, most=1)


async def test_what_is_committed_late_is_told_though_what_began_later_was_told_before(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    """Two at once: the one that wrote first commits last."""
    async with aclosing(await Store.open(postgres_url)) as store:
        await store.ledger.open_case(filing())
        await other(store)
        mark = await store.feed.now()
        ids = dict(await store._engine.fetch("SELECT reference, id FROM ledger"))
        slow, quick = store._engine.transaction(), store._engine.transaction()
        first, second = await slow.__aenter__(), await quick.__aenter__()
        await note_done(first, store._engine.dialect, ids[REFERENCE], 2)
        await note_done(second, store._engine.dialect, ids[OTHER], 2)
        await quick.__aexit__(None, None, None)
        cases, between = await read(store, mark)
        assert cases == [OTHER]
        await slow.__aexit__(None, None, None)
        # Its number is the lower one, and yet it is told now, and the other not again.
        positions = dict(await store._engine.fetch("SELECT case_id, position FROM changed_case"))
        assert positions[REFERENCE] < positions[OTHER]
        assert (await read(store, between))[0] == [REFERENCE]
        assert (await read(store, mark))[0] == [REFERENCE, OTHER]


async def test_nothing_is_told_of_what_is_not_committed(store: Store) -> None:
    mark = await store.feed.now()
    async with listening(store) as heard:
        with suppress(KeyError):
            async with store._engine.transaction() as transaction:
                await transaction.fetch(
                    "INSERT INTO changed_case VALUES ('gone', 'water', 1, 1, TRUE)"
                )
                raise KeyError
        await store.ledger.open_case(filing())
        assert await heard.get() == Notice(WATER, REFERENCE)
        assert heard.empty()
    assert (await read(store, mark))[0] == [REFERENCE]


async def test_every_process_hears_of_a_change(postgres_url: str) -> None:
    async with (
        aclosing(await Store.open(postgres_url)) as one,
        aclosing(await Store.open(postgres_url)) as another,
        listening(another) as heard,
    ):
        await one.ledger.open_case(filing())
        assert await heard.get() == Notice(WATER, REFERENCE)


async def test_whoever_listens_is_told_when_the_connection_is_lost(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    async with aclosing(await Store.open(postgres_url)) as store:
        begun = asyncio.Event()
        going = asyncio.ensure_future(store.feed.listen(lambda _: begun.set()))
        await begun.wait()
        async with postgres_server.connection(postgres_url) as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
        with pytest.raises(SourceUnavailable):
            await going


@asynccontextmanager
async def listening(store: Store) -> AsyncIterator[asyncio.Queue[Notice | None]]:
    """What is told from now on."""
    heard: asyncio.Queue[Notice | None] = asyncio.Queue()
    going = asyncio.ensure_future(store.feed.listen(heard.put_nowait))
    assert await heard.get() is None
    try:
        yield heard
    finally:
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
