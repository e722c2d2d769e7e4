"""Read one source's part of a merged list, row by row, in order, from any place on."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from connectors.contract.capabilities import Paging
from connectors.contract.errors import BadData, ConnectorError, Refused
from connectors.contract.query import Key, ListQuestion, Order, Page, Total, key_of
from connectors.contract.records import Complaint, Mode
from resolvers.asking import Answer, Asker, Authority
from resolvers.plan import Sorting, Step
from resolvers.promises import refuse_empty, refuse_same_token, refuse_standstill

_RESIDUAL_FACTOR: Final = 2
_LONGEST_TOKEN: Final = 2048
"""Characters; a token travels in every cursor."""


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


@dataclass(frozen=True, slots=True)
class _Read:
    page: Page
    new: Sequence[Complaint]
    """Its rows that were not read before."""
    token: str | None
    """What it was asked for by."""


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
        self.failure: ConnectorError | None = None
        """Why it stopped, or why its rows are old."""
        self.stopped = False
        """Nothing further will come of it, although rows may be left."""
        self.frontier: Key | None = None
        """Set when the row budget ran out or the source stopped looking: rows up to here were read,
        later ones were not."""
        self._asker = asker
        self._authority = authority
        self._order = order
        self._after = after
        self._limits = limits
        self._paging = step.source.capabilities.paging
        # What is sorted here is read anew, whole, for every page.
        self._token = token if step.sorting is Sorting.SOURCE else None
        self._token_refused = False
        self._rows: deque[_Row] = deque()
        self._more = True
        self._scanned = 0
        self._matched = 0
        self._told: Total | None = None
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

    @property
    def total(self) -> Total | None:
        """How many rows match: because all were read, or as the source told when it was asked."""
        if self._reads_all and not self._more and not self.stopped:
            return Total(self._matched, exact=self.failure is None)
        return self._told

    @property
    def _reads_all(self) -> bool:
        """Whether, read to its end, no row is left out at the beginning."""
        sorted_here = self.step.sorting is Sorting.BUFFER
        return sorted_here or self._paging is Paging.WHOLE or self._after is None

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
            read = await self._ask(limit)
            matching = self._matching(read.new)
            self._rows.extend(_Row(record, read.token) for record in matching)
            self._matched += len(matching) + len(self._matching(self._passed_over(read)))
            self.frontier = read.page.read_to
            if self._scanned >= self._limits.row_budget and self.wants:
                self._stop_at_frontier()
            limit *= _RESIDUAL_FACTOR

    def _passed_over(self, read: "_Read") -> Sequence[Complaint]:
        """The rows before the place asked for, of a page that holds all: they count too."""
        if self._paging is not Paging.WHOLE:
            return ()
        records = read.page.records
        return records[: len(records) - len(read.new)]

    async def _fill_sorted(self) -> None:
        matching: dict[str, Complaint] = {}
        most = self._limits.sort_buffer
        while self._more:
            read = await self._ask(most + 1)
            matching |= {each.origin.source_id: each for each in read.new if self._matches(each)}
            if self._scanned > most or (read.page.more and self._cannot_page):
                raise SortBufferFull(
                    f'source "{self.step.source.id}" cannot sort by {self._order.by.name}, and '
                    f"more than {most} of its cases would have to be read"
                )
        self._matched = len(matching)
        direction = self._order.direction
        keys = {case: key_of(record, self._order) for case, record in matching.items()}
        self._rows.extend(
            _Row(matching[case], None)
            for case, key in sorted(keys.items(), key=lambda item: item[1].rank(direction))
            if self._after is None or key.follows(self._after, direction)
        )

    @property
    def _cannot_page(self) -> bool:
        if self._paging is Paging.KEYSET:
            return self.step.reading_order is None
        return self._paging is Paging.WHOLE

    async def _ask(self, limit: int) -> "_Read":
        step, can, came_on = self.step, self.step.source.capabilities, self._token
        question = ListQuestion(
            where=step.pushed,
            order=step.reading_order,
            selection=step.selection,
            limit=can.max_page if self._paging is Paging.WHOLE else min(limit, can.max_page),
            after=self._read_to if self._paging is Paging.KEYSET else None,
            token=came_on if self._paging is Paging.TOKEN else None,
        )
        try:
            answer = await self._asker.list(question, self._authority)
        except Refused:
            if came_on is None or self._token_refused:
                raise
            # Page tokens expire. From the first page on; rows that were read are passed over.
            self._token, self._token_refused = None, True
            return await self._ask(limit)
        self._note(answer)
        page = answer.page
        self._refuse_endless(page, question)
        new = self._in_order(page) if step.reading_order else page.records
        self._read_to = page.read_to or self._read_to
        self._scanned += len(page.records)
        self._more = page.more
        if self._paging is Paging.TOKEN and page.more:
            # At the end of the list its last page stays the one to go on from.
            self._token = page.next_token
        if self._paging is Paging.WHOLE and page.more and step.sorting is Sorting.SOURCE:
            self.stopped = True
            self.failure = RowBudgetSpent(
                f'source "{step.source.id}" tells at most {can.max_page} cases, and has more'
            )
        return _Read(page, new, came_on)

    def _refuse_endless(self, page: Page, question: ListQuestion) -> None:
        source = self.step.source.id
        refuse_empty(page, source)
        by_place = question.order if self._paging is Paging.KEYSET else None
        refuse_standstill(page, question.after, by_place, source)
        if page.more and self._paging is Paging.TOKEN:
            refuse_same_token(page, question.token, source)
            if len(page.next_token or "") > _LONGEST_TOKEN:
                raise BadData(f'source "{source}" gives page tokens that are too long')

    def _note(self, answer: Answer) -> None:
        page = answer.page
        self.as_of = page.as_of if self.as_of is None else min(self.as_of, page.as_of)
        if answer.failure is not None:
            self.failure = answer.failure
        if page.total is not None and self._told is None:
            exact = page.total.exact and answer.failure is None
            self._told = Total(page.total.value, exact=exact)

    def _in_order(self, page: Page) -> Sequence[Complaint]:
        """The rows of `page` that were not read before, which must be in the reading order."""
        order = self.step.reading_order
        assert order is not None  # noqa: S101 - only sources read in an order come here
        keys = [key_of(record, order) for record in page.records]
        direction = order.direction
        if not all(key.follows(before, direction) for before, key in pairwise(keys)):
            raise BadData(f'source "{self.step.source.id}" does not keep its declared order')
        read_to = self._read_to
        behind = 0
        if read_to is not None:
            behind = sum(not key.follows(read_to, direction) for key in keys)
        new = page.records[behind:]
        if new:
            self._read_to = keys[-1]
        if not new and page.more and page.read_to is None and self._paging is Paging.KEYSET:
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

    def _matching(self, records: Sequence[Complaint]) -> Sequence[Complaint]:
        if not self.step.residual and not self.step.pending_of:
            return records
        return [record for record in records if self._matches(record)]

    def _matches(self, record: Complaint) -> bool:
        if record.agency_code in self.step.pending_of and record.origin.mode is not Mode.PENDING:
            # Left over from when its source was mirrored: that lists it itself by now.
            return False
        return all(condition.holds(record) for condition in self.step.residual)
