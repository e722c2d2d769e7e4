"""Lists that are read page by page, in the form that Relay gave them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import strawberry
from strawberry import argument

from resolvers.outcome import BadCursor, Refusal
from resolvers.outcome import PageInfo as Place
from schema.context import PageLimits

First = Annotated[int | None, argument(description="At most so many rows; the server bounds it.")]
After = Annotated[str | None, argument(description="Only what follows this cursor.")]

T = TypeVar("T")
_R = TypeVar("_R")


@strawberry.type(description="Where a page begins and ends.")
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether, for all that is known, rows follow."
    )
    has_previous_page: bool = strawberry.field(description="Whether this page began at a cursor.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first row.")
    end_cursor: str | None = strawberry.field(
        description="The cursor to read on from; it may lie behind the last row, and be there "
        "without any row, where rows were read that do not match."
    )


@strawberry.type(description="A row and its place in the list.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="The place just after this row.")
    node: T = strawberry.field(description="The row.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The rows with their places.")
    nodes: list[T] = strawberry.field(description="The rows alone.")
    page_info: PageInfo = strawberry.field(description="Where the page begins and ends.")


@dataclass(frozen=True, slots=True)
class Row(Generic[_R]):
    """What stands behind an `Edge`."""

    cursor: str
    node: _R


@dataclass(frozen=True, slots=True)
class Listed(Generic[_R]):
    """What stands behind a connection: a page of something that is known whole."""

    edges: tuple[Row[_R], ...]
    nodes: tuple[_R, ...]
    page_info: Place
    total_count: int


def page_size(first: int | None, limits: PageLimits) -> int:
    """How many rows `first` asks for. Raises `Refusal` for what is no page size."""
    if first is None:
        return limits.default
    if not 1 <= first <= limits.most:
        raise Refusal(f"first: expected 1 to {limits.most}; came {first}")
    return first


def listed(
    items: Sequence[_R],
    *,
    first: int | None,
    after: str | None,
    limits: PageLimits,
    cursor_of: Callable[[_R], str],
) -> Listed[_R]:
    """The page of `items`, which stand in their order, after the cursor `after`.

    Raises `BadCursor` for a cursor of none of them, and `Refusal` for what is no page size.
    """
    size = page_size(first, limits)
    start = 0
    if after is not None:
        start = 1 + next((at for at, item in enumerate(items) if cursor_of(item) == after), -1)
        if not start:
            raise BadCursor("this cursor is not of this list; give the same filter as before")
    rows = tuple(Row(cursor_of(item), item) for item in items[start : start + size])
    return Listed(
        edges=rows,
        nodes=tuple(row.node for row in rows),
        page_info=Place(
            has_next_page=start + size < len(items),
            has_previous_page=start > 0,
            start_cursor=rows[0].cursor if rows else None,
            end_cursor=rows[-1].cursor if rows else None,
        ),
        total_count=len(items),
    )
