"""Open a case to whoever knows its reference and tracking code, as slowly for anyone else."""

from dataclasses import dataclass, field
from typing import Final

import msgspec

from connectors.contract.ledger import LedgerRow
from resolvers.attempts import Attempts
from resolvers.deadline import store_given_up_at
from resolvers.ports import Ledger
from resolvers.receipt import TrackingCodes, read_reference

_TRIES_BY_REFERENCE: Final = 10
_TRIES_BY_CALLER: Final = 100
"""Many people may share an address."""
_LONGEST_REFERENCE: Final = 64


class OpenedCase(msgspec.Struct, frozen=True):
    """A case that somebody opened who need not give its code again for a while."""

    reference: str
    """As it is stored."""
    tracking_code: str
    """As it was typed. One that was replaced since opens nothing any more."""

    def code_of(self, reference: str) -> str | None:
        """The code, if that is the case which is meant by what was typed; else None."""
        return self.tracking_code if read_reference(reference) == self.reference else None


@dataclass(frozen=True, slots=True)
class WrongCodes:
    """What was tried in vain at references and by callers."""

    by_reference: Attempts = field(default_factory=lambda: Attempts(_TRIES_BY_REFERENCE))
    by_caller: Attempts = field(default_factory=lambda: Attempts(_TRIES_BY_CALLER))


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens cases of one ledger."""

    ledger: Ledger
    codes: TrackingCodes
    wrong_codes: WrongCodes = field(default_factory=WrongCodes)
    """Handed on from one configuration to the next: else a change would forgive them."""

    async def open(
        self, reference: str, tracking_code: str, *, caller: str | None, deadline: float
    ) -> LedgerRow | None:
        """The row of `reference` for whoever knows its code; None, as slowly, for anyone else.

        `caller` is where the question comes from (an address), as far as known. Raises
        `TooManyAttempts` after too many wrong codes for this reference or from this caller,
        whatever the code is now, and `ConnectorError` if the store fails.
        """
        stored = read_reference(reference)
        tries = [(self.wrong_codes.by_reference, stored or reference[:_LONGEST_REFERENCE])]
        if caller is not None:
            # First: who is refused for trying too much does not count against the reference too.
            tries.insert(0, (self.wrong_codes.by_caller, caller))
        for attempts, at in tries:
            attempts.begin(at)
        wrong = False
        try:
            row = await self._opened_by(stored or "", tracking_code, deadline)
            wrong = row is None
        finally:
            if not wrong:
                for attempts, at in tries:
                    attempts.take_back(at)
        return row

    async def _opened_by(
        self, reference: str, tracking_code: str, deadline: float
    ) -> LedgerRow | None:
        """The row that `tracking_code` opens; the same work whether there is one or not."""
        async with store_given_up_at(deadline):
            row = await self.ledger.find(reference)
        opens = self.codes.matches(reference, tracking_code, row.code_hash if row else None)
        return row if opens else None
