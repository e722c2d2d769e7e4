"""Send the letters that wait, one after the other; several processes share them.

SMTP knows no keys: whether a server took a letter whose answer was lost nobody knows. Such a letter
is sent again, under the same Message-ID, by which mail programs show it once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import uuid4

import structlog

from connectors.contract.letters import (
    DueLetter,
    LetterEnded,
    LetterLater,
    LetterSent,
    LetterSettled,
    LetterState,
)
from connectors.contract.records import Agency, AgencyCode, LocalizedText, utc_now
from gateway.letters.composing import Composer
from gateway.letters.posting import Counter, Post
from gateway.letters.refusals import FOR_GOOD, NotPosted, PostAway, Refusal
from gateway.pauses import pause_after
from resolvers.stopping import StopTokens

_log = structlog.get_logger(__name__)


_MOST_AT_ONCE: Final = 50
"""Letters on one connection; many servers hang up after a hundred."""


class Queue(Protocol):
    """The letters that wait."""

    async def waiting(self, now: datetime) -> bool:
        """Whether some letter is to be tried at `now`."""

    async def begin(self, *, now: datetime, until: datetime) -> DueLetter | None:
        """Begin an attempt at the letter that waits the longest, durably; None if none is due.

        Nobody else begins one at the same before `until`.
        """

    async def settle(self, letter: DueLetter, settled: LetterSettled) -> bool:
        """Note what came of an attempt; False if another one overtook it."""

    async def stopped(self, digest: bytes) -> bool:
        """Whether no letters are wanted at the address with this keyed hash."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often a letter is tried; times in seconds."""

    look: float = 2.0
    """From one look at what waits to the next."""
    lease: float = 300.0
    """After which an attempt counts as cut off; longer than any takes."""
    first_pause: float = 60.0
    longest_pause: float = 3600.0
    away_first: float = 2.0
    """While the server is away no letter is begun; it is looked for after pauses of that."""
    away_longest: float = 30.0
    attempts: int = 20
    """Before a letter is dead, and not before `days` either."""
    days: float = 5.0
    """RFC 5321 section 4.5.4.1 gives up after four or five."""


class Sending:
    """Sends letters; one for as long as the program runs."""

    def __init__(
        self,
        queue: Queue,
        post: Post,
        composer: Composer,
        stops: StopTokens,
        agencies: Callable[[], Mapping[AgencyCode, Agency]],
        *,
        now: Callable[[], datetime] = utc_now,
        patience: Patience = Patience(),
    ) -> None:
        """Send what `queue` holds by `post`; `agencies` is asked for names each time."""
        self._queue = queue
        self._post = post
        self._composer = composer
        self._stops = stops
        self._agencies = agencies
        self._now = now
        self._patience = patience
        self._ending = False
        self._failures = 0
        """Looks at which the server was away, since it was last there."""

    def end(self) -> None:
        """Begin no further letter."""
        self._ending = True

    async def turn(self, got_on: Callable[[], None] = lambda: None) -> float:
        """Send what waits; the seconds until it is worth looking again.

        `got_on` is called after every step that may take its time.
        """
        try:
            if await self._queue.waiting(self._now()):
                async with self._post.connected() as counter:
                    self._failures = 0
                    got_on()
                    return await self._sent_some(counter, got_on)
        except PostAway as away:
            self._failures += 1
            if self._failures == 1:
                # While it lasts nothing more is said: the status tells what waits.
                _log.warning("mail_server_away", code=away.refusal.value)
            return pause_after(
                self._failures,
                first_seconds=self._patience.away_first,
                longest_seconds=self._patience.away_longest,
            )
        return self._patience.look

    async def _sent_some(self, counter: Counter, got_on: Callable[[], None]) -> float:
        """Send as many as one connection is for; the seconds until it is worth looking again."""
        for _ in range(_MOST_AT_ONCE):
            if self._ending or not await self._sent_one(counter):
                return self._patience.look
            got_on()
        return 0.0

    async def _sent_one(self, counter: Counter) -> bool:
        """Try the next letter; whether another one can be tried on this connection."""
        begun_at = self._now()
        letter = await self._queue.begin(
            now=begun_at, until=begun_at + timedelta(seconds=self._patience.lease)
        )
        if letter is None:
            return False
        settled, goes_on = await self._attempt(counter, letter)
        _tell(letter, settled, kept=await self._queue.settle(letter, settled))
        return goes_on

    async def _attempt(self, counter: Counter, letter: DueLetter) -> tuple[LetterSettled, bool]:
        """What came of it, and whether the connection is still good."""
        address = letter.address
        if address is None:
            return self._ended(LetterState.CANCELLED, Refusal.NO_ADDRESS), True
        if await self._queue.stopped(self._stops.digest(address)):
            return self._ended(LetterState.CANCELLED, Refusal.STOPPED), True
        try:
            await counter.post(self._composer.compose(letter, address, self._name_for(letter)))
        except NotPosted as failed:
            return self._refused(letter, failed.refusal), not failed.ends
        except Exception as error:  # noqa: BLE001 - one letter that we cannot write keeps no other
            _log.error("letter_broke", letter=letter.id, error_id=uuid4().hex, exc_info=error)
            return self._refused(letter, Refusal.UNEXPECTED), True
        return LetterSent(self._now()), True

    def _name_for(self, letter: DueLetter) -> LocalizedText:
        """What the agency is called, also one that is configured no more."""
        agency = self._agencies().get(letter.agency_code)
        return LocalizedText(en=letter.agency_code) if agency is None else agency.name

    def _ended(self, state: LetterState, code: Refusal) -> LetterEnded:
        return LetterEnded(state, code, self._now())

    def _refused(self, letter: DueLetter, code: Refusal) -> LetterSettled:
        now, patience = self._now(), self._patience
        old = now - letter.queued_at >= timedelta(days=patience.days)
        if code in FOR_GOOD or (old and letter.attempt >= patience.attempts):
            return self._ended(LetterState.DEAD, code)
        pause = pause_after(
            letter.attempt,
            first_seconds=patience.first_pause,
            longest_seconds=patience.longest_pause,
        )
        return LetterLater(now + timedelta(seconds=pause), code)


def _tell(letter: DueLetter, settled: LetterSettled, *, kept: bool) -> None:
    """Neither whom it is for nor which case it is about."""
    told = {"letter": letter.id, "kind": letter.kind, "attempt": letter.attempt}
    match settled:
        case LetterSent():
            _log.info("letter_sent", **told)
        case LetterLater(code=code):
            _log.warning("letter_not_sent", **told, code=code)
        case LetterEnded(state=state, code=code):
            _log.warning("letter_ended", **told, state=state, code=code)
    if not kept:
        _log.warning("letter_overtaken", **told)
