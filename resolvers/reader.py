"""Read one source's part of a merged list, row by row, in order, from any place on."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.contract.capabilities import Paging
from connectors.contract.errors import BadData, ConnectorError
from connectors.contract.query import Key, ListQuestion, Order, Page, Total, key_of
from connectors.contract.records import Complaint
from resolvers.asking import Answer, Asker, Authority
from resolvers.plan import Sorting, Step

_RESIDUAL_FACTOR: Final = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a question may cost."""

    sort_buffer: int = 1000
    """Rows of one source that are sorted here at most."""
    row_budget: int = 2000
    """Rows of one source that are read at most to fill one page of a filtered list."""


class RowBudgetSpent(ConnectorError):
    """Reading up to where the list stands took all that one page may cost."""

    code = "SOURCE_TRUNCATED"


class SortBufferFull(ConnectorError):
    """More rows match than we sort; the source cannot take part in this order."""

    code = "SOURCE_UNSUPPORTED_ORDER"


@dataclass(frozen=True, slots=True)
class _Row:
    record: Complaint
    token: str | None
    """The page it came on."""


class Reader:
    """The rows of one step after a key, as a queue that is filled from the source."""

    def __init__(
        self,
        step: Step,
        asker: Asker,
        authority: Authority,
        *,
        order: Order,
        after: Key | None,
        token: str | None,
        limits: Limits,
    ) -> None:
        """Read what `step` says after the key `after`; `token` is where its page was left."""
        self.step = step
        self.as_of: datetime | None = None
        self.total: Total | None = None
        self.failure: ConnectorError | None = None
        """Why it stopped, or why its rows are old."""
        self.stale = False
        self.stopped = False
        """Nothing further will come of it, although rows may be left."""
        self.frontier: Key | None = None
        """Set when the row budget ran out: rows up to here were read, later ones were not."""
        self._asker = asker
        self._authority = authority
        self._order = order
        self._after = after
        self._token = token
        self._limits = limits
        self._paging = step.source.capabilities.paging
        self._rows: deque[_Row] = deque()
        self._more = True
        self._scanned = 0
        self._read_to = after if step.sorting is Sorting.SOURCE else None
        """The last row read, in the order of reading."""

    @property
    def head(self) -> Complaint | None:
        """The next row, if one is at hand."""
        return self._rows[0].record if self._rows else None

    @property
    def token(self) -> str | None:
        """The page to read on from; None means the first, or that it pages otherwise."""
        return self._rows[0].token if self._rows else self._token

    @property
    def wants(self) -> bool:
        """Whether asking the source may bring a row."""
        return not self._rows and self._more and not self.stopped and self.frontier is None

    @property
    def has_more(self) -> bool:
        """Whether, for all that is known, rows follow."""
        return bool(self._rows) or (self._more and not self.stopped)

    def take(self) -> Complaint:
        """The next row, which must be at hand."""
        return self._rows.popleft().record

    async def fill(self, count: int) -> None:
        """Have a row at hand if there is one, asking for `count` at a time.

        Never raises for the source's sake: what went wrong is told by `failure`.
        """
        try:
            if self.step.sorting is Sorting.BUFFER:
                await self._fill_sorted()
            else:
                await self._fill_in_order(count)
        except ConnectorError as error:
            self.failure = error
            self.stopped = True

    async def _fill_in_order(self, count: int) -> None:
        limit = count * _RESIDUAL_FACTOR if self.step.residual else count
        while self.wants:
            page, came_on = await self._ask(limit)
            for record in self._in_order(page):
                if self._matches(record):
                    self._rows.append(_Row(record, came_on))
            if not self._rows and self._more and self._scanned >= self._limits.row_budget:
                self._stop_at_frontier()
            limit *= _RESIDUAL_FACTOR

    async def _fill_sorted(self) -> None:
        matching: dict[str, Complaint] = {}
        most = self._limits.sort_buffer
        while self._more:
            page, _ = await self._ask(most + 1)
            records = self._in_order(page) if self.step.reading_order else page.records
            matching |= {each.origin.source_id: each for each in records if self._matches(each)}
            if self._scanned > most or (page.more and self._cannot_page):
                raise SortBufferFull(
                    f'source "{self.step.source.id}" cannot sort by {self._order.by.name}, and '
                    f"more than {most} of its cases would have to be read"
                )
        direction = self._order.direction
        keys = {case: key_of(record, self._order) for case, record in matching.items()}
        self._rows.extend(
            _Row(matching[case], None)
            for case, key in sorted(keys.items(), key=lambda item: item[1].rank(direction))
            if self._after is None or _follows(key, self._after, self._order)
        )

    @property
    def _cannot_page(self) -> bool:
        if self._paging is Paging.KEYSET:
            return self.step.reading_order is None
        return self._paging is Paging.WHOLE

    async def _ask(self, limit: int) -> tuple[Page, str | None]:
        step, can, came_on = self.step, self.step.source.capabilities, self._token
        question = ListQuestion(
            where=step.pushed,
            order=step.reading_order,
            selection=step.selection,
            limit=can.max_page if self._paging is Paging.WHOLE else min(limit, can.max_page),
            after=self._read_to if self._paging is Paging.KEYSET else None,
            token=came_on if self._paging is Paging.TOKEN else None,
        )
        answer = await self._asker.list(question, self._authority)
        self._note(answer)
        page = answer.page
        self._scanned += len(page.records)
        self._more = page.more
        if page.more and not page.records:
            raise BadData(f'source "{step.source.id}" promises rows and sends none')
        if self._paging is Paging.TOKEN:
            if page.more and page.next_token in {None, came_on}:
                raise BadData(f'source "{step.source.id}" repeats a page for ever')
            self._token = page.next_token
        elif self._paging is Paging.WHOLE and page.more and step.sorting is Sorting.SOURCE:
            self.stopped = True
            self.failure = RowBudgetSpent(
                f'source "{step.source.id}" tells at most {can.max_page} cases, and has more'
            )
        return page, came_on

    def _note(self, answer: Answer) -> None:
        page = answer.page
        self.as_of = page.as_of if self.as_of is None else min(self.as_of, page.as_of)
        if answer.failure is not None:
            self.stale, self.failure = True, answer.failure
        if self.step.counts and self.total is None:
            self.total = page.total

    def _in_order(self, page: Page) -> list[Complaint]:
        """The rows of `page` that were not read before, which must be in the reading order."""
        order = self.step.reading_order
        assert order is not None  # noqa: S101 - only sources read in an order come here
        new: list[Complaint] = []
        before: Key | None = None
        for record in page.records:
            key = key_of(record, order)
            if before is not None and not _follows(key, before, order):
                raise BadData(f'source "{self.step.source.id}" does not keep its declared order')
            before = key
            if self._read_to is None or _follows(key, self._read_to, order):
                self._read_to = key
                new.append(record)
        if not new and page.more and self._paging is Paging.KEYSET:
            raise BadData(f'source "{self.step.source.id}" repeats a page for ever')
        return new

    def _stop_at_frontier(self) -> None:
        if self._read_to is not None and self._read_to != self._after:
            self.frontier = self._read_to
            return
        self.stopped = True
        self.failure = RowBudgetSpent(
            f'source "{self.step.source.id}" pages only from its beginning, and the place asked '
            f"for lies more than {self._limits.row_budget} rows in"
        )

    def _matches(self, record: Complaint) -> bool:
        return all(condition.holds(record) for condition in self.step.residual)


def _follows(key: Key, other: Key, order: Order) -> bool:
    return other.rank(order.direction) < key.rank(order.direction)
