"""Know which columns a change of who has to do with a case concerns."""

from typing import Any

from connectors.contract.changes import Change
from connectors.store.rows import participants_written


def involved(change: Change) -> dict[str, Any]:
    """The columns that tell who has to do with the case, as far as that changes."""
    columns: dict[str, Any] = {}
    if change.agency_code is not None:
        columns |= {
            "agency_code": change.agency_code,
            "service_code": change.service_code,
            # The service in the words of the agency before.
            "category": None,
            "assignee": None,
        }
    if change.participants is not None:
        columns["participants"] = participants_written(change.participants)
    if change.assignee is not None:
        columns["assignee"] = change.assignee or None
    if change.duplicate_of is not None:
        columns["duplicate_of"] = change.duplicate_of
    if change.handed_over_at is not None:
        columns["handed_over_at"] = change.handed_over_at
    return columns
