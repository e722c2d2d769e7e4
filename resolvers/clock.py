"""Know when an answer is due; pure, time is passed in."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from connectors.contract.records import Kind

MOROCCO: Final = ZoneInfo("Africa/Casablanca")
DAYS_TO_ANSWER: Final = 60
"""Decree 2-17-265: calendar days, the day of deposit not counted."""


def due_at(received_at: datetime, kind: Kind) -> datetime | None:
    """The end, in UTC, of the last local day on which an answer is in time.

    None for observations, suggestions and requests for information: the 60 days are written for
    complaints.
    """
    if kind is not Kind.COMPLAINT:
        return None
    day = received_at.astimezone(MOROCCO).date() + timedelta(days=DAYS_TO_ANSWER + 1)
    return datetime.combine(day, time(), MOROCCO).astimezone(UTC)
