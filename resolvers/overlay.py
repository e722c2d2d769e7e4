"""Lay what the ledger keeps of a case over what the system says that holds it.

What was filed, the receipt, the clock, what was done and said, and the answers are the ledger's;
status, place in that system and its own times are the system's. What the ledger does not know,
because the case was not filed here, is the system's too.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from connectors.contract.acts import Act
from connectors.contract.errors import ConnectorError
from connectors.contract.ledger import Account
from connectors.contract.lifecycle import Status
from connectors.contract.query import OF_THE_LEDGER, Child, Selection
from connectors.contract.records import STORE, Attachment, Complaint, Mode, Origin, SourceId
from resolvers.deadline import store_given_up_at
from resolvers.ports import Accounts

KEPT: Final = frozenset(
    {
        "title",
        "description",
        "language",
        "service_code",
        "channel",
        "location",
        "received_at",
        "due_at",
    }
    | OF_THE_LEDGER
)
"""Selectable fields that are the ledger's."""
_WITH_STATUS: Final = ("status_reason", "closed_at")
_HELD_ELSEWHERE: Final = frozenset({Mode.LIVE, Mode.MIRROR, Mode.PENDING})

Place = tuple[SourceId, str]


def place_of(record: Complaint) -> Place:
    """Where `record` comes from."""
    return record.origin.source, record.origin.source_id


def held_elsewhere(records: Iterable[Complaint]) -> set[Place]:
    """Where those of `records` are that are not, or not for long, the store's alone."""
    return {place_of(each) for each in records if each.origin.mode in _HELD_ELSEWHERE}


async def accounts_at(
    accounts: Accounts, places: Iterable[Place], selection: Selection, *, deadline: float
) -> Mapping[Place, Account]:
    """What the ledger keeps of the cases at `places`; those that never passed it are absent.

    Nothing if the store fails: what their systems say is said all the same.
    """
    wanted = sorted(places)
    if not wanted:
        return {}
    kept = Selection(
        fields=selection.fields & KEPT.union(_WITH_STATUS),
        children=selection.children,
        internal=selection.internal,
    )
    try:
        async with store_given_up_at(deadline):
            return await accounts.of(wanted, kept)
    except ConnectorError:
        return {}


def went_on(accounts: Mapping[Place, Account]) -> dict[Place, Place]:
    """By the places asked for, where those cases are held now that are held elsewhere by now."""
    return {asked: account.place for asked, account in accounts.items() if account.place != asked}


def in_list(record: Complaint, account: Account | None) -> Complaint:
    """`record` as lists show it: where it stands is what its system says, by which it was found."""
    if account is None:
        return record
    return _laid_over(record, account, {})


def by_key(record: Complaint, account: Account | None) -> Complaint:
    """`record` as it is read by key, with what was done here and is on its way there.

    Where it stands is the ledger's, until its system says something else than it last did.
    """
    if account is None:
        return record
    ours = account.record
    kept: dict[str, object] = {
        child.value: getattr(ours, child.value)
        for child in Child
        if getattr(ours, child.value) is not None
    }
    if ours.attachments is not None:
        kept[Child.ATTACHMENTS.value] = _with_others(ours.attachments, record.attachments or ())
    if Act.TRANSFER in account.pending:
        # In the system of both agencies an officer has still to pass it on.
        kept["agency_code"] = ours.agency_code
    if _is_news(record, account):
        return _laid_over(record, account, kept)
    stands = {name: getattr(ours, name) for name in _WITH_STATUS}
    return _laid_over(record, account, {"status": ours.status, **stands, **kept})


def _with_others(
    ours: tuple[Attachment, ...], theirs: tuple[Attachment, ...]
) -> tuple[Attachment, ...]:
    """`ours`, and those of `theirs` that anyone may open there: but not ours told back."""
    ids = {each.id for each in ours}
    digests = {each.sha256 for each in ours} - {None}
    looks = {(each.name, each.bytes) for each in ours}
    return (
        *ours,
        *(
            each
            for each in theirs
            # Of one that is not public it is not known whether the complainant may see it.
            if each.url is not None
            and each.id not in ids
            and each.sha256 not in digests
            and (each.name, each.bytes) not in looks
        ),
    )


def _is_news(record: Complaint, account: Account) -> bool:
    """Whether its system says that the case stands elsewhere than it last said."""
    if record.origin.stale or account.moving:
        return False
    if account.heard_status is None:
        # Where it begins in a system that has just taken it is no news once anything was done.
        return account.record.status is Status.SUBMITTED
    return record.status is not account.heard_status


def without_its_system(source: SourceId, source_id: str, account: Account) -> Complaint:
    """What the ledger knows of a case whose system does not answer."""
    ours = account.record
    origin = Origin(
        source=source,
        source_id=source_id,
        mode=account.mode,
        fetched_at=ours.updated_at or ours.origin.fetched_at,
        stale=True,
        pending_acts=account.pending,
    )
    return replace(ours, origin=origin)


def _laid_over(record: Complaint, account: Account, more: Mapping[str, object]) -> Complaint:
    ours = account.record
    origin = replace(record.origin, pending_acts=account.pending)
    if record.origin.source == STORE:
        return replace(record, origin=origin)
    kept = {name: value for name in KEPT if (value := getattr(ours, name)) is not None}
    return replace(
        record,
        origin=origin,
        reference=account.reference,
        version=ours.version,
        kind=ours.kind,
        secret=ours.secret,
        participants=ours.participants,
        **kept,
        **more,
    )
