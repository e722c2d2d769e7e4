"""What the resolvers ask of the store beyond being a source; met structurally, handed in."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from connectors.contract.changes import Change, Changed, Doing, Standing, Unfiled
from connectors.contract.feed import Changes, Notice
from connectors.contract.following import Followed, Heard, Remembered
from connectors.contract.ledger import (
    Absent,
    Account,
    Complainant,
    Kept,
    LedgerRow,
    Look,
    MirrorPass,
    MirrorProgress,
    MirrorState,
    NewCase,
    OpenedCase,
)
from connectors.contract.letters import Letter, LetterState
from connectors.contract.notices import NewNotice, WatchedCase, WatchProgress
from connectors.contract.outbox import (
    Arrived,
    Delivery,
    DeliveryState,
    Due,
    HeldDelivery,
    Settled,
    Which,
)
from connectors.contract.query import Selection
from connectors.contract.records import AgencyCode, Complaint, SourceId

RefusalT = TypeVar("RefusalT")


class Ledger(Protocol):
    """The register of every case filed through the gateway."""

    async def open_case(self, case: NewCase) -> OpenedCase:
        """Store ledger row, case, contact and first event in one transaction, durably.

        A replay (same subject, key and content) stores nothing and returns the first receipt.
        Raises `ReferenceTaken`, `KeyReused` or `UploadsTaken`.
        """

    async def change(
        self, case: str | Unfiled, doing: Doing, decide: Callable[[Standing], Change | RefusalT]
    ) -> Changed | RefusalT | None:
        """Do an act in one transaction, durably: what `decide` makes of how the case stands.

        Whatever else `decide` gives is given back, and nothing is stored. None if there is no
        such case; `case` is its reference, or, not filed here, its place. A repetition (same
        subject, key, act and content) is not decided again. Raises `KeyReused`,
        `ReferenceTaken` if another has to be drawn, `UploadsTaken`, and, of what is confirmed,
        `NotAwaited` and `PlaceTaken`.
        """

    async def find(self, reference: str) -> LedgerRow | None:
        """The row of a reference; None if no such case passed the gateway."""

    async def find_all(self, references: Sequence[str]) -> Mapping[str, LedgerRow]:
        """The rows of these references, by reference; unknown ones are absent. One statement."""

    async def standings(self, references: Sequence[str]) -> Mapping[str, Standing]:
        """How these cases stand, by reference; unknown ones are absent. One statement.

        Of their places only whether they are on their way is told.
        """

    async def find_held(
        self, places: Iterable[tuple[SourceId, str]]
    ) -> Mapping[tuple[SourceId, str], LedgerRow]:
        """The rows of the cases held at these places, each a source and its id of the case.

        Those that never passed the gateway are absent. One statement for each source.
        """

    async def filed_by(
        self, subject: str, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[LedgerRow]:
        """At most `limit` cases that `subject` filed for themselves, the last received first.

        `after` is when a case was received and its reference: only those behind it.
        """

    async def count_filed_by(self, subject: str) -> int:
        """How many cases `subject` filed for themselves."""


class Feed(Protocol):
    """What changed, told at once and since any time."""

    async def now(self) -> str:
        """The mark of this moment."""

    async def since(
        self, mark: str, agencies: Collection[AgencyCode] | None, *, most: int
    ) -> Changes:
        """The first `most` cases that changed since `mark`, of these agencies or of all.

        Of a case that went to another agency the one that it left is told once; who asks about all
        is told where it is. Raises `StaleMark`.
        """

    async def version(self, case: str) -> int | None:
        """The latest version that was noted of `case`, named as in its global id.

        None if none ever was.
        """

    async def listen(self, hear: Callable[[Notice | None], None]) -> None:
        """Call `hear` for each change that is committed, in any process, until cancelled.

        First it is called with None: what changed before has to be looked for. Raises
        `ConnectorError` when something may have been missed.
        """


class Complainants(Protocol):
    """Who complains in the cases of the ledger, kept apart from them."""

    async def look(
        self, reference: str, look: Look, refuse: Callable[[LedgerRow], RefusalT | None]
    ) -> Complainant | RefusalT | None:
        """Who complains in the case of `reference`, once `look` is durably written down.

        What `refuse` makes of the row of the case, if anything, is given back instead, and nothing
        is written; None if there is no such case.
        """


class Accounts(Protocol):
    """What the ledger keeps of cases that other systems hold."""

    async def of(
        self, places: Iterable[tuple[SourceId, str]], selection: Selection
    ) -> Mapping[tuple[SourceId, str], Account]:
        """The accounts of the cases at `places`, which are sources and their ids.

        A case that never passed the gateway is absent. One statement if none did.
        """


class Outbox(Protocol):
    """What agencies' systems are still to hear."""

    async def waiting(self, now: datetime) -> Sequence[SourceId]:
        """The sources for which something is to be tried at `now`, in the order of their names."""

    async def begin(
        self, source: SourceId, *, now: datetime, until: datetime, most: int
    ) -> Sequence[Due]:
        """Begin an attempt at up to `most` deliveries to `source`, oldest first, durably.

        Nobody else begins one at the same before `until`.
        """

    async def settle(self, due: Due, settled: Settled) -> bool:
        """Note what came of an attempt; False if another one overtook it."""

    async def hasten(self, source: SourceId, *, at: datetime, codes: AbstractSet[str]) -> None:
        """Have tried from `at` on what pauses at `source` because of one of these `codes`."""

    async def deliveries(self, which: Which, *, most: int, after: int = 0) -> Sequence[Delivery]:
        """The next `most` deliveries that are meant, after the id `after`, oldest first."""

    async def find(self, id_: int) -> Delivery | None:
        """The delivery of that id, whatever its state; None if there is none."""

    async def retry(self, id_: int, *, at: datetime) -> bool:
        """Have a delivery that stopped tried again from `at` on; False if it did not stop."""

    async def resolve(self, id_: int, settled: Arrived) -> bool:
        """Note that a person saw a delivery there, or made it by hand; False if none is awaited."""


class Held(Protocol):
    """What was still to be delivered in a store that was put back."""

    async def held_by_source(self) -> Mapping[SourceId, int]:
        """How many deliveries are held, by source."""

    async def held(
        self, source: SourceId, *, now: datetime, after: int, most: int
    ) -> Sequence[HeldDelivery]:
        """The next `most` deliveries to `source` that are held, after the id `after`, oldest first.

        An attempt at each that was broken off `now` may have arrived.
        """

    async def settle_held(self, due: Due, settled: Settled) -> DeliveryState | None:
        """Note what is known of a delivery that is held; its state from then on.

        None if it is held no more.
        """


class Letters(Protocol):
    """Letters to whoever complains."""

    async def stop(self, digest: bytes, *, at: datetime) -> None:
        """Have no letter sent any more to the address with this keyed hash; twice is harmless."""

    async def ask_code_link(self, reference: str, *, at: datetime) -> None:
        """Queue the letter with a link to a new tracking code, once in three hours at most.

        Nothing is queued if there is no such case, or no address.
        """

    async def letters(
        self,
        *,
        states: Collection[LetterState],
        reference: str | None = None,
        most: int,
        after: int = 0,
    ) -> Sequence[Letter]:
        """The next `most` letters in these states, of one case or all, after the id `after`."""


class Follows(Protocol):
    """Which cases the systems that hold them have to be asked for, and what they told."""

    async def waiting(self, now: datetime) -> Sequence[SourceId]:
        """The sources of which some case is due at `now`, in the order of their names."""

    async def begin(
        self, source: SourceId, *, now: datetime, until: datetime, most: int
    ) -> Sequence[Followed]:
        """Take up to `most` cases that `source` holds and that are due, the longest due first.

        They are due again at `until` unless something is noted of them before.
        """

    async def again(self, cases: Sequence[Followed], at: datetime | None) -> None:
        """Have `cases`, of which nothing new was heard, asked for again at `at`; None: never.

        Those that became due for another reason meanwhile stay so.
        """

    async def hear(
        self, source: SourceId, case: Followed, decide: Callable[[Remembered], Heard]
    ) -> Heard | None:
        """Take in what `source` told of `case`, all that `decide` makes of it or nothing, durably.

        None if the case is no longer held there.
        """


class Mirrors(Protocol):
    """What is kept of the cases of mirrored sources, and how fresh that is."""

    async def states(self, sources: Sequence[SourceId]) -> Sequence[MirrorState]:
        """The state of those `sources` that were ever heard; one statement."""

    async def kept(
        self, source: SourceId, ids: Sequence[str], selection: Selection
    ) -> Mapping[str, Complaint]:
        """What is kept of the cases that `source` knows by `ids`; the others are absent."""


class MirrorWriter(Protocol):
    """The mirror of one source, in the hands of the only one who carries it on.

    Whoever writes raises `MirrorBusy`, and stores nothing, if that is no longer so.
    """

    async def progress(self) -> MirrorProgress:
        """How far earlier passes came; asked before anything is written."""

    async def keep(
        self, going: MirrorPass, records: Sequence[Complaint], *, heard_at: datetime
    ) -> Kept:
        """Keep `records` and how far `going` came with them, durably, both or neither.

        A reference once known stays.
        """

    async def absent(self, going: MirrorPass) -> Sequence[Absent]:
        """The listed rows of the source that `going`, a full pass, has not met."""

    async def unlist(self, ids: Collection[str]) -> None:
        """Leave these rows out of lists from now on; by key they are still found."""

    async def finish(self, going: MirrorPass, *, watermark: datetime | None) -> None:
        """Note that `going` came to its end: the source was heard in full as of its beginning."""


class KeepsMirrors(Protocol):
    """Where mirrors are written."""

    async def states(self, sources: Sequence[SourceId]) -> Sequence[MirrorState]:
        """The state of those `sources` that were ever heard; one statement."""

    def alone_with(self, source: SourceId) -> AbstractAsyncContextManager[MirrorWriter]:
        """Be the only one, in any process, who carries the mirror of `source` on.

        Raises `MirrorBusy`.
        """


class KeepsNotices(Protocol):
    """Where it is kept what had to be told of cases, each notice once."""

    def alone(self) -> AbstractAsyncContextManager[bool]:
        """Be the only one in any process who looks; False if somebody else does."""

    async def progress(self) -> WatchProgress:
        """How far the last round came."""

    async def page(self, after: int, limit: int) -> Sequence[WatchedCase]:
        """The next cases after row `after`: at most so many, fewer only at the end."""

    async def tell(
        self, notices: Sequence[NewNotice], progress: WatchProgress, *, now: datetime
    ) -> int:
        """Keep them and how far the round came, durably, both or neither.

        Gives how many had not been told before.
        """
