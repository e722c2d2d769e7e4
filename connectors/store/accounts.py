"""What the ledger keeps of cases that other systems hold, by where they are held."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from connectors.contract.acts import Act
from connectors.contract.ledger import Account
from connectors.contract.lifecycle import Status
from connectors.contract.query import Selection
from connectors.contract.records import Mode, SourceId, utc_now
from connectors.store.dialect import pairs_of
from connectors.store.engine import Engine
from connectors.store.reading import Reading

_FOUND = (
    "l.id",
    "l.source",
    "l.source_id",
    "l.reference",
    "l.mode",
    "l.heard_status",
    # In the same statement: what is no longer on its way then has been heard.
    (
        "EXISTS (SELECT 1 FROM outbox o WHERE o.ledger_id = l.id AND o.verb = 'MOVE'"
        " AND o.source = l.source AND o.state <> 'DELIVERED')"
    ),
)


_FOR_COLLEAGUES = frozenset({Act.ADD_NOTE, Act.ASSIGN})
"""Whoever may see a case may not know of these."""


class StoreAccounts:
    """Meets `resolvers.ports.Accounts`."""

    def __init__(self, engine: Engine, reading: Reading) -> None:
        self._engine = engine
        self._reading = reading

    async def of(
        self, places: Iterable[tuple[SourceId, str]], selection: Selection
    ) -> Mapping[tuple[SourceId, str], Account]:
        """The accounts of the cases that are, or were, at `places`: sources with ids of theirs.

        A case that never passed the gateway is absent. One statement if none did.
        """
        dialect = self._engine.dialect
        among = dialect.pairs.format(mark=f"{dialect.marker}1")
        rows = await self._engine.fetch(
            f"SELECT p.source, p.source_id, {', '.join(_FOUND)}, l.complaint_id FROM case_place p"
            f" JOIN ledger l ON l.id = p.ledger_id WHERE (p.source, p.source_id) {among}",
            [pairs_of(places)],
        )
        if not rows:
            return {}
        copies = await self._reading.copies([row[-1] for row in rows], selection, now=utc_now())
        pending = await self._pending([row[2] for row in rows])
        return {
            (SourceId(asked), asked_id): Account(
                reference=reference,
                place=(SourceId(source), source_id),
                record=copies[copy],
                mode=Mode(mode),
                heard_status=None if heard is None else Status(heard),
                moving=bool(moving),
                pending=tuple(pending[ledger_id]),
            )
            for asked, asked_id, ledger_id, source, source_id, *more in rows
            for reference, mode, heard, moving, copy in [more]
        }

    async def _pending(self, ledger_ids: Sequence[int]) -> Mapping[int, list[Act]]:
        dialect = self._engine.dialect
        known = dialect.numbers.format(column="ledger_id", mark=f"{dialect.marker}1")
        rows = await self._engine.fetch(
            f"SELECT ledger_id, act FROM outbox WHERE {known} AND state <> 'DELIVERED'"
            " ORDER BY ledger_id, position",
            [dialect.array(ledger_ids)],
        )
        acts: defaultdict[int, list[Act]] = defaultdict(list)
        for ledger_id, act in rows:
            if Act(act) not in {*acts[ledger_id], *_FOR_COLLEAGUES}:
                acts[ledger_id].append(Act(act))
        return acts
