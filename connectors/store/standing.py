"""Read how a case of the ledger stands."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Sequence
from typing import Any, Final

from connectors.contract.changes import Standing
from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode, Kind, Mode, SourceId
from connectors.store.dialect import Dialect
from connectors.store.engine import Transaction
from connectors.store.rows import Row, participants_read

_STANDING: Final = (
    "c.id",
    "l.reference",
    "l.agency_code",
    "l.source",
    "l.mode",
    "c.kind",
    "c.status",
    "c.version",
    "l.subject",
    "l.adopted",
    "l.generation",
    "l.received_at",
    "c.due_at",
    "(SELECT count(*) FROM event WHERE complaint_id = c.id)",
    "(SELECT source_id FROM decision WHERE complaint_id = c.id ORDER BY position DESC LIMIT 1)",
    "c.participants",
    "c.handed_over_at",
)


async def standing_of(
    transaction: Transaction, dialect: Dialect, ledger_id: int
) -> tuple[int, Standing]:
    """The complaint's row id, and how the case of this ledger row stands."""
    (row,) = await transaction.fetch(
        f"SELECT {', '.join(_STANDING)} FROM ledger l JOIN complaint c"
        f" ON c.id = l.complaint_id WHERE l.id = {dialect.marker}1",
        [ledger_id],
    )
    return row[0], _standing(dialect, row)


def _standing(dialect: Dialect, row: Row) -> Standing:
    values: Sequence[Any] = row[1:]
    reference, agency, source, mode, kind, status, version, subject, *more = values
    adopted, generation, received_at, due_at, events, decision, participants, handed_over_at = more
    return Standing(
        reference=reference,
        agency_code=AgencyCode(agency),
        source=SourceId(source),
        mode=Mode(mode),
        kind=Kind(kind),
        status=Status(status),
        version=version,
        subject=subject,
        filed_here=not adopted,
        generation=generation,
        received_at=dialect.moment(received_at),
        due_at=None if due_at is None else dialect.moment(due_at),
        events=events,
        last_decision=decision,
        participants=participants_read(participants),
        handed_over_at=None if handed_over_at is None else dialect.moment(handed_over_at),
    )
