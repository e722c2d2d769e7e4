"""Have a link sent by which whoever lost a tracking code gets a new one, and open it.

It goes to the address on file alone, and whoever asks learns nothing: neither whether there is such
a case nor whether an address, and the answer takes as long either way. A link is good once, for a
day, and for as long as no other code was made.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Changed, Doing, Standing
from connectors.contract.records import AuthorRole, utc_now
from resolvers.attempts import Attempts
from resolvers.deadline import loop_time, store_given_up_at
from resolvers.lettering import Lettering
from resolvers.ports import Ledger, Letters
from resolvers.receipt import TrackingCodes, read_reference
from resolvers.wording import Problem, Sentence

GOOD_FOR: Final = timedelta(days=1)
"""From when the letter is sent."""
_ANSWERS_AFTER_SECONDS: Final = 0.5
"""Longer than the store takes over either answer, unless it is busy."""
_MOST_ASKED: Final = 10
"""From one address within a quarter of an hour."""
_SUBJECT: Final = "chikaya:code-link"
"""Who replaces the code."""
_SEAL_BYTES: Final = 32
_NOT_SENT_HERE: Final = Problem("NO_LETTERS", Sentence.NO_LETTERS, ("reference",))
_MISTYPED: Final = Problem("INVALID", Sentence.REFERENCE_MISTYPED, ("reference",))
_NO_LINK: Final = Problem("INVALID", Sentence.NOT_FROM_A_LETTER, ("token",))
_SPENT: Final = Problem("LINK_SPENT", Sentence.LINK_SPENT, ("token",))


class _Link(msgspec.Struct, array_like=True, frozen=True):
    reference: str
    generation: int
    """Of the code that it replaces."""
    until: int
    """Seconds since 1970."""


class CodeLinkTokens:
    """Makes and reads what a link carries."""

    def __init__(self, key: bytes) -> None:
        """Make them under `key`, at least 32 bytes."""
        self._key = key

    def token(self, reference: str, generation: int, sent_at: datetime) -> str:
        """What replaces the code of that generation; fit for a URL."""
        until = int((sent_at + GOOD_FOR).timestamp())
        told = msgspec.json.encode(_Link(reference, generation, until))
        return base64.urlsafe_b64encode(self._seal(told) + told).decode()

    def read(self, token: str) -> _Link | None:
        """What `token` says; None if we did not make it."""
        try:
            raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            return None
        seal, told = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(told)):
            return None
        return msgspec.json.decode(told, type=_Link)

    def _seal(self, told: bytes) -> bytes:
        return hmac.digest(self._key, told, "sha256")


@dataclass(frozen=True, slots=True)
class NewCode:
    """What became of opening a link."""

    reference: str | None = None
    tracking_code: str | None = None
    """The code in force from now on; None if there are problems."""
    problems: tuple[Problem, ...] = ()


class CodeLinks:
    """Has links sent, and opens them."""

    def __init__(
        self,
        ledger: Ledger,
        letters: Letters,
        codes: TrackingCodes,
        tokens: CodeLinkTokens,
        lettering: Lettering,
        *,
        now: Callable[[], datetime] = utc_now,
        answers_after_seconds: float = _ANSWERS_AFTER_SECONDS,
    ) -> None:
        """Queue them in `letters`, if `lettering` writes any; put what `codes` derives in force."""
        self._ledger = ledger
        self._letters = letters
        self._codes = codes
        self._tokens = tokens
        self._lettering = lettering
        self._now = now
        self._answers_after = answers_after_seconds
        self._asked = Attempts(_MOST_ASKED)

    async def send(
        self, reference: str, *, caller: str | None, deadline: float
    ) -> tuple[Problem, ...]:
        """Have a link sent for the case of `reference`, as it was typed, if there is somebody to.

        Gives what is wrong with the reference by itself, and nothing about a case. `caller` is an
        address, as far as known; `deadline` is loop time. Raises `TooManyAttempts`, and
        `ConnectorError` if the store fails.
        """
        if not self._lettering.written:
            return (_NOT_SENT_HERE,)
        stored = read_reference(reference)
        if stored is None:
            return (_MISTYPED,)
        if caller is not None:
            self._asked.begin(caller)
        answer_at = loop_time() + self._answers_after
        async with store_given_up_at(deadline):
            await self._letters.ask_code_link(stored, at=self._now())
        await asyncio.sleep(answer_at - loop_time())
        return ()

    async def open(self, token: str, *, deadline: float) -> NewCode:
        """Put a new code in force, and tell it this once; the old one is worth nothing then.

        `deadline` is loop time. Raises `ConnectorError` if the store fails.
        """
        link = self._tokens.read(token)
        if link is None:
            return NewCode(problems=(_NO_LINK,))
        if self._now() >= datetime.fromtimestamp(link.until, UTC):
            return NewCode(problems=(_SPENT,))
        key = hashlib.sha256(token.encode()).hexdigest()
        doing = Doing(Act.REPLACE_TRACKING_CODE, _SUBJECT, key, {"purpose": "link by e-mail"})
        async with store_given_up_at(deadline):
            did = await self._ledger.change(
                link.reference, doing, lambda standing: self._decided(link, standing)
            )
        if not isinstance(did, Changed) or did.generation is None:
            return NewCode(problems=(_SPENT,))
        return NewCode(did.reference, self._codes.derive(did.reference, did.generation))

    def _decided(self, link: _Link, standing: Standing) -> Change | tuple[Problem, ...]:
        if standing.generation != link.generation:
            return (_SPENT,)
        code = self._codes.derive(standing.reference, standing.generation + 1)
        return Change(
            at=self._now(),
            author=AuthorRole.COMPLAINANT,
            events=(),
            code_hash=self._codes.hash(standing.reference, code),
        )
