"""Read how a case of the ledger stands."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from connectors.contract.changes import Places, Standing
from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode, Kind, Mode, SourceId
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Engine, Transaction
from connectors.store.placing import ON_ITS_WAY
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

_FROM: Final = "FROM ledger l JOIN complaint c ON c.id = l.complaint_id"


async def standings_of(engine: Engine, references: Sequence[str]) -> Mapping[str, Standing]:
    """How the cases of these references stand, and whether they are on their way to a system."""
    dialect = engine.dialect
    known = dialect.texts.format(column="l.reference", mark=f"{dialect.marker}1")
    rows = await engine.fetch(
        f"SELECT {ON_ITS_WAY}, {', '.join(_STANDING)} {_FROM} WHERE {known}",
        [dialect.array([storable(each) for each in references])],
    )
    told = (
        replace(_standing(dialect, row), places=Places(on_its_way=bool(on_its_way)))
        for on_its_way, *row in rows
    )
    return {each.reference: each for each in told}


async def standing_of(
    transaction: Transaction, dialect: Dialect, ledger_id: int
) -> tuple[int, Standing]:
    """The complaint's row id, and how the case of this ledger row stands."""
    (row,) = await transaction.fetch(
        f"SELECT {', '.join(_STANDING)} {_FROM} WHERE l.id = {dialect.marker}1",
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
