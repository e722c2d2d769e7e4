"""Cases that lie in the store before anybody comes."""

from datetime import timedelta
from typing import Any

from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    STORE,
    AgencyCode,
    Complaint,
    Kind,
    Mode,
    Origin,
    utc_now,
)


def kept(title: str, agency: str = "water", *, due_in: int = 30, **changes: Any) -> Complaint:
    """A case that is due in so many days."""
    now = utc_now()
    told = {"status": Status.IN_PROGRESS, "kind": Kind.COMPLAINT, "title": f"Marked {title}"}
    at = now - timedelta(days=60 - due_in)
    return Complaint(
        origin=Origin(source=STORE, source_id=title, mode=Mode.OWN, fetched_at=now),
        agency_code=AgencyCode(agency),
        created_at=at,
        updated_at=at,
        due_at=now + timedelta(days=due_in),
        **(told | changes),
    )
