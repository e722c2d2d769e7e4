"""A mirror is carried on by one at a time, page by page; what was kept once stays kept."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace as changed
from datetime import timedelta
from typing import Any, Self

import pytest
from msgspec.structs import replace

from connectors.contract.ledger import (
    Absent,
    Kept,
    MirrorBusy,
    MirrorPass,
    MirrorProgress,
    MirrorState,
)
from connectors.contract.lifecycle import Status
from connectors.contract.query import EVERYTHING, Key
from connectors.contract.records import Complaint, SourceId
from connectors.store import Store
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import CITY, listed, mirrored

LATER = NOON + timedelta(minutes=5)
FULL = MirrorPass(number=1, full=True, way="CREATED ASC", began_at=NOON)
NEWS = MirrorPass(number=1, full=False, way="UPDATED ASC", began_at=LATER, since=NOON)


async def keep(
    store: Store, going: MirrorPass, *records: Complaint, ends: bool = False, gone: bool = False
) -> Kept:
    """One page of a pass; with `ends` its last, with `gone` what it did not meet is unlisted."""
    async with store.mirror.alone_with(CITY) as mirror:
        await mirror.progress()
        kept = await mirror.keep(going, records, heard_at=going.began_at)
        if gone:
            await mirror.unlist([each.source_id for each in await mirror.absent(going)])
        if ends:
            await mirror.finish(going, watermark=going.latest)
    return kept


async def progress(store: Store) -> MirrorProgress:
    async with store.mirror.alone_with(CITY) as mirror:
        return await mirror.progress()


def shown(rows: Sequence[Complaint]) -> list[tuple[str, Status, int]]:
    return [(row.origin.source_id, row.status, row.version) for row in rows]


async def test_rows_are_counted_as_new_changed_and_unchanged(store: Store) -> None:
    first = await keep(store, FULL, mirrored("1"), mirrored("2"))
    again = await keep(
        store, FULL, mirrored("1"), mirrored("2", status=Status.CLOSED), mirrored("3")
    )
    assert (first, again) == (Kept(new=2), Kept(new=1, changed=1, unchanged=1))
    assert sorted(shown(await listed(store))) == [
        ("1", Status.SUBMITTED, 1),
        ("2", Status.CLOSED, 2),
        ("3", Status.SUBMITTED, 1),
    ]


async def test_an_unchanged_row_is_not_written_again(store: Store) -> None:
    await keep(store, FULL, mirrored("1"), mirrored("2"))
    before = await physical(store)
    await keep(store, changed(FULL, began_at=LATER), mirrored("1"), mirrored("2", title="new"))
    after = await physical(store)
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False]


async def physical(store: Store) -> list[Any]:
    """What a rewritten row could not keep: its place on PostgreSQL, the time it was heard."""
    place = "ctid::text" if store._engine.dialect.name == "postgres" else "rowid"
    return list(
        await store._engine.fetch(f"SELECT {place}, heard_at FROM complaint ORDER BY source_id")  # noqa: S608
    )


async def test_how_far_a_pass_came_is_stored_with_its_rows(store: Store) -> None:
    going = changed(NEWS, after=Key(LATER, CITY, "7"), token="t", latest=LATER)
    nowhere = changed(NEWS, after=Key(None, CITY, "é"))
    assert await progress(store) == MirrorProgress()
    for each in (going, nowhere, NEWS):
        await keep(store, each, mirrored("7"))
        assert await progress(store) == MirrorProgress(begun=1, going=each)
    assert await store.mirror.states([CITY]) == []


async def test_a_page_that_cannot_be_kept_leaves_the_place_where_it_was(store: Store) -> None:
    await keep(store, FULL, mirrored("1"))
    with pytest.raises(AttributeError):
        await keep(store, changed(FULL, token="next"), mirrored("2", messages=(None,)))
    assert await progress(store) == MirrorProgress(begun=1, going=FULL)
    assert [row.origin.source_id for row in await listed(store)] == ["1"]


async def test_a_finished_pass_says_when_it_began_and_up_to_where_all_is_known(
    store: Store,
) -> None:
    await keep(store, changed(FULL, latest=NOON), mirrored(), ends=True)
    assert await progress(store) == MirrorProgress(watermark=NOON, begun=1, full_at=NOON)
    assert await store.mirror.states([CITY]) == [MirrorState(CITY, NOON)]
    await keep(store, changed(NEWS, latest=LATER), mirrored(), ends=True)
    assert await progress(store) == MirrorProgress(watermark=LATER, begun=1, full_at=NOON)
    assert await store.mirror.states([CITY]) == [MirrorState(CITY, LATER)]


async def test_what_is_gone_leaves_the_lists_and_is_still_found_by_key(store: Store) -> None:
    await keep(store, FULL, mirrored("1"), mirrored("2"), ends=True)
    second = changed(FULL, number=2)
    await keep(store, second, mirrored("1"), ends=True, gone=True)
    assert shown(await listed(store)) == [("1", Status.SUBMITTED, 1)]
    kept = await store.mirror.kept(CITY, ["1", "2"], EVERYTHING)
    assert shown([kept["2"]]) == [("2", Status.SUBMITTED, 2)]
    assert await keep(store, changed(FULL, number=3), mirrored("2")) == Kept(new=1)
    assert sorted(shown(await listed(store))) == [
        ("1", Status.SUBMITTED, 1),
        ("2", Status.SUBMITTED, 3),
    ]


async def test_rows_of_other_sources_are_never_absent(store: Store) -> None:
    other = SourceId("other")
    await store.mirror.put([mirrored("1")], source=other, heard_at=NOON)
    await keep(store, FULL, ends=True, gone=True)
    assert [row.origin.source for row in await listed(store)] == [other]


async def test_it_is_known_which_rows_two_full_passes_did_not_meet(store: Store) -> None:
    absent = []
    passes: tuple[tuple[MirrorPass, tuple[str, ...], bool], ...] = (
        (FULL, ("1", "2", "3"), True),
        (changed(FULL, number=2), ("1",), False),  # broken off: it proves nothing
        (changed(FULL, number=3), ("1", "2"), True),
        (changed(NEWS, number=3), ("1",), True),
        (changed(FULL, number=4), (), True),
    )
    for going, met, ends in passes:
        async with store.mirror.alone_with(CITY) as mirror:
            await mirror.progress()
            await mirror.keep(going, [mirrored(each) for each in met], heard_at=NOON)
            absent.append([(each.source_id, each.twice) for each in await mirror.absent(going)])
            if ends:
                await mirror.finish(going, watermark=None)
    assert absent[0] == []
    assert absent[1] == [("2", False), ("3", False)]
    assert absent[2] == [("3", False)]
    assert absent[4] == [("1", False), ("2", False), ("3", True)]


async def test_rows_from_before_there_were_passes_are_met_like_others(store: Store) -> None:
    await store.mirror.put([mirrored("1"), mirrored("2")], source=CITY, heard_at=NOON)
    async with store.mirror.alone_with(CITY) as mirror:
        await mirror.progress()
        await mirror.keep(FULL, [mirrored("1")], heard_at=LATER)
        assert await mirror.absent(FULL) == [Absent("2", twice=False)]
    assert {row.version for row in await listed(store)} == {1}


async def test_a_reference_once_known_stays(store: Store) -> None:
    await keep(store, FULL, mirrored(reference="4471083920155"))
    await keep(store, FULL, mirrored(title="news"))
    (row,) = await listed(store)
    assert (row.reference, row.title, row.version) == ("4471083920155", "news", 2)


async def test_ids_and_texts_that_no_database_can_hold_are_kept_once(store: Store) -> None:
    odd = mirrored("nul\0", title="\ud800")
    assert await keep(store, FULL, odd) == Kept(new=1)
    assert await keep(store, FULL, odd) == Kept(unchanged=1)


async def test_two_cannot_carry_one_mirror_on_at_once(store: Store, database_url: str) -> None:
    async with store.mirror.alone_with(CITY), store.mirror.alone_with(SourceId("other")):
        with pytest.raises(MirrorBusy, match="by somebody else"):
            async with store.mirror.alone_with(CITY):
                pass
        if store._engine.dialect.name == "postgres":
            async with aclosing(await Store.open(database_url)) as another:
                with pytest.raises(MirrorBusy):
                    async with another.mirror.alone_with(CITY):
                        pass
    await keep(store, FULL, mirrored())


async def test_whoever_was_overtaken_stores_nothing(store: Store) -> None:
    """As a holder is whose connection, and so whose lock, was lost without its knowing."""
    async with store.mirror.alone_with(CITY) as slow:
        await slow.progress()
    await keep(store, FULL, mirrored("1"), ends=True)
    for late in (
        slow.keep(FULL, [mirrored("2")], heard_at=NOON),
        slow.unlist(["1"]),
        slow.finish(FULL, watermark=LATER),
    ):
        with pytest.raises(MirrorBusy):
            await late
    assert [row.origin.source_id for row in await listed(store)] == ["1"]
    assert (await progress(store)).watermark is None


async def test_a_page_is_kept_by_few_statements_however_many_rows_are_unchanged(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [mirrored(str(number)) for number in range(300)]
    await keep(store, FULL, *rows)
    ran: list[str] = []
    async with store.mirror.alone_with(CITY) as mirror:
        await mirror.progress()
        transaction = store._engine.transaction

        def watched() -> Any:
            return _Watched(transaction(), ran)

        monkeypatch.setattr(store._engine, "transaction", watched)
        await mirror.keep(FULL, rows, heard_at=NOON)
        assert [statement.split()[0] for statement in ran] == ["INSERT", "SELECT", "UPDATE"]
        ran.clear()
        await mirror.keep(FULL, [*rows[1:], replace(rows[0], status=Status.CLOSED)], heard_at=NOON)
        assert len(ran) == 7


class _Watched:
    """A transaction that notes the statements it is given; `many` counts as one."""

    def __init__(self, opening: Any, ran: list[str]) -> None:
        self._opening = opening
        self._ran = ran

    async def __aenter__(self) -> Self:
        self._inner = await self._opening.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> Any:
        return await self._opening.__aexit__(*error)

    async def fetch(self, statement: str, values: Sequence[Any] = ()) -> Any:
        self._ran.append(statement)
        return await self._inner.fetch(statement, values)

    async def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        self._ran.append(statement)
        await self._inner.many(statement, rows)
