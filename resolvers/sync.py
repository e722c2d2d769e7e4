"""Bring a mirror up to what its source says: read it to its end, keep it, unlist what is gone."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from msgspec import structs

from connectors.contract.capabilities import Paging
from connectors.contract.errors import BadData, ConnectorError, Refused
from connectors.contract.ledger import Absent, MirrorPass
from connectors.contract.query import SELECTABLE, Child, ListQuestion, Page, Selection
from connectors.contract.records import Complaint, DatePrecision, Mode, SourceId, utc_now
from resolvers.asking import Asker, Authority
from resolvers.passes import latest_change, next_pass, watermark_after, way_of
from resolvers.ports import KeepsMirrors, MirrorWriter

_PART: Final = 500
"""Rows asked for at a time, and kept in one transaction: others write in between."""
_SPARE_SECONDS: Final = 5.0
_SCOPE: Final = "sync"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Synced:
    """How far one run came and what it changed; the run before may have read a part of its pass."""

    source: SourceId
    full: bool
    """Whether everything is read, and what is gone is unlisted."""
    resumed: bool
    """Whether it went on with a pass that was broken off."""
    began_at: datetime
    """When the pass began: what is heard is at least as new."""
    pages: int = 0
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    unlisted: int = 0


OnProgress = Callable[[Synced], None]
"""Called after each step, with all so far."""


def _nobody(_so_far: Synced) -> None:
    return None


class Sync:
    """Reads mirrored sources, a pass at a time; one for as long as the program runs."""

    def __init__(self, mirrors: KeepsMirrors, *, now: Callable[[], datetime] = utc_now) -> None:
        """Keep what is read in `mirrors`."""
        self._mirrors = mirrors
        self._now = now

    async def run(self, asker: Asker, *, full: bool = False, told: OnProgress = _nobody) -> Synced:
        """One pass over the source of `asker`, or the rest of one that was broken off.

        With `full` everything is read although the source could tell what changed. Whatever was
        kept before a failure stays, and the next run goes on from there. Raises
        `ConnectorError`, and `MirrorBusy` if somebody else is at it.
        """
        async with self._mirrors.alone_with(asker.source.id) as mirror:
            progress = await mirror.progress()
            going = next_pass(asker.source, progress, full=full, now=self._now())
            run = _Run(asker, mirror, going, told, resumed=going == progress.going)
            try:
                await run.read_to_the_end()
            except Refused:
                if not run.place_refused:
                    raise
                # Page tokens expire. From the first page on, in a pass of its own.
                anew = next_pass(
                    asker.source, replace(progress, going=None), full=full, now=self._now()
                )
                run = _Run(asker, mirror, anew, told, resumed=False)
                await run.read_to_the_end()
            if run.going.full:
                await run.unlist_what_is_gone()
            reached = watermark_after(run.going, progress, run.way, self._now())
            await mirror.finish(run.going, watermark=reached)
            return run.so_far


class _Run:
    """One pass, from where it stands."""

    def __init__(
        self,
        asker: Asker,
        mirror: MirrorWriter,
        going: MirrorPass,
        told: OnProgress,
        *,
        resumed: bool,
    ) -> None:
        self.going = going
        self.way = way_of(asker.source.capabilities, full=going.full)
        self.so_far = Synced(asker.source.id, going.full, resumed, going.began_at)
        self._asker = asker
        self._source = asker.source
        self._mirror = mirror
        self._told = told
        self._fields = asker.source.listed_fields
        self._pace = _Pace(asker.source.sync.per_second)
        self._tokens: set[str] = set()

    @property
    def place_refused(self) -> bool:
        """Whether it was refused the very page at which an earlier run had stopped."""
        return self.so_far.resumed and self.so_far.pages == 0 and self.going.token is not None

    async def read_to_the_end(self) -> None:
        """Ask page after page, each kept before the next is asked for."""
        more = True
        while more:
            page = await self._ask()
            onward = self.way.after(page, self.going, self._source.id)
            self._refuse_circles(onward)
            await self._keep(page, onward)
            more = page.more

    async def unlist_what_is_gone(self) -> None:
        """Take from the lists what the source no longer tells."""
        absent = await self._mirror.absent(self.going)
        for some in _parts(await self._surely_gone(absent)):
            await self._mirror.unlist(some)
            self._count(unlisted=len(some))

    async def _ask(self) -> Page:
        source, can = self._source, self._source.capabilities
        await self._pace.turn()
        return await self._asker.scan(
            ListQuestion(
                where=self.way.where(self.going),
                order=self.way.order,
                selection=Selection(fields=self._fields),
                limit=can.max_page if can.paging is Paging.WHOLE else min(can.max_page, _PART),
                after=self.going.after,
                token=self.going.token,
            ),
            deadline=self._deadline(source.sync.timeout_seconds),
        )

    def _deadline(self, timeout_seconds: float) -> float:
        """Late enough for every attempt that the guard makes."""
        patience = timeout_seconds * (1 + self._source.guard.retries) + _SPARE_SECONDS
        return asyncio.get_running_loop().time() + patience

    def _refuse_circles(self, onward: MirrorPass) -> None:
        if onward.since != self.going.since:
            # Another question, whose pages may be called by the same tokens.
            self._tokens.clear()
        if onward.token is None or onward == self.going:
            return
        if onward.token in self._tokens:
            raise BadData(f'source "{self._source.id}" repeats a page for ever')
        self._tokens.add(onward.token)

    async def _keep(self, page: Page, onward: MirrorPass) -> None:
        """The rows, and with the last of them the place to go on from."""
        rows = [_indexed(record, self._fields) for record in page.records]
        changed_at = latest_change(rows, as_of=page.as_of)
        latest = max(filter(None, (self.going.latest, changed_at)), default=None)
        *parts, last = list(_parts(rows)) or [[]]
        for some in parts:
            await self._keep_part(self.going, some, page.as_of)
        self.going = replace(onward, latest=latest)
        await self._keep_part(self.going, last, page.as_of)
        self._count(pages=1)

    async def _keep_part(
        self, going: MirrorPass, rows: Sequence[Complaint], heard_at: datetime
    ) -> None:
        kept = await self._mirror.keep(going, rows, heard_at=heard_at)
        self._count(read=len(rows), new=kept.new, changed=kept.changed, unchanged=kept.unchanged)

    async def _surely_gone(self, absent: Sequence[Absent]) -> Sequence[str]:
        """Those of `absent` that did not just slip to a page that had been read.

        They are asked for by key as far as that is cheap; of the others two passes in a row must
        say so.
        """
        in_one_page = self.so_far.pages == 1 and not self.so_far.resumed
        can = self._source.capabilities
        if self.way.misses_none or in_one_page:
            return [each.source_id for each in absent]
        can_ask = 0 if can.get is None else can.get.max_batch * self._source.guard.detail_calls
        asked, rest = absent[:can_ask], absent[can_ask:]
        batches = _parts(asked, 1 if can.get is None else can.get.max_batch)
        there = {each for some in batches for each in await self._still_there(some)}
        return [
            *(each.source_id for each in asked if each.source_id not in there),
            *(each.source_id for each in rest if each.twice),
        ]

    async def _still_there(self, absent: Sequence[Absent]) -> Sequence[str]:
        """The ids that the source still knows, or may know; what it tells of them is kept."""
        await self._pace.turn()
        answers = await self._asker.get(
            [each.source_id for each in absent],
            Selection(fields=self._fields),
            Authority(_SCOPE, self._deadline(self._source.guard.timeout_seconds)),
        )
        rows = [
            _indexed(answer, self._fields)
            for answer in answers.values()
            if not isinstance(answer, ConnectorError) and not answer.origin.stale
        ]
        if rows:
            await self._keep_part(self.going, rows, max(row.origin.fetched_at for row in rows))
        return list(answers)

    def _count(self, **more: int) -> None:
        totals = {name: getattr(self.so_far, name) + count for name, count in more.items()}
        self.so_far = replace(self.so_far, **totals)
        self._told(self.so_far)


class _Pace:
    """So many turns a second at most, and none saved up: live questions come first."""

    def __init__(self, per_second: float) -> None:
        self._pause = 1 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        """Wait until it is time."""
        loop = asyncio.get_running_loop()
        if (wait := self._next - loop.time()) > 0:
            await asyncio.sleep(wait)
        self._next = loop.time() + self._pause


def _indexed(record: Complaint, fields: frozenset[str]) -> Complaint:
    """What the mirror may keep of `record`, whatever its source told."""
    unread: dict[str, object] = dict.fromkeys(SELECTABLE - fields)
    if "created_precision" in unread:
        unread["created_precision"] = DatePrecision.INSTANT
    unread |= dict.fromkeys(child.value for child in Child)
    origin = structs.replace(record.origin, mode=Mode.MIRROR, stale=False)
    return structs.replace(record, origin=origin, **unread)


def _parts(things: Sequence[_T], most: int = _PART) -> Iterator[Sequence[_T]]:
    return (things[start : start + most] for start in range(0, len(things), most))
