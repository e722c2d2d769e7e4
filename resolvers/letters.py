"""Show which letters were written about a case; whom they went to is shown elsewhere."""

from collections.abc import Sequence
from typing import Final

from connectors.contract.letters import Letter, LetterState
from resolvers import ports
from resolvers.deadline import store_given_up_at
from resolvers.filed import case_of
from resolvers.policy import Viewer, may_ask
from resolvers.policy.table import LETTERS
from resolvers.receipt import read_reference

_MOST: Final = 200
"""More than a case has causes for letters."""


class Letters:
    """Shows them to who handles the case."""

    def __init__(self, ledger: ports.Ledger, letters: ports.Letters) -> None:
        """Show those of `letters` about the cases in `ledger`."""
        self._ledger = ledger
        self._letters = letters

    async def about(
        self, viewer: Viewer, reference: str, *, deadline: float
    ) -> Sequence[Letter] | None:
        """Those about the case of `reference`, as it was typed, the oldest first.

        None if there is no such case, or none of which `viewer` may know this. `deadline` is loop
        time. Raises `ConnectorError` if the store fails.
        """
        stored = read_reference(reference)
        if stored is None:
            return None
        async with store_given_up_at(deadline):
            row = await self._ledger.find(stored)
            if row is None or not may_ask(viewer, LETTERS, case_of(row)):
                return None
            return await self._letters.letters(
                states=frozenset(LetterState), reference=stored, most=_MOST
            )
