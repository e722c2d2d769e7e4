"""What counting and telling the public figures asks of the store; met structurally."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from connectors.contract.figures import (
    ClassFigures,
    Cohort,
    CountedCase,
    Counts,
    Coverage,
    LastCount,
    Month,
)
from connectors.contract.records import AgencyClass


class Figures(Protocol):
    """The public figures as they were last counted."""

    async def kept(
        self, classes: Sequence[AgencyClass], first: Month, last: Month, *, demonstration: bool
    ) -> Sequence[ClassFigures]:
        """What is kept of `classes`, each with its months from `first` to `last`; one statement.

        Classes of which nothing is kept are absent.
        """


class KeepsFigures(Protocol):
    """What the public figures are counted of, and where they are kept."""

    def alone(self) -> AbstractAsyncContextManager[bool]:
        """Be the only one in any process who counts; False if somebody else does."""

    async def last(self) -> LastCount | None:
        """The count that is kept; None if there is none."""

    async def page(self, after: int, limit: int) -> Sequence[CountedCase]:
        """The next complaints after row `after`: at most so many, fewer only at the end.

        Each once, as the ledger keeps it if it passed the gateway, else as it is listed.
        """

    async def keep(
        self, coverage: Sequence[Coverage], cohorts: Mapping[Cohort, Counts], counted_at: datetime
    ) -> None:
        """Keep these in the place of all that was kept, durably, or leave that as it was."""
