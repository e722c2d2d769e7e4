"""Decide what becomes of a case by what is done in it, and whether it was done before."""

from datetime import datetime
from hashlib import sha256
from typing import Final

from msgspec.structs import replace

from connectors.contract.capabilities import Idempotency
from connectors.contract.connector import Move, Saying, Upload
from connectors.contract.errors import NotFound
from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.records import Attachment, Complaint, Event, EventKind, Message

_ENDED: Final = frozenset(Status) - OPEN - {Status.ANSWERED}


class Acts:
    """What was done in the cases of one source."""

    def __init__(self, cases: dict[str, Complaint]) -> None:
        """Act in `cases`, which are kept by the source's ids."""
        self._cases = cases
        self._done: set[tuple[str, str]] = set()

    def case(self, source_id: str) -> Complaint:
        """The case as it stands. Raises `NotFound`."""
        if source_id not in self._cases:
            raise NotFound("the source knows no such case")
        return self._cases[source_id]

    def say(
        self, source_id: str, saying: Saying, *, key: str, safe_by: Idempotency, at: datetime
    ) -> None:
        """Add a message, unless an earlier attempt at it is found `safe_by` its key or its words."""
        case = self.case(source_id)
        said = case.messages or ()
        message = Message(
            id=f"{source_id}-m{len(said)}",
            author=saying.author,
            visibility=saying.visibility,
            body=saying.body,
            at=at,
            language=saying.language,
        )
        earlier = {replace(each, id=message.id, at=at) for each in said}
        if not self._repeated(source_id, key, safe_by, found=message in earlier):
            self._change(case, at, messages=(*said, message))

    def move(self, source_id: str, move: Move, *, key: str, at: datetime) -> None:
        """Put a case into a state; a late repeat undoes nothing that came after it."""
        case = self.case(source_id)
        repeated = self._repeated(source_id, key, Idempotency.KEY)
        if repeated or case.status is move.status:
            return
        happened = case.events or ()
        step = Event(
            id=f"{source_id}-e{len(happened)}",
            kind=EventKind.STATUS_CHANGED,
            at=at,
            status=move.status,
        )
        self._change(
            case,
            at,
            status=move.status,
            status_reason=move.reason,
            closed_at=at if move.status in _ENDED else None,
            events=(*happened, step),
            origin=replace(case.origin, raw_status=None),
        )

    def attach(
        self, source_id: str, upload: Upload, *, key: str, safe_by: Idempotency, at: datetime
    ) -> None:
        """Add a file, unless an earlier attempt at it is found `safe_by` its key or its content."""
        case = self.case(source_id)
        kept = case.attachments or ()
        attachment = Attachment(
            id=f"{source_id}-f{len(kept)}",
            name=upload.name,
            media_type=upload.media_type,
            bytes=len(upload.content),
            sha256=sha256(upload.content).hexdigest(),
        )
        earlier = {replace(each, id=attachment.id) for each in kept}
        if not self._repeated(source_id, key, safe_by, found=attachment in earlier):
            self._change(case, at, attachments=(*kept, attachment))

    def _repeated(
        self, source_id: str, key: str, safe_by: Idempotency, *, found: bool = False
    ) -> bool:
        """Whether this was done before; `found` tells it where no key is kept."""
        known = (source_id, key) in self._done
        self._done.add((source_id, key))
        return found if safe_by is Idempotency.SEARCH else known and safe_by is Idempotency.KEY

    def _change(self, case: Complaint, at: datetime, **changes: object) -> None:
        changed = replace(case, updated_at=at, **changes)
        origin = replace(changed.origin, source_updated_at=at)
        self._cases[case.origin.source_id] = replace(changed, origin=origin)
