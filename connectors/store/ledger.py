"""The register of every case that passed the gateway; a filing is one transaction."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import AsyncIterator
from contextlib import suppress
from hmac import compare_digest
from typing import Any, Final

import msgspec
from msgspec.structs import asdict, replace

from connectors.contract.acts import Act
from connectors.contract.changes import Changed, Doing, Unfiled
from connectors.contract.ledger import (
    KeyReused,
    NewCase,
    OpenedCase,
    Proof,
    ReferenceTaken,
)
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    AuthorRole,
    Complaint,
    Event,
    EventKind,
)
from connectors.store import complainant
from connectors.store.adopting import adopt
from connectors.store.auditing import proofs
from connectors.store.changing import Decide, Done, RefusalT, add_link, change
from connectors.store.claiming import claim
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Transaction
from connectors.store.ledger_rows import LedgerRows
from connectors.store.lettering import queue_letter
from connectors.store.queueing import queue
from connectors.store.rows import Row
from connectors.store.writing import insert, insert_into

_ENTERED: Final = (
    "reference",
    "code_hash",
    "source",
    "source_id",
    "agency_code",
    "mode",
    "subject",
    "idempotency_key",
    "content_digest",
    "attributes",
    "received_at",
    "due_at",
    "secret",
)
_RECEIPT: Final = ("reference", "generation", "received_at", "due_at")


class StoreLedger(LedgerRows):
    """Meets `resolvers.ports.Ledger`."""

    async def open_case(self, case: NewCase) -> OpenedCase:
        """Store ledger row, case, contact and first event in one transaction, durably.

        A replay (same subject, key and content) stores nothing and returns the first receipt.
        Raises `ReferenceTaken`, `KeyReused` or `UploadsTaken`.
        """
        dialect = self._dialect
        async with self._engine.transaction() as transaction:
            # Of two at once the second waits here for the first, and then finds its row.
            entered = await transaction.fetch(
                f"{insert_into(dialect, 'ledger', _ENTERED)}"
                f" ON CONFLICT DO NOTHING RETURNING id, {', '.join(_RECEIPT)}",
                _entry(dialect, case),
            )
            if not entered:
                return await self._replay(transaction, case)
            row_id, *receipt = entered[0]
            await complainant.keep(transaction, dialect, row_id, case)
            await claim(transaction, dialect, row_id, case.attachments)
            record = _as_filed(case)
            heard_at = record.origin.fetched_at
            copy = await insert(transaction, dialect, record, heard_at=heard_at)
            if copy is None:
                raise ReferenceTaken(f"the source id {record.origin.source_id} exists already")
            mark = dialect.marker
            await transaction.fetch(
                f"UPDATE ledger SET complaint_id = {mark}2 WHERE id = {mark}1", [row_id, copy]
            )
            reference = str(case.complaint.reference)
            at = record.received_at or heard_at
            done = Done(AuthorRole.COMPLAINANT, record.status, record.version, at)
            await add_link(transaction, dialect, row_id, reference, _filing(case), done)
            await queue(transaction, dialect, row_id, Act.FILE, case.outgoing, at)
            await queue_letter(transaction, dialect, row_id, case.letter, record.version, at)
        return _opened(dialect, receipt, replayed=False)

    async def change(
        self, case: str | Unfiled, doing: Doing, decide: Decide[RefusalT]
    ) -> Changed | RefusalT | None:
        """Do an act in one transaction, durably: what `decide` makes of how the case stands.

        Whatever else `decide` gives is given back, and nothing is stored. None if there is no
        such case; `case` is its reference, or, not filed here, its place. A repetition (same
        subject, key, act and content) is not decided again. Raises `KeyReused`, and
        `ReferenceTaken` if another has to be drawn.
        """
        if isinstance(case, str):
            return await self._change(case, doing, decide)
        reference = await self._at(case)
        if reference is None:
            did = await self._adopt_and_change(case, doing, decide)
            if did is not None:
                return did
            # Somebody else was first, or there is no such case.
            reference = await self._at(case)
        return None if reference is None else await self._change(reference, doing, decide)

    async def _adopt_and_change(
        self, case: Unfiled, doing: Doing, decide: Decide[RefusalT]
    ) -> Changed | RefusalT | None:
        """None if there was nothing to adopt; a case in which nothing is done is not adopted."""
        did: Changed | RefusalT | None = None
        with suppress(_Undone):
            async with self._engine.transaction() as transaction:
                if not await adopt(transaction, self._dialect, case):
                    raise _Undone
                did = await change(transaction, self._dialect, case.reference, doing, decide)
                if not isinstance(did, Changed):
                    raise _Undone
        return did

    async def _change(
        self, reference: str, doing: Doing, decide: Decide[RefusalT]
    ) -> Changed | RefusalT | None:
        async with self._engine.transaction() as transaction:
            return await change(transaction, self._dialect, reference, doing, decide)

    async def _at(self, case: Unfiled) -> str | None:
        """The reference of a case, by its place; None if it was never filed here.

        Raises `ReferenceTaken` if the drawn one is another case's.
        """
        mark = self._dialect.marker
        place = [case.source, storable(case.source_id)]
        rows = await self._engine.fetch(
            "SELECT l.reference, TRUE FROM case_place p JOIN ledger l ON l.id = p.ledger_id"
            f" WHERE p.source = {mark}1 AND p.source_id = {mark}2"
            f" UNION ALL SELECT reference, FALSE FROM ledger WHERE reference = {mark}3",
            [*place, case.reference],
        )
        here = [reference for reference, there in rows if there]
        if rows and not here:
            raise ReferenceTaken(f"the reference {case.reference} exists already")
        return here[0] if here else None

    def proofs(self) -> AsyncIterator[Proof]:
        """What the history of each case proves, in the order in which the cases came."""
        return proofs(self._engine)

    async def _replay(self, transaction: Transaction, case: NewCase) -> OpenedCase:
        """The first receipt under this subject and key, if there is one: else the reference hit."""
        mark = self._dialect.marker
        rows = await transaction.fetch(
            f"SELECT content_digest, {', '.join(_RECEIPT)} FROM ledger"
            f" WHERE subject = {mark}1 AND idempotency_key = {mark}2",
            [self._dialect.write(case.subject), self._dialect.write(case.key)],
        )
        if not rows:
            raise ReferenceTaken(f"the reference {case.complaint.reference} exists already")
        digest, *receipt = rows[0]
        if not compare_digest(digest, case.content_digest):
            raise KeyReused("this idempotency key was used for a filing with other content")
        return _opened(self._dialect, receipt, replayed=True)


def _filing(case: NewCase) -> Doing:
    filed, whom = case.complaint, case.on_behalf_of
    content: dict[str, Any] = {
        "agency": filed.agency_code,
        "kind": filed.kind,
        "secret": filed.secret,
        "channel": filed.channel,
        "title": filed.title,
        "description": filed.description,
        "language": filed.language,
        "service": filed.service_code,
        "location": None if filed.location is None else asdict(filed.location),
        "attributes": {code: list(values) for code, values in case.attributes.items()},
        # Without the name, as without whoever complains: both are kept apart.
        "on_behalf_of": None if whom is None else [whom.mandate, whom.person_type],
    }
    if case.attachments:
        content["files"] = sorted(str(each.sha256) for each in case.attachments)
    return Doing(Act.FILE, case.entered_by or case.subject, None, content)


class _Undone(Exception):
    """Ends a transaction in which nothing is to be kept."""


def _entry(dialect: Dialect, case: NewCase) -> list[Any]:
    complaint = case.complaint
    values = (
        complaint.reference,
        case.code_hash,
        complaint.origin.source,
        complaint.origin.source_id,
        complaint.agency_code,
        complaint.origin.mode,
        case.subject,
        case.key,
        case.content_digest,
        _attributes(case),
        complaint.received_at,
        complaint.due_at,
        bool(complaint.secret),
    )
    return [dialect.write(value) for value in values]


def _attributes(case: NewCase) -> str:
    told = {
        storable(code): [storable(value) for value in values]
        for code, values in case.attributes.items()
    }
    return msgspec.json.encode(told).decode()


def _as_filed(case: NewCase) -> Complaint:
    """With its files and first event; of everything else there is nothing yet, and that is known."""
    complaint = case.complaint
    filed = Event(
        id=f"{complaint.reference}-1",
        kind=EventKind.FILED,
        at=complaint.received_at or complaint.origin.fetched_at,
        status=Status.SUBMITTED,
    )
    return replace(
        complaint,
        events=(filed,),
        messages=complaint.messages or (),
        decisions=complaint.decisions or (),
        attachments=case.attachments,
    )


def _opened(dialect: Dialect, receipt: Row, *, replayed: bool) -> OpenedCase:
    reference, generation, received_at, due_at = receipt
    return OpenedCase(
        reference=reference,
        generation=generation,
        received_at=dialect.moment(received_at),
        due_at=None if due_at is None else dialect.moment(due_at),
        replayed=replayed,
    )
