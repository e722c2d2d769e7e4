"""Say how each source did, and what the caller did wrong: silence and refusal as data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connectors.contract.query import Total
from connectors.contract.records import Complaint, SourceId


class SourceStatus(StrEnum):
    """How one source did for one question."""

    OK = "OK"
    STALE = "STALE"
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    UNAUTHORIZED = "UNAUTHORIZED"
    RATE_LIMITED = "RATE_LIMITED"
    BAD_DATA = "BAD_DATA"
    UNSUPPORTED_ORDER = "UNSUPPORTED_ORDER"
    UNSUPPORTED_FILTER = "UNSUPPORTED_FILTER"
    TRUNCATED = "TRUNCATED"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """Why a source did not serve: a stable code and words safe for anyone."""

    code: str
    message: str
    retry_after: float | None = None
    """Seconds after which asking again makes sense; None if unknown."""


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """What one source contributed to an answer."""

    source: SourceId
    status: SourceStatus
    rows: int = 0
    """How many of the answer's rows are its own."""
    as_of: datetime | None = None
    """When it knew what it said; None if it said nothing."""
    lag_seconds: float | None = None
    """The age of that knowledge at the time of the answer."""
    fields_missing: tuple[str, ...] = ()
    """Selected fields that this source cannot supply."""
    ended_early: bool = False
    """Whether the page ended before it was full, since reading on in this source would have cost
    more than one page may. Nothing is left out up to there."""
    missed_before: str | None = None
    """The cursor to ask again for rows that were missed; None if none were."""
    error: SourceFailure | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A row and its place."""

    node: Complaint
    write: Callable[[], str]
    """Writes the cursor, which most questions do not ask for."""

    @property
    def cursor(self) -> str:
        """The place just after the row."""
        return self.write()


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where a page begins and ends, as Relay asks."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None
    """May be set on a page without rows: where a source stands of which the page ended early."""


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """A merged page and the evidence for it."""

    edges: tuple[Edge, ...]
    tell_page_info: Callable[[], PageInfo]
    """Tells where it begins and ends, once it is asked."""
    sources: tuple[SourceOutcome, ...]
    complete: bool
    """Whether nothing that matches was left out up to the end of this page."""
    total_count: Total | None
    """None if it was not asked for."""

    @property
    def page_info(self) -> PageInfo:
        """Where it begins and ends."""
        return self.tell_page_info()

    @property
    def nodes(self) -> tuple[Complaint, ...]:
        """The rows alone."""
        return tuple(edge.node for edge in self.edges)


class OnSourceFailure(StrEnum):
    """What a silent source does to the answer."""

    PARTIAL = "PARTIAL"
    FAIL = "FAIL"


class Refusal(Exception):
    """The caller's question cannot be answered as put; the message is for the caller."""

    extensions_code = "BAD_USER_INPUT"


class BadCursor(Refusal):
    """A cursor that this question did not give."""

    extensions_code = "BAD_CURSOR"


class Forbidden(Refusal):
    """The viewer may not ask this."""

    extensions_code = "FORBIDDEN"


class SourcesFailed(Refusal):
    """A source was silent and the caller had said FAIL."""

    extensions_code = "SOURCE_FAILURE"
