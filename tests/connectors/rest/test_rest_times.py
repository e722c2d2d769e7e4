"""Times are read and written as sources do, on the clocks that they have."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.rest.times import ceiling, floor, moment, written

RABAT = ZoneInfo("Africa/Casablanca")


@pytest.mark.parametrize(
    ("how", "zone", "word", "at"),
    [
        ("iso", RABAT, "2026-07-01T12:00:00Z", "2026-07-01T12:00"),
        ("iso", RABAT, "2026-07-01t12:00:00+02:00", "2026-07-01T10:00"),
        ("iso", RABAT, "2026-07-01 12:00:00", "2026-07-01T11:00"),
        ("iso", RABAT, "2026-07-01", "2026-06-30T23:00"),
        # In Ramadan (18 February to 19 March 2026) Morocco's clocks stand an hour back.
        ("iso", RABAT, "2026-02-14T12:00:00", "2026-02-14T11:00"),
        ("iso", RABAT, "2026-02-20T12:00:00", "2026-02-20T12:00"),
        ("iso", RABAT, "2026-03-25T12:00:00", "2026-03-25T11:00"),
        # The clocks went from 3 to 2: this time was twice, and the first is meant.
        ("iso", RABAT, "2026-02-15T02:30:00", "2026-02-15T01:30"),
        # They went from 2 to 3: this time never was; it is read as if they had not yet.
        ("iso", RABAT, "2026-03-22T02:30:00", "2026-03-22T02:30"),
        ("%d/%m/%Y %H:%M", RABAT, "31/12/2025 23:30", "2025-12-31T22:30"),
        ("%d/%m/%Y %H:%M %z", RABAT, "31/12/2025 23:30 +0200", "2025-12-31T21:30"),
        ("epoch_seconds", RABAT, 1_782_907_200, "2026-07-01T12:00"),
        ("epoch_seconds", RABAT, "1782907200", "2026-07-01T12:00"),
        ("epoch_milliseconds", RABAT, 1_782_907_200_000, "2026-07-01T12:00"),
        ("epoch_milliseconds", RABAT, -1000, "1969-12-31T23:59:59"),
    ],
)
def test_a_time_is_read_where_it_was_written(
    how: str, zone: ZoneInfo, word: str | float, at: str
) -> None:
    assert moment(word, how, zone) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ("iso", "yesterday"),
        ("iso", "2026-02-30"),
        ("epoch_seconds", "soon"),
        ("epoch_seconds", float("1e300")),
        ("epoch_milliseconds", "nan"),
        ("%d/%m/%Y", "2026-03-01"),
        ("iso", "0001-01-01T00:00:00+12:00"),
    ],
)
def test_what_is_no_time_is_said_to_be_none(how: str, word: str | float) -> None:
    with pytest.raises(ValueError, match=r".+"):
        moment(word, how, RABAT)


@pytest.mark.parametrize(
    ("how", "below", "above"),
    [
        ("iso", "2026-03-02T12:00:00", "2026-03-02T12:00:01"),
        ("epoch_seconds", "2026-03-02T12:00:00", "2026-03-02T12:00:01"),
        ("epoch_milliseconds", "2026-03-02T12:00:00.123", "2026-03-02T12:00:00.124"),
        ("%Y-%m-%d %H:%M", "2026-03-02T12:00", "2026-03-02T12:01"),
        ("%Y-%m-%d", "2026-03-02T00:00", "2026-03-03T00:00"),
    ],
)
def test_a_bound_is_widened_to_what_the_format_can_write(how: str, below: str, above: str) -> None:
    at = datetime(2026, 3, 2, 12, 0, 0, 123_456, tzinfo=UTC)
    ends = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (below, above)]
    assert [floor(at, how, UTC), ceiling(at, how, UTC)] == ends
    assert [floor(ends[0], how, UTC), ceiling(ends[0], how, UTC)] == [ends[0], ends[0]]


def test_a_day_ends_at_midnight_even_when_the_clocks_are_changed() -> None:
    changed = datetime(2026, 2, 15, 12, tzinfo=UTC)
    assert written(ceiling(changed, "%Y-%m-%d", RABAT), "%Y-%m-%d", RABAT) == "2026-02-16"
    assert written(floor(changed, "%Y-%m-%d", RABAT), "%Y-%m-%d", RABAT) == "2026-02-15"
