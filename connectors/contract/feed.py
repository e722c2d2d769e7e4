"""What the store tells of changes: which case changed, where, and how far somebody has read."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.contract.records import AgencyCode


@dataclass(frozen=True, slots=True)
class Notice:
    """That a case changed, told when the change was committed. It holds nobody's data."""

    agency: AgencyCode
    reference: str | None = None
    """None for cases that were never filed here: some of the agency's changed."""


@dataclass(frozen=True, slots=True)
class ChangedCase:
    """A case that changed, as often as it may have."""

    case: str
    """Its reference, or `source:sourceId` if it was never filed here: what stands in its global id."""
    agency: AgencyCode
    here: bool
    """Whether it is still this agency's, and listed; False if it has just left."""
    mark: str
    """How far somebody has read who has read up to this one."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Cases that changed since a mark, each once, the earliest change first."""

    cases: Sequence[ChangedCase]
    mark: str
    """How far somebody has read who has read all these."""
    more: bool
    """Whether others may have changed too by now: read on from `mark` before waiting."""


class StaleMark(Exception):
    """A mark that another database gave, or this one before it was restored."""
