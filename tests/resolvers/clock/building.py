"""Cases for the clock: one that was received on Friday, 1 May 2026, at eleven in Morocco."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connectors.contract.records import AgencyCode, Kind
from resolvers.clock import USUAL, Clock, ClockPolicy, Facts, Pausing, Term, clock_of

FIRST, SECOND = AgencyCode("first"), AgencyCode("second")

PAUSING = ClockPolicy(complement_pauses=Pausing.BOTH)
EXTENDING = ClockPolicy(
    complaint=Term(60, extension_days=30, extensions=1), complement_pauses=Pausing.BOTH
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


RECEIVED = utc("2026-05-01T10:00")
DUE = utc("2026-06-30T23:00")
"""30 days of May are left, and 30 of June; that day ends at midnight of UTC+1."""

FILED = Facts(case="c", kind=Kind.COMPLAINT, started_at=RECEIVED, agency=FIRST)


def case(**facts: Any) -> Facts:
    return replace(FILED, **facts)


def running(facts: Facts, policy: ClockPolicy = USUAL) -> Clock:
    clock = clock_of(facts, policy)
    assert isinstance(clock, Clock)
    return clock
