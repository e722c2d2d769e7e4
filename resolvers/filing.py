"""Take a filing: check it, give it a reference, and answer with a receipt once it is durable."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import uuid4

import msgspec

from connectors.contract.acts import Act
from connectors.contract.ledger import (
    FIRST_GENERATION,
    KeyReused,
    NewCase,
    OpenedCase,
    ReferenceTaken,
)
from connectors.contract.letters import LetterKind
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Outgoing
from connectors.contract.records import (
    STORE,
    AgencyCode,
    Attachment,
    AuthorRole,
    Complaint,
    Mode,
    Origin,
    utc_now,
)
from connectors.contract.uploads import UploadsTaken
from resolvers.cleaning import cleaned
from resolvers.clock import USUAL, ClockPolicy, due_at
from resolvers.entering import NOBODY, is_entered, key_of_entry, problems_of_channel
from resolvers.filing_request import FilingRequest, problems_of
from resolvers.flood import FilingLimit
from resolvers.idempotency import check_key
from resolvers.lettering import NO_LETTERS, Lettering
from resolvers.outcome import Refusal
from resolvers.outgoing import attaching, with_files
from resolvers.policy import Case, Viewer, require
from resolvers.ports import Ledger
from resolvers.questions import Questions, Warned
from resolvers.receipt import TrackingCodes, draw_reference
from resolvers.registry import Registry
from resolvers.uploads.claiming import GONE, Claimed, Claiming
from resolvers.wording import Language, Problem

_DRAWS: Final = 8


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a case was received."""

    complaint: Complaint
    reference: str
    tracking_code: str
    received_at: datetime
    due_at: datetime | None
    warnings: tuple[Warned, ...] = ()


class Filings:
    """Takes filings for every agency that accepts them, whatever system holds its cases."""

    def __init__(
        self,
        registry: Registry,
        ledger: Ledger,
        codes: TrackingCodes,
        clock: ClockPolicy = USUAL,
        *,
        questions: Questions,
        claiming: Claiming,
        limit: FilingLimit,
        lettering: Lettering = NO_LETTERS,
    ) -> None:
        """File into `ledger`, for the agencies of `registry`; answers are due by `clock`."""
        self._registry = registry
        self._ledger = ledger
        self._codes = codes
        self._clock = clock
        self._questions = questions
        self._claiming = claiming
        self._limit = limit
        self._lettering = lettering

    async def file(
        self,
        viewer: Viewer,
        request: FilingRequest,
        *,
        key: str,
        caller: str | None = None,
        language: Language | None = None,
        deadline: float,
    ) -> Receipt | tuple[Problem, ...]:
        """The receipt, once the case is durable, or what is wrong with the request.

        The same viewer, key and content get the same receipt again. `caller` is where the filing
        comes from (an address), as far as known; `language` is what whoever asks reads, if nothing
        is said of whoever complains. Raises `Refusal` for a key that is unfit, or that
        was used for other content, `Forbidden` for who may not file, and `TooManyFilings`.
        """
        check_key(viewer, key)
        request = cleaned(request)
        files = await self._claiming.find(request.uploads, deadline=deadline)
        problems = tuple(problems_of(request, self._registry, recorded=files.recorded))
        if problems := (*problems, *files.problems):
            return problems
        require(viewer, Act.FILE, Case(request.agency_code))
        unfit, warnings = await self._questions.check(request, deadline)
        if problems := (*problems_of_channel(viewer, request.channel), *unfit):
            return problems
        self._limit.count(viewer, caller)
        for _ in range(_DRAWS):
            try:
                receipt = await self._open(viewer, request, files, key, language)
                return replace(receipt, warnings=warnings)
            except ReferenceTaken:
                continue
            except UploadsTaken:
                return (GONE,)
            except KeyReused as error:
                raise Refusal("this idempotency key was already used for another filing") from error
        raise RuntimeError(f"no free reference in {_DRAWS} draws: the number space is exhausted")

    async def _open(
        self,
        viewer: Viewer,
        request: FilingRequest,
        files: Claimed,
        key: str,
        language: Language | None,
    ) -> Receipt:
        reference = draw_reference()
        attachments = files.attachments(utc_now(), AuthorRole.COMPLAINANT)
        outgoing = self._outgoing(request.agency_code, attachments)
        complaint = self._complaint(request, reference, utc_now(), pending=bool(outgoing))
        entered = is_entered(request.channel)
        opened = await self._ledger.open_case(
            NewCase(
                complaint=complaint,
                contact=replace(request.contact, language=_read_by_them(request) or language),
                attributes=dict(request.attributes),
                code_hash=self._codes.hash(
                    reference, self._codes.derive(reference, FIRST_GENERATION)
                ),
                key=key_of_entry(viewer, key) if entered else key,
                subject=NOBODY if entered else viewer.subject,
                content_digest=_digest(replace(request, uploads=files.digests)),
                entered_by=viewer.subject if entered else None,
                on_behalf_of=request.on_behalf_of,
                outgoing=outgoing,
                attachments=attachments,
                letter=self._letter(request),
            )
        )
        if opened.replayed:
            complaint = await self._replayed(complaint, opened)
        return Receipt(
            complaint=complaint,
            reference=opened.reference,
            tracking_code=self._codes.derive(opened.reference, opened.generation),
            received_at=opened.received_at,
            due_at=opened.due_at,
        )

    def _letter(self, request: FilingRequest) -> LetterKind | None:
        return self._lettering.of_filing if self._limit.writes_to(request.contact.email) else None

    def _outgoing(
        self, agency: AgencyCode, attachments: Sequence[Attachment]
    ) -> tuple[Outgoing, ...]:
        """The filing and its files, if another system is to have the case."""
        holder = self._registry.routes[agency].details
        if holder == STORE:
            return ()
        source = self._registry.sources[holder]
        return (Outgoing(holder, None), *with_files(attaching(attachments), source))

    async def _replayed(self, complaint: Complaint, opened: OpenedCase) -> Complaint:
        """The case as it was filed; what became of it since is read by its id."""
        row = await self._ledger.find(opened.reference)
        origin = complaint.origin
        if row is not None:
            origin = msgspec.structs.replace(
                origin, source=row.source, source_id=row.source_id, mode=row.mode
            )
        return msgspec.structs.replace(
            complaint,
            reference=opened.reference,
            origin=origin,
            created_at=opened.received_at,
            received_at=opened.received_at,
            updated_at=opened.received_at,
            due_at=opened.due_at,
        )

    def _complaint(
        self, request: FilingRequest, reference: str, now: datetime, *, pending: bool
    ) -> Complaint:
        return Complaint(
            origin=Origin(
                source=STORE,
                source_id=uuid4().hex,
                mode=Mode.PENDING if pending else Mode.OWN,
                fetched_at=now,
                source_updated_at=now,
                pending_acts=(Act.FILE,) if pending else (),
            ),
            agency_code=request.agency_code,
            agency=self._registry.agencies[request.agency_code],
            service=self._registry.services.get((request.agency_code, request.service_code)),
            overdue=False,
            status=Status.SUBMITTED,
            kind=request.kind,
            reference=reference,
            title=request.title,
            description=request.description or None,
            language=request.language,
            secret=request.secret,
            service_code=request.service_code,
            channel=request.channel,
            location=request.location,
            created_at=now,
            received_at=now,
            updated_at=now,
            due_at=due_at(now, request.kind, self._clock),
        )


def _digest(request: FilingRequest) -> bytes:
    """Equal for equal content; of files, the `request` has to hold their contents' digests."""
    return hashlib.sha256(msgspec.json.encode(request, order="sorted")).digest()


def _read_by_them(request: FilingRequest) -> str | None:
    """What whoever complains reads, as far as it was said: else surely what they write."""
    return request.contact.language or request.language
