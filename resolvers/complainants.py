"""Show who complains to who handles the case, for a stated purpose, and never unseen."""

from typing import Final

from connectors.contract.acts import Act
from connectors.contract.ledger import Complainant, LedgerRow, Look
from connectors.contract.records import utc_now
from resolvers import ports
from resolvers.deadline import store_given_up_at
from resolvers.filed import case_of
from resolvers.policy import Viewer, may
from resolvers.purpose import problems_of_purpose
from resolvers.receipt import read_reference
from resolvers.wording import Problem, Sentence

_UNKNOWN: Final = Problem("NOT_FOUND", Sentence.NOT_FOUND, ("reference",))
_SECRET: Final = Problem("SECRET", Sentence.COMPLAINANT_SECRET, ("reference",))


class Complainants:
    """Shows who complains."""

    def __init__(self, kept: ports.Complainants) -> None:
        """Show them as `kept`."""
        self._kept = kept

    async def look(
        self, viewer: Viewer, reference: str, *, purpose: str, deadline: float
    ) -> Complainant | tuple[Problem, ...]:
        """Who complains in the case of `reference`, as it was typed, or why it is not told.

        What is told was durably written down before: who looked, as what, in which case, when and
        for what `purpose`. `deadline` is loop time. Raises `ConnectorError` if the store fails.
        """
        if problems := tuple(problems_of_purpose(purpose)):
            return problems
        stored = read_reference(reference)
        if stored is None:
            return (_UNKNOWN,)
        look = Look(viewer.subject, viewer.role.value, purpose, utc_now())
        async with store_given_up_at(deadline):
            seen = await self._kept.look(stored, look, lambda row: _refusal(viewer, row))
        return (_UNKNOWN,) if seen is None else seen


def _refusal(viewer: Viewer, row: LedgerRow) -> tuple[Problem, ...] | None:
    """Why `viewer` may not know; None if they may."""
    case = case_of(row)
    if may(viewer, Act.READ_SECRET_COMPLAINANT if row.secret else Act.READ_COMPLAINANT, case):
        return None
    # Whoever would know but for the secret knows that there is the case.
    return (_SECRET if may(viewer, Act.READ_COMPLAINANT, case) else _UNKNOWN,)
