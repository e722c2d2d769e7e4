"""Find complaints by their ids: at the source that holds them, else as the store keeps them."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec

from connectors.contract.errors import ConnectorError, NotSupported
from connectors.contract.ledger import Account, LedgerRow
from connectors.contract.query import Selection
from connectors.contract.records import STORE, Complaint, Mode, SourceId
from resolvers.asking import Asker, Authority, stale_copy
from resolvers.deadline import store_given_up_at
from resolvers.overlay import (
    Place,
    accounts_at,
    by_key,
    held_elsewhere,
    in_list,
    went_on,
    without_its_system,
)
from resolvers.ports import Accounts, Ledger, Mirrors
from resolvers.receipt import read_reference


class Held(NamedTuple):
    """Where a case is held."""

    source: SourceId
    source_id: str


def meant_by(global_id: str) -> Held | str | None:
    """Where the complaint of that id is held, or its reference; None for what is no such id."""
    kind, _, rest = global_id.partition(":")
    source, colon, source_id = rest.partition(":")
    if kind != "Complaint":
        return None
    if not colon:
        return read_reference(rest)
    return Held(SourceId(source), source_id) if source_id else None


class ByKey:
    """Reads cases by global id or by place."""

    def __init__(
        self,
        askers: Mapping[SourceId, Asker],
        ledger: Ledger,
        accounts: Accounts,
        mirrors: Mirrors,
    ) -> None:
        """Ask by `askers`, find references in `ledger`, and fall back on `mirrors`.

        What `accounts` keep of a case is laid over what its source says.
        """
        self._askers = askers
        self._ledger = ledger
        self._accounts = accounts
        self._mirrors = mirrors

    async def find(
        self,
        ids: Iterable[str],
        selection: Selection,
        authority: Authority,
        *,
        deadline: float,
        as_listed: bool = False,
    ) -> Mapping[str, Complaint | ConnectorError]:
        """The cases behind these global ids, each or why it cannot be had; unknown ones are absent.

        The sources have until the authority's deadline, the store's help until `deadline`. For a
        case `as_listed` no mirrored source is asked: it is as the store lists it.
        """
        references: dict[str, str] = {}
        places: dict[str, Held] = {}
        for global_id in dict.fromkeys(ids):
            match meant_by(global_id):
                case Held() as place:
                    places[global_id] = place
                case str() as reference:
                    references[global_id] = reference
        failed, rows = await self._in_ledger(references, deadline)
        found = {global_id: held_by(row) for global_id, row in rows.items()}
        records = await self.read(
            [*places.values(), *found.values()],
            selection,
            authority,
            deadline=deadline,
            as_listed=as_listed,
        )
        answers = {
            global_id: entered(answer, rows.get(global_id))
            for global_id, held in {**places, **found}.items()
            if (answer := records.get(held)) is not None
        }
        return {**failed, **answers}

    async def read(
        self,
        places: Iterable[Held],
        selection: Selection,
        authority: Authority,
        *,
        deadline: float,
        as_listed: bool = False,
    ) -> Mapping[Held, Complaint | ConnectorError]:
        """The cases that are, or were, held at `places`; one batch for each source, all at once.

        `as_listed` those that went on to another place are absent, for there they are listed.
        """
        asked = dict.fromkeys(places)
        elsewhere = {held for held in asked if held.source != STORE}
        # Before their systems are asked: what these have been told since then is no news of theirs.
        accounts = await accounts_at(self._accounts, elsewhere, selection, deadline=deadline)
        gone = went_on(accounts)
        found, more = await self._read(
            [held for held in asked if held not in gone],
            {held: account for held, account in accounts.items() if held not in gone},
            selection,
            authority,
            deadline=deadline,
            as_listed=as_listed,
        )
        gone |= more
        if not gone or as_listed:
            return found
        now_at = {Held(*was): Held(*now) for was, now in gone.items()}
        there = await self.read(now_at.values(), selection, authority, deadline=deadline)
        return {**found, **{was: there[now] for was, now in now_at.items() if now in there}}

    async def _read(
        self,
        places: Sequence[Held],
        accounts: Mapping[Place, Account],
        selection: Selection,
        authority: Authority,
        *,
        deadline: float,
        as_listed: bool,
    ) -> tuple[Mapping[Held, Complaint | ConnectorError], Mapping[Place, Place]]:
        """The cases held at `places`, with what `accounts` keep of them; where others went to."""
        by_source: defaultdict[SourceId, list[str]] = defaultdict(list)
        for source, source_id in places:
            by_source[source].append(source_id)
        asking = [
            self._as_listed(source, ids, selection, deadline)
            if as_listed and self._is_mirrored(source)
            else self._read_from(source, ids, selection, authority, deadline)
            for source, ids in by_source.items()
        ]
        answers = [await asking[0]] if len(asking) == 1 else await asyncio.gather(*asking)
        read = {
            Held(source, case): answer
            for source, found in zip(by_source, answers, strict=True)
            for case, answer in found.items()
        }
        ours = [answer for answer in read.values() if isinstance(answer, Complaint)]
        waiting = {held for held in held_elsewhere(ours) if held[0] == STORE}
        more = await accounts_at(self._accounts, waiting, selection, deadline=deadline)
        gone = went_on(more)
        lay = in_list if as_listed else by_key
        # A system that lost a case does not take it from whoever filed it.
        unknown = dict.fromkeys(accounts.keys() - read.keys())
        return {
            Held(*held): shown
            for held, answer in (read | unknown).items()
            if held not in gone
            and (shown := _with_account(held, answer, accounts.get(held) or more.get(held), lay))
        }, gone

    async def _in_ledger(
        self, references: Mapping[str, str], deadline: float
    ) -> tuple[Mapping[str, ConnectorError], Mapping[str, LedgerRow]]:
        """By global id: for which the ledger failed, and the rows of the others."""
        if not references:
            return {}, {}
        try:
            async with store_given_up_at(deadline):
                rows = await self._ledger.find_all(list(dict.fromkeys(references.values())))
        except ConnectorError as error:
            return dict.fromkeys(references, error), {}
        return {}, {
            global_id: row
            for global_id, reference in references.items()
            if (row := rows.get(reference)) is not None
        }

    async def _read_from(
        self,
        source: SourceId,
        ids: Sequence[str],
        selection: Selection,
        authority: Authority,
        deadline: float,
    ) -> Mapping[str, Complaint | ConnectorError]:
        asker = self._askers.get(source)
        if asker is None:
            # A source that left the registry; what was mirrored of it is still here.
            return await self._kept(source, ids, selection, deadline)
        answers = dict(await asker.get(ids, selection, authority))
        if asker.source.mode is Mode.MIRROR:
            answers = {case: _mirrored(answer) for case, answer in answers.items()}
        failed = {case: each for case, each in answers.items() if isinstance(each, ConnectorError)}
        if failed and asker.source.mode is Mode.MIRROR:
            kept = await self._kept(source, list(failed), selection, deadline)
            for case, record in kept.items():
                unable = isinstance(failed[case], NotSupported)
                answers[case] = record if unable else stale_copy(record)
        return answers

    def _is_mirrored(self, source: SourceId) -> bool:
        asker = self._askers.get(source)
        return asker is not None and asker.source.mode is Mode.MIRROR

    async def _as_listed(
        self, source: SourceId, ids: Sequence[str], selection: Selection, deadline: float
    ) -> Mapping[str, Complaint | ConnectorError]:
        try:
            async with store_given_up_at(deadline):
                return await self._mirrors.kept(source, ids, selection)
        except ConnectorError as error:
            return dict.fromkeys(ids, error)

    async def _kept(
        self, source: SourceId, ids: Sequence[str], selection: Selection, deadline: float
    ) -> Mapping[str, Complaint]:
        """What the store keeps; nothing if it fails, for whatever was missing then stays so."""
        try:
            async with store_given_up_at(deadline):
                return await self._mirrors.kept(source, ids, selection)
        except ConnectorError:
            return {}


_Answer = TypeVar("_Answer", bound=Complaint | ConnectorError | None)


def _mirrored(answer: Complaint | ConnectorError) -> Complaint | ConnectorError:
    """`answer` of a source that does not know that it is mirrored."""
    if isinstance(answer, ConnectorError):
        return answer
    origin = msgspec.structs.replace(answer.origin, mode=Mode.MIRROR)
    return msgspec.structs.replace(answer, origin=origin)


def held_by(row: LedgerRow) -> Held:
    """Where the case of `row` is held."""
    return Held(row.source, row.source_id)


def entered(answer: _Answer, row: LedgerRow | None) -> _Answer:
    """`answer` with what the ledger alone knows: its number, and whether it is secret."""
    if row is None or not isinstance(answer, Complaint):
        return answer
    secret = row.secret if row.filed_here else None
    return msgspec.structs.replace(answer, reference=row.reference, secret=secret)


def _with_account(
    place: Place,
    answer: Complaint | ConnectorError | None,
    account: Account | None,
    lay: Callable[[Complaint, Account], Complaint],
) -> Complaint | ConnectorError | None:
    if account is None:
        return answer
    if isinstance(answer, Complaint):
        return lay(answer, account)
    return without_its_system(*place, account)
