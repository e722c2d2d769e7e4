"""Give the content of an attachment to who may read it in its case, and to nobody else."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from connectors.contract.ledger import FileOfCase
from connectors.contract.records import Attachment, Complaint
from resolvers.deadline import store_given_up_at
from resolvers.opening import OpenedCase
from resolvers.policy import Case, Pseudonyms, Viewer, as_reached, may_read, sight_with_code
from resolvers.receipt import TrackingCodes
from resolvers.uploads.keeping import Contents


class FindsFiles(Protocol):
    """Where it is kept to which cases files belong."""

    async def case_of(self, id_: str) -> FileOfCase | None:
        """The case that the file of that id is attached to; None for a draft, and for none."""


@dataclass(frozen=True, slots=True)
class Files:
    """Gives files out."""

    found: FindsFiles
    contents: Contents
    codes: TrackingCodes
    pseudonyms: Pseudonyms

    async def find(
        self, viewer: Viewer, opened: OpenedCase | None, id_: str, *, deadline: float
    ) -> Attachment | None:
        """The attachment of that id, if `viewer`, or who has `opened` its case, sees it there.

        No agency's system is asked: what it says changes nobody's right to what was sent here.
        `deadline` is loop time. Raises `ConnectorError` if the store fails.
        """
        async with store_given_up_at(deadline):
            held = await self.found.case_of(id_)
        if held is None:
            return None
        seen = self._seen_with_code(held, opened) or self._seen_by(viewer, held)
        attachments = () if seen is None else seen.attachments or ()
        return next((each for each in attachments if each.id == id_), None)

    def content(self, attachment: Attachment, first: int, end: int) -> AsyncIterator[bytes]:
        """Its bytes from number `first` up to and without number `end`, in pieces."""
        return self.contents.stream(attachment.id, first, end)

    def _seen_with_code(self, held: FileOfCase, opened: OpenedCase | None) -> Complaint | None:
        row = held.row
        if opened is None or opened.reference != row.reference:
            return None
        if not self.codes.matches(row.reference, opened.tracking_code, row.code_hash):
            # It was replaced since.
            return None
        return sight_with_code().of(held.record, self.pseudonyms)

    def _seen_by(self, viewer: Viewer, held: FileOfCase) -> Complaint | None:
        row, record = held.row, held.record
        case = Case(
            row.agency_code,
            filed_here=row.filed_here,
            filed_by=row.subject,
            taking_part=frozenset(each.agency_code for each in record.participants),
        )
        if not may_read(viewer, case):
            return None
        return viewer.sight.of(as_reached(viewer, record), self.pseudonyms)
