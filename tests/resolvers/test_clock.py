"""When an answer is due: decree 2-17-265, in Morocco's own days."""

from datetime import UTC, datetime

import pytest

from connectors.contract.records import Kind
from resolvers.clock import due_at


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # The deposit day is not counted, and the sixtieth day counts to its end (UTC+1).
        ("2026-05-01T10:00", "2026-06-30T23:00"),
        ("2026-04-30T22:59", "2026-06-29T23:00"),
        ("2026-04-30T23:00", "2026-06-30T23:00"),
        # A leap year has one day more in between.
        ("2028-01-10T10:00", "2028-03-10T23:00"),
        # In Ramadan, here February 2027, Morocco keeps UTC.
        ("2026-12-15T10:00", "2027-02-14T00:00"),
    ],
)
def test_sixty_days_end_with_the_sixtieth_local_day(received: str, due: str) -> None:
    assert due_at(utc(received), Kind.COMPLAINT) == utc(due)


@pytest.mark.parametrize("kind", [Kind.OBSERVATION, Kind.SUGGESTION, Kind.INFORMATION_REQUEST])
def test_only_complaints_have_the_sixty_days(kind: Kind) -> None:
    assert due_at(utc("2026-05-01T10:00"), kind) is None
