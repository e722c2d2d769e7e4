"""What the resolvers ask of the store beyond being a source; met structurally, handed in."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from connectors.contract.ledger import LedgerRow, MirrorState, NewCase, OpenedCase
from connectors.contract.query import Selection
from connectors.contract.records import Complaint, SourceId


class Ledger(Protocol):
    """The register of every case filed through the gateway."""

    async def open_case(self, case: NewCase) -> OpenedCase:
        """Store ledger row, case, contact and first event in one transaction, durably.

        A replay (same subject, key and content) stores nothing and returns the first receipt.
        Raises `ReferenceTaken` or `KeyReused`.
        """

    async def find(self, reference: str) -> LedgerRow | None:
        """The row of a reference; None if no such case passed the gateway."""

    async def find_all(self, references: Sequence[str]) -> Mapping[str, LedgerRow]:
        """The rows of these references, by reference; unknown ones are absent. One statement."""


class Mirrors(Protocol):
    """What is kept of the cases of mirrored sources, and how fresh that is."""

    async def states(self, sources: Sequence[SourceId]) -> Sequence[MirrorState]:
        """The state of those `sources` that were ever heard; one statement."""

    async def kept(
        self, source: SourceId, ids: Sequence[str], selection: Selection
    ) -> Mapping[str, Complaint]:
        """What is kept of the cases that `source` knows by `ids`; the others are absent."""
