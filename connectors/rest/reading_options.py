"""The format of what is read: the list with its pages, filters and orders, and single cases."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from connectors.contract.query import Direction
from connectors.rest.requests import HeaderName, Query, Reading, knows, texts_of
from connectors.rest.rules import Described, PathText, TimeFormat, Zone
from connectors.rest.templates import names_in, refuse_unknown

Size = Annotated[int, Field(ge=1, le=10_000)]


class _Pages(Described):
    """What all ways of paging have in common."""

    size_parameter: str | None = None
    """Says how many rows are wanted. None: the source decides."""
    max_size: Size = 100
    """The most rows that one answer holds."""


class ByPage(_Pages):
    """Pages have numbers."""

    style: Literal["page"]
    """Pages have numbers."""
    parameter: str = "page"
    """Takes the number."""
    first: Annotated[int, Field(ge=0, le=1)] = 1
    """The number of the first page."""
    more: PathText | None = None
    """Where it says whether more follow. None: until a page is short."""


class ByOffset(_Pages):
    """Rows have numbers."""

    style: Literal["offset"]
    """Rows have numbers, from 0 on."""
    parameter: str = "offset"
    """Takes the number of the first row wanted."""
    more: PathText | None = None
    """Where it says whether more follow. None: until a page is short."""


class ByCursor(_Pages):
    """An answer tells what to ask the next one by."""

    style: Literal["cursor"]
    """An answer tells what to ask the next one by."""
    parameter: str = "cursor"
    """Takes it."""
    next: PathText
    """Where it is told; nothing, null, false and an empty text end the list."""


class ByLink(_Pages):
    """A Link header leads to the next page."""

    style: Literal["link_header"]
    """A Link header leads to the next page (rel="next")."""


class ByUrl(_Pages):
    """The answer holds the address of the next page."""

    style: Literal["next_url"]
    """The answer holds the address of the next page."""
    next: PathText
    """Where it stands."""


class Whole(_Pages):
    """Everything comes at once."""

    style: Literal["none"]
    """Everything comes at once."""
    max_size: Size = 1000
    """More rows than these are not told."""


Paging = Annotated[
    ByPage | ByOffset | ByCursor | ByLink | ByUrl | Whole, Field(discriminator="style")
]


class Counted(Described):
    """How many cases match in all."""

    path: PathText | None = None
    """Where the answer says it."""
    header: HeaderName | None = None
    """Or the header that does."""
    query: Query = {}
    """Parameters that make the source count."""
    exact: bool = True
    """False if the number may be too high, and is never too low."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.path is None) == (self.header is None):
            raise ValueError("expected either a path or a header")
        return self


class Filter(Described):
    """How one condition is asked for."""

    query: Query = {}
    """Parameters, with `{value}`; WITHIN has south, west, north, east; BETWEEN since, before."""
    clause: str | None = None
    """Or a part of the source's query language, put together by `clauses`."""
    exact: bool = False
    """Just the rows come that meet it. False: at least those, and the gateway looks again."""
    format: TimeFormat = "iso"
    """How times are written: UTC for iso, the zone for a pattern without %z."""
    timezone: Zone | None = None
    """The zone for a pattern. None: the source's."""
    inclusive: bool | None = None
    """Whether rows of just that time come too. None: with GTE yes, with LT no."""
    several: Literal["comma", "semicolon", "pipe", "repeat", "none"] = "none"
    """How several values are written. none: with several, all rows are read."""
    table: dict[str, str | list[str]] = {}
    """The source's words for ours. Without it, what the rule for reading says, turned around."""

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if bool(self.query) == (self.clause is not None):
            raise ValueError("expected either query or clause")
        if self.exact and self.several == "none" and self.table:
            raise ValueError("exact needs `several`: a list of values cannot be asked for")
        return self

    def names(self) -> frozenset[str]:
        """The names that its texts use."""
        texts = [*texts_of(self.query), self.clause or ""]
        return frozenset(name for text in texts for name in names_in(text))


class Clauses(Described):
    """A parameter that takes a query in a language of the source."""

    parameter: str
    """Takes the query."""
    join: str = " AND "
    """What stands between two clauses."""
    always: list[str] = []
    """Clauses that are always sent."""
    escape: dict[Annotated[str, Field(min_length=1, max_length=1)], str] = {}
    """How a sign that would end a text is written in one. Others of '"\\ are never sent."""


class Ordering(Described):
    """How an order is asked for."""

    query: Query
    """Parameters."""
    ties: Literal["id", "unsettled"] = "unsettled"
    """id: equal times come by id, as text in code point order, in the same direction.
    unsettled: in any order; they are put in order here, for which a run of them is read whole."""


FilterField = Literal[
    "AGENCY", "STATUS", "KIND", "CHANNEL", "SERVICE", "CATEGORY", "AREA", "POSITION",
    "CREATED", "UPDATED", "RECEIVED", "DUE", "CLOSED", "OVERDUE", "TEXT",
]  # fmt: skip
FilterOp = Literal["IN", "GTE", "LT", "BETWEEN", "WITHIN", "AS_OF", "CONTAINS"]
TimeField = Literal["CREATED", "UPDATED", "RECEIVED", "DUE", "CLOSED"]

_TIMES = frozenset({"CREATED", "UPDATED", "RECEIVED", "DUE", "CLOSED"})
_OPS = {"POSITION": {"WITHIN"}, "OVERDUE": {"AS_OF"}, "TEXT": {"CONTAINS"}}
_NAMES = {"WITHIN": ("south", "west", "north", "east"), "BETWEEN": ("since", "before")}

Filters = dict[FilterField, dict[FilterOp, Filter]]


def _checked_filters(filters: Filters) -> Filters:
    for field, by_op in filters.items():
        allowed = {"GTE", "LT", "BETWEEN"} if field in _TIMES else _OPS.get(field, {"IN"})
        for op, how in by_op.items():
            if op not in allowed:
                raise ValueError(
                    f"{field} cannot be compared by {op}; known: {', '.join(sorted(allowed))}"
                )
            refuse_unknown(how.names(), _NAMES.get(op, ("value",)), f"{field} {op}")
        if "BETWEEN" in by_op and not {"GTE", "LT"} <= set(by_op):
            raise ValueError(f"{field} BETWEEN stands in for GTE and LT together: say those too")
        if {"GTE", "LT"} <= set(by_op) and "BETWEEN" not in by_op:
            both = set(by_op["GTE"].query) & set(by_op["LT"].query)
            if both:
                raise ValueError(
                    f"{field} GTE and LT write the same parameter {min(both)}; "
                    "say by BETWEEN how both are asked at once"
                )
    return filters


class ListOptions(Described):
    """The list, with its pages, filters and orders."""

    request: Annotated[Reading, AfterValidator(knows())]
    """What is asked; pages, filters and orders add their parameters."""
    parameters_in: Literal["query", "json", "form"] = "query"
    """Where those are added: to the address, or at the top of the JSON or form body."""
    records: PathText
    """Where the cases stand: their list, or each of them."""
    paging: Paging
    """How the next page is asked for."""
    total: Counted | None = None
    """How many match. None: the source does not say."""
    filters: Annotated[Filters, AfterValidator(_checked_filters)] = {}
    """By field and operator of the contract."""
    clauses: Clauses | None = None
    """For filters that are clauses."""
    orders: dict[TimeField, dict[Direction, Ordering]] = {}
    """By time and direction; unknown times must come last."""
    max_pages: Annotated[int, Field(ge=1)] = 10_000
    """A list that is longer goes in circles."""


class Bulk(Described):
    """Several cases in one call."""

    request: Annotated[Reading, AfterValidator(knows("ids", "count"))]
    """What is asked: `{ids}`, and their `{count}` where a size must be stated."""
    separator: str = ","
    """Stands between ids."""
    records: PathText
    """Where the cases stand: their list, or each of them."""
    max: Annotated[int, Field(ge=2, le=200)] = 50
    """Ids per call."""


class GetOptions(Described):
    """How cases are read by the source's own ids."""

    request: Annotated[Reading, AfterValidator(knows("id"))] | None = None
    """What is asked for one `{id}`."""
    record: PathText = "$"
    """Where the case stands."""
    bulk: Bulk | None = None
    """Several at once, where the source can."""

    @model_validator(mode="after")
    def _some_way(self) -> Self:
        if self.request is None and self.bulk is None:
            raise ValueError("expected a request, or bulk, or both")
        return self
