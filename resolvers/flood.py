"""Take no more filings from one address than people make, so that a script cannot flood agencies.

Nor does it flood somebody's mail: whoever files may give another person's address, which is written
to a few times, whoever gives it.

Many people share an address, at a cybercafé, behind an operator's gateway; whoever signs in, such as
a call centre, is known by name and not counted. Each process counts for itself.
"""

from typing import Final

from resolvers.attempts import Attempts, TooManyAttempts
from resolvers.policy import Role, Viewer

_RECEIPTS_A_DAY: Final = 10


class TooManyFilings(TooManyAttempts):
    """An address filed more than it may just now; says when to file again."""

    extensions_code = "TOO_MANY_FILINGS"
    what = "filings from this address"


class FilingLimit:
    """How much was filed anonymously within a minute, by address, and written to whom in a day."""

    def __init__(self, per_minute: int) -> None:
        """Allow an address so many."""
        self._filed = Attempts(per_minute, within_seconds=60.0, refusal=TooManyFilings)
        self._written = Attempts(_RECEIPTS_A_DAY, within_seconds=86_400.0)

    def count(self, viewer: Viewer, caller: str | None) -> None:
        """Count a filing that comes from `caller`, an address. Raises `TooManyFilings`.

        Nothing is counted where the address is not known.
        """
        if viewer.role is Role.ANONYMOUS and caller is not None:
            self._filed.begin(caller)

    def writes_to(self, email: str | None) -> bool:
        """Whether that address may be sent another receipt; counts it if so."""
        if email is not None:
            try:
                self._written.begin(email.casefold())
            except TooManyAttempts:
                return False
        return True
