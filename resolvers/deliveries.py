"""Show how far agencies' systems have heard of what was done here; nothing of its content."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from connectors.contract.outbox import Delivery, Which
from resolvers.cursor import Cursors
from resolvers.deadline import store_given_up_at
from resolvers.outcome import PageInfo
from resolvers.policy import Viewer, agencies_for
from resolvers.policy.table import DELIVERIES
from resolvers.ports import Outbox
from resolvers.receipt import read_reference

_DIGEST_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class DeliveryEdge:
    """A delivery and its place."""

    cursor: str
    node: Delivery


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A page of deliveries, the oldest first."""

    edges: tuple[DeliveryEdge, ...]
    page_info: PageInfo

    @property
    def nodes(self) -> tuple[Delivery, ...]:
        """The rows alone."""
        return tuple(edge.node for edge in self.edges)


class Deliveries:
    """Lists them for who sees to them."""

    def __init__(self, outbox: Outbox, cursors: Cursors) -> None:
        """List those of `outbox`."""
        self._outbox = outbox
        self._cursors = cursors

    async def page(
        self, viewer: Viewer, which: Which, *, first: int, after: str | None, deadline: float
    ) -> DeliveryPage:
        """The next `first` of `which` that `viewer` sees to, after the cursor `after`.

        The reference in `which` is as it was typed; `deadline` is loop time. Raises `Forbidden`
        for who sees to none, `BadCursor`, and `ConnectorError` if the store fails.
        """
        which = replace(which, agencies=agencies_for(viewer, DELIVERIES, which.agencies))
        bound_to = _digest(which, viewer.scope)
        start = 0 if after is None else int(self._cursors.unseal(after, bound_to))
        found = await self._found(which, first + 1, start, deadline)
        edges = tuple(
            DeliveryEdge(self._cursors.seal(str(each.id), bound_to), each) for each in found[:first]
        )
        return DeliveryPage(
            edges,
            PageInfo(
                has_next_page=len(found) > first,
                has_previous_page=after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
        )

    async def _found(
        self, which: Which, most: int, start: int, deadline: float
    ) -> Sequence[Delivery]:
        if which.reference is not None:
            stored = read_reference(which.reference)
            if stored is None:
                return ()
            which = replace(which, reference=stored)
        async with store_given_up_at(deadline):
            return await self._outbox.deliveries(which, most=most, after=start)


def _digest(which: Which, scope: str) -> bytes:
    """What a cursor is bound to: equal for the same deliveries and the same viewer scope."""
    parts = ["deliveries", scope, which.reference or "", *sorted(which.states), ""]
    parts += ["*"] if which.agencies is None else sorted(which.agencies)
    return hashlib.sha256("\1".join(parts).encode()).digest()[:_DIGEST_BYTES]
