"""Whatever rows there are and however few are told at once: each comes once, or an error does."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract.errors import BadData
from connectors.open311.windows import Windows

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=90)


@dataclass(frozen=True)
class Row:
    id: str
    at: datetime


# Clusters: a few moments, each with some rows in the milliseconds around it.
MOMENTS = st.lists(
    st.tuples(st.integers(0, 90 * 86_400 - 2), st.lists(st.integers(0, 1999), max_size=12)),
    max_size=12,
)


def rows_at(moments: Sequence[tuple[int, Sequence[int]]]) -> list[Row]:
    at = [
        BEGIN + timedelta(seconds=second, milliseconds=milliseconds)
        for second, cluster in moments
        for milliseconds in cluster
    ]
    return [Row(str(number), moment) for number, moment in enumerate(at)]


def reading(rows: Sequence[Row], cap: int, disorder: int) -> Windows[Row]:
    async def fetch(start: datetime, end: datetime, page: int) -> Sequence[Row]:
        assert page == 1
        found = [row for row in rows if start <= row.at <= end]
        found.sort(key=lambda row: (int(row.id) * 7919 + disorder) % 101)
        return found[:cap]

    return Windows(fetch, cap)


def too_many_at_once(rows: Sequence[Row], cap: int) -> bool:
    """Whether some second, and the instant after it, holds more than one answer tells."""
    seconds = {row.at.replace(microsecond=0) for row in rows}
    seconds |= {second - timedelta(seconds=1) for second in seconds}
    return any(
        sum(second <= row.at <= second + timedelta(seconds=1) for row in rows) >= cap
        for second in seconds
    )


async def backwards(windows: Windows[Row]) -> list[Row]:
    end, found = END, []
    while end > BEGIN:
        window = await windows.before(end, BEGIN)
        assert window.start < end == window.end
        assert all(window.start <= row.at < window.end for row in window.rows)
        found += window.rows
        end = window.start
    return found


async def forwards(windows: Windows[Row]) -> list[Row]:
    start, found = BEGIN, []
    while start < END:
        window = await windows.after(start, END)
        assert window.start == start < window.end
        found += window.rows
        start = window.end
    return found


@settings(max_examples=80, deadline=None)
@given(moments=MOMENTS, cap=st.integers(3, 60), disorder=st.integers(0, 100))
def test_every_row_comes_once_from_either_end(
    moments: list[tuple[int, list[int]]], cap: int, disorder: int
) -> None:
    rows = rows_at(moments)
    windows = reading(rows, cap, disorder)
    for read in (backwards, forwards):
        try:
            found = asyncio.run(read(windows))
        except BadData:
            assert too_many_at_once(rows, cap)
        else:
            assert sorted(row.id for row in found) == sorted(row.id for row in rows)
