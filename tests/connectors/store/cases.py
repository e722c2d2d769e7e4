"""Complaints and filings as a test of the store needs them."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from msgspec.structs import replace

from connectors.contract.connector import Contact
from connectors.contract.ledger import NewCase
from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    EVERYTHING,
    SELECTABLE,
    Condition,
    ListQuestion,
    Order,
    Selection,
)
from connectors.contract.records import (
    STORE,
    AgencyCode,
    Complaint,
    Kind,
    Mode,
    Origin,
    SourceId,
)
from connectors.store import Store
from connectors.testing.asking import call, rows
from connectors.testing.scenario import NOON

CITY = SourceId("city")
AGENCIES = tuple(AgencyCode(f"commune-{number}") for number in range(1700))
NAME, PHONE, EMAIL = "Amina Alaoui", "+212600000000", "amina@example.test"


def complaint(
    source_id: str = "1", *, source: SourceId = STORE, mode: Mode = Mode.OWN, **fields: object
) -> Complaint:
    """A case of which little is known, but for `fields`."""
    plain = Complaint(
        origin=Origin(source=source, source_id=source_id, mode=mode, fetched_at=NOON),
        agency_code=AgencyCode("commune-a"),
        status=Status.SUBMITTED,
        kind=Kind.COMPLAINT,
    )
    return replace(plain, **fields)


def mirrored(source_id: str = "1", **fields: object) -> Complaint:
    """A case that the city's system holds."""
    return complaint(source_id, source=CITY, mode=Mode.MIRROR, **fields)


def filing(
    reference: str = "4471083920155",
    *,
    key: str = "key-1",
    subject: str = "citizen",
    text: str = "Lampadaire éteint",
) -> NewCase:
    """A filing that is about to become a case."""
    return NewCase(
        complaint=complaint(
            reference,
            reference=reference,
            description=text,
            created_at=NOON,
            received_at=NOON,
            updated_at=NOON,
            due_at=NOON + timedelta(days=60),
        ),
        contact=Contact(name=NAME, phone=PHONE, email=EMAIL),
        attributes={"POLE": ("12", "ـ١٣")},
        code_hash=sha256(reference.encode()).digest(),
        key=key,
        subject=subject,
        content_digest=sha256(text.encode()).digest(),
    )


async def listed(
    store: Store,
    *where: Condition,
    order: Order | None = None,
    selection: Selection = EVERYTHING,
    limit: int = 50,
) -> Sequence[Complaint]:
    """All rows of the store that meet `where`, page by page."""
    question = ListQuestion(where, order or Order(), selection, limit)
    found, complete = await rows(store.connector, question)
    assert complete
    return found


async def got(store: Store, source_id: str, **selection: object) -> Complaint:
    """One of the store's own cases, whole if no `selection` says otherwise."""
    wanted = Selection(**{"fields": SELECTABLE, **selection}) if selection else EVERYTHING
    found = await store.connector.get([source_id], wanted, call())
    return found[source_id]
