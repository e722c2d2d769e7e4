"""Take no more filings from one address than people make, so that a script cannot flood agencies.

Many people share an address, at a cybercafé, behind an operator's gateway; whoever signs in, such as
a call centre, is known by name and not counted. Each process counts for itself.
"""

from resolvers.attempts import Attempts, TooManyAttempts
from resolvers.policy import Role, Viewer


class TooManyFilings(TooManyAttempts):
    """An address filed more than it may just now; says when to file again."""

    extensions_code = "TOO_MANY_FILINGS"
    what = "filings from this address"


class FilingLimit:
    """How much was filed anonymously within a minute, by address."""

    def __init__(self, per_minute: int) -> None:
        """Allow an address so many."""
        self._filed = Attempts(per_minute, within_seconds=60.0, refusal=TooManyFilings)

    def count(self, viewer: Viewer, caller: str | None) -> None:
        """Count a filing that comes from `caller`, an address. Raises `TooManyFilings`.

        Nothing is counted where the address is not known.
        """
        if viewer.role is Role.ANONYMOUS and caller is not None:
            self._filed.begin(caller)
