"""Queue what an agency's system is to hear of an act, and read again what that was."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import uuid4

import msgspec

from connectors.contract.acts import Act
from connectors.contract.connector import (
    Attaching,
    Contact,
    Filing,
    Move,
    OnBehalfOf,
    Saying,
)
from connectors.contract.outbox import DeliveryState, Outgoing, Verb
from connectors.contract.records import AgencyCode, Channel, Kind, Location, Mandate, PersonType
from connectors.store.dialect import Dialect
from connectors.store.engine import Transaction
from connectors.store.rows import PLACE, Row

_QUEUED: Final = (
    "agency_code",
    "source",
    "act",
    "verb",
    "payload",
    "idempotency_key",
    "state",
    "created_at",
    "next_at",
)
_FILED: Final = (
    "l.id",
    "l.reference",
    "l.agency_code",
    "c.kind",
    "c.channel",
    "c.description",
    "l.received_at",
    "c.title",
    "c.service_code",
    "c.language",
    "l.attributes",
    "p.name",
    "p.phone",
    "p.email",
    "p.on_behalf_of",
    "p.mandate",
    "p.person_type",
    *(f"c.{name}" for name in PLACE),
)
_PAYLOADS: Final[Mapping[Verb, type[Saying] | type[Move] | type[Attaching]]] = {
    Verb.SAY: Saying,
    Verb.MOVE: Move,
    Verb.ATTACH: Attaching,
}


async def queue(
    transaction: Transaction,
    dialect: Dialect,
    ledger_id: int,
    act: Act,
    outgoing: Sequence[Outgoing],
    at: datetime,
) -> None:
    """Queue what `act` has to tell, in that order, in the transaction that stores the act."""
    for each in outgoing:
        state = DeliveryState.BY_HAND if each.by_hand else DeliveryState.PENDING
        payload = None if each.what is None else msgspec.json.encode(each.what).decode()
        values = (each.agency, each.source, act, each.verb, payload, uuid4().hex, state, at, at)
        await transaction.fetch(
            _queue(dialect), [ledger_id, *(dialect.write(value) for value in values)]
        )


def said(verb: Verb, payload: str | None) -> Saying | Move | Attaching:
    """What was queued as `payload`."""
    return msgspec.json.decode(payload or "", type=_PAYLOADS[verb])


async def filings(
    transaction: Transaction, dialect: Dialect, ledger_ids: Sequence[int]
) -> Mapping[int, Filing]:
    """What was filed, by ledger row; of a secret case without who complains, and for whom."""
    wanted = dialect.numbers.format(column="l.id", mark=f"{dialect.marker}1")
    rows = await transaction.fetch(
        f"SELECT {', '.join(_FILED)} FROM ledger l JOIN complaint c ON c.id = l.complaint_id"
        f" LEFT JOIN complainant p ON p.ledger_id = l.id AND NOT l.secret WHERE {wanted}",
        [dialect.array(ledger_ids)],
    )
    return {row[0]: _filing(dialect, row[1:]) for row in rows}


def _filing(dialect: Dialect, row: Row) -> Filing:
    reference, agency, kind, channel, description, at, title, service, language = row[:9]
    attributes, name, phone, email, whom, mandate, person_type, *place = row[9:]
    located = any(value is not None for value in place)
    return Filing(
        reference=reference,
        agency_code=AgencyCode(agency),
        kind=Kind(kind),
        channel=Channel(channel or Channel.SYSTEM),
        description=description or "",
        filed_at=dialect.moment(at),
        title=title,
        service_code=service,
        language=language,
        location=Location(**dict(zip(PLACE, place, strict=True))) if located else None,
        contact=Contact(name=name, phone=phone, email=email),
        on_behalf_of=None
        if whom is None
        else OnBehalfOf(whom, Mandate(mandate), PersonType(person_type)),
        attributes=msgspec.json.decode(attributes, type=dict[str, tuple[str, ...]]),
    )


@lru_cache(maxsize=2)
def _queue(dialect: Dialect) -> str:
    mark = dialect.marker
    ours, agency, source = f"{mark}1", f"{mark}2", f"{mark}3"
    told = ", ".join(f"{mark}{number}" for number in range(4, len(_QUEUED) + 2))
    columns = ("ledger_id", "position", "source_id", *_QUEUED)
    # A system that held it before knows it by the id of then.
    return (
        f"INSERT INTO outbox ({', '.join(columns)}) SELECT l.id,"
        f" (SELECT coalesce(max(position), 0) + 1 FROM outbox WHERE ledger_id = {ours}),"
        f" CASE WHEN l.source = {source} THEN l.source_id ELSE (SELECT p.source_id"
        f" FROM former_place p WHERE p.ledger_id = l.id AND p.source = {source}) END,"
        f" coalesce({agency}, l.agency_code), {source}, {told} FROM ledger l WHERE l.id = {ours}"
    )
