"""Decide what an agency's own system is to hear of an act in a case that it holds; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from connectors.contract.changes import Change
from connectors.contract.connector import Attaching, Move, Saying
from connectors.contract.lifecycle import Status
from connectors.contract.outbox import Outgoing
from connectors.contract.records import Attachment, AuthorRole, Visibility
from resolvers.registry import Desk, Source

_ASKED_FOR: Final = frozenset({Status.WITHDRAWN, Status.REOPENED})
"""States that a complainant asks the agency for; the others follow from what is said."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The agency's officers do this in their own system, which does not take it from here."""


def outgoing(change: Change, source: Source) -> tuple[Outgoing, ...] | NotTaken:
    """What `source` is told of `change`, in order.

    What the complainant does is always accepted: what the system cannot take is put on the
    agency's by-hand list. What an officer does and the system cannot take stays here, if the
    agency answers through the portal, and is refused if not; but for files, which then are on that
    list too.
    """
    told: list[Outgoing] = []
    for what, taken, asked in _parts(change, source):
        if taken:
            told.append(Outgoing(source.id, what))
        elif change.author is AuthorRole.COMPLAINANT or isinstance(what, Attaching):
            if asked:
                told.append(Outgoing(source.id, what, by_hand=True))
        elif source.desk is not Desk.PORTAL:
            return NotTaken()
    return tuple(told)


def with_files(files: Iterable[Attaching], source: Source) -> tuple[Outgoing, ...]:
    """What `source` is told of `files`: those that it cannot take an officer enters there."""
    return tuple(Outgoing(source.id, each, by_hand=not _takes_file(source, each)) for each in files)


def attaching(attachments: Iterable[Attachment]) -> tuple[Attaching, ...]:
    """`attachments` that were sent here, as systems are told of them."""
    return tuple(
        Attaching(each.id, each.name or "", each.media_type or "", each.bytes or 0)
        for each in attachments
    )


def _takes_file(source: Source, file: Attaching) -> bool:
    can = source.capabilities.attaches
    return can is not None and file.bytes <= can.max_bytes


def _parts(change: Change, source: Source) -> list[tuple[Saying | Move | Attaching, bool, bool]]:
    """What there is to tell, whether the system takes it, and whether it must hear of it."""
    can = source.capabilities
    parts: list[tuple[Saying | Move | Attaching, bool, bool]] = []
    if (said := saying(change)) is not None:
        parts.append((said, takes(source, said), True))
    # What an officer sends by the portal is had there.
    asked = change.author is AuthorRole.COMPLAINANT or source.desk is not Desk.PORTAL
    parts += ((each, _takes_file(source, each), asked) for each in attaching(change.attachments))
    if change.status is not None:
        # The reasons of an answer have been said.
        reason = change.status_reason if change.decision is None else None
        move = Move(change.status, reason)
        parts.append((move, change.status in can.moves, change.status in _ASKED_FOR))
    return parts


def takes(source: Source, said: Saying) -> bool:
    """Whether `source` can be told what is said."""
    says = source.capabilities.says
    return says is not None and said.visibility in says.visibilities


def saying(change: Change) -> Saying | None:
    """What is said with `change`; None for nothing."""
    if change.message is not None:
        said = change.message
        return Saying(said.body, said.author, said.visibility, said.language)
    if change.decision is not None:
        return Saying(change.decision.reasons, AuthorRole.AGENCY, Visibility.PUBLIC)
    return None
