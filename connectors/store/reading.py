"""Answer the store's questions: one statement for the rows, one for each kind of child."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.contract.query import Child, Condition, ListQuestion, Order, Page, Selection, Total
from connectors.contract.records import Complaint, SourceId
from connectors.store import statements
from connectors.store.dialect import Dialect
from connectors.store.engine import Engine
from connectors.store.lookup import Lookup
from connectors.store.paging import Effort, find
from connectors.store.rows import CHILDREN, Row, children_of, layout


class Reading:
    """Reads complaints, and only what a selection wants of them."""

    def __init__(self, engine: Engine, effort: Effort = Effort()) -> None:  # noqa: B008 - frozen
        self._engine = engine
        self._effort = effort

    async def page(self, question: ListQuestion, *, now: datetime) -> Page:
        """One page of the listed complaints; a question without an order gets the usual one."""
        dialect = self._engine.dialect
        shown = layout(dialect, question.selection)
        found = await find(
            self._engine, shown.columns, question, question.order or Order(), self._effort
        )
        records = await records_of(self._engine.fetch, dialect, found.rows, question.selection, now)
        return Page(
            records=records,
            more=found.more,
            as_of=now,
            read_to=found.read_to,
            applied=question.where,
            total=await self._total(question.where) if question.selection.total else None,
        )

    async def get(
        self, source: SourceId, ids: Sequence[str], selection: Selection, *, now: datetime
    ) -> Mapping[str, Complaint]:
        """What is kept of the cases that `source` knows by `ids`."""
        dialect = self._engine.dialect
        shown = layout(dialect, selection)
        rows = await self._engine.fetch(
            statements.by_ids(dialect, shown.columns), [source, statements.among(dialect, ids)]
        )
        records = await records_of(self._engine.fetch, dialect, rows, selection, now)
        return {record.origin.source_id: record for record in records}

    async def copies(
        self, row_ids: Sequence[int], selection: Selection, *, now: datetime
    ) -> Mapping[int, Complaint]:
        """Complaints by the ids of their rows."""
        dialect = self._engine.dialect
        shown = layout(dialect, selection)
        rows = await self._engine.fetch(
            statements.by_row_ids(dialect, shown.columns), [dialect.array(row_ids)]
        )
        found = [row[1:] for row in rows]
        records = await records_of(self._engine.fetch, dialect, found, selection, now)
        return {row[0]: record for row, record in zip(rows, records, strict=True)}

    async def _total(self, where: Sequence[Condition]) -> Total:
        """How many there are; from a large number on, at least how many."""
        dialect = self._engine.dialect
        bound, found = statements.bind(dialect, where), Lookup(dialect, where).counted()
        text = statements.total(dialect, found.text, len(found.values), bound.clauses)
        limit = self._effort.counted
        values = [*found.values, *bound.values, limit + 1]
        read = self._engine.fetch_by_bitmaps if found.values else self._engine.fetch
        rows = await read(text, values)
        count: int = rows[0][0]
        return Total(min(count, limit), exact=count <= limit)


Fetch = Callable[[str, Sequence[Any]], Awaitable[Sequence[Row]]]
"""Runs one reading statement, in a transaction or beside all of them."""


async def records_of(
    fetch: Fetch, dialect: Dialect, rows: Sequence[Row], selection: Selection, now: datetime
) -> list[Complaint]:
    """The records of `rows`, which have the columns of the selection's layout, in their order."""
    shown = layout(dialect, selection)
    children = await _children(fetch, dialect, rows, selection)
    return [shown.record(row, children, now) for row in rows]


async def _children(
    fetch: Fetch, dialect: Dialect, rows: Sequence[Row], selection: Selection
) -> Mapping[Child, Mapping[int, tuple[Any, ...]]]:
    """The children of all `rows` by row id."""
    shown = layout(dialect, selection)
    found: dict[Child, Mapping[int, tuple[Any, ...]]] = {}
    for child, held in shown.held:
        table = CHILDREN[child]
        parents = [row[shown.row_id] for row in rows if row[held]]
        private = child is Child.MESSAGES and not selection.internal
        only = "visibility = 'PUBLIC'" if private else None
        text = statements.children(dialect, table.table, table.columns, only)
        lines = await fetch(text, [dialect.array(parents)]) if parents else ()
        found[child] = children_of(dialect, table, lines)
    return found
