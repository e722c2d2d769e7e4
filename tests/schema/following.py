"""The agencies' side of a case, and hearing of it, for tests over the graph."""

import asyncio
from datetime import timedelta
from typing import Any

from connectors.contract.connector import Call, Move, Saying
from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode, AuthorRole, SourceId, Visibility, utc_now
from resolvers.followup import Followup
from resolvers.policy import Role, Viewer
from tests.schema.graph import Graph

OFFICER = Viewer(Role.OFFICER, "officer-1", frozenset({AgencyCode("city"), AgencyCode("office")}))
SOON = timedelta(seconds=10)
"""When everything that was done just now is due to be asked for."""

_SEEN = """
query ($id: ID!) {
  node(id: $id) { ... on Complaint {
    id status version dueAt closedAt origin { sourceId pendingActs }
    events { kind status at sourceAt }
    messages { id author visibility body at }
    decisions { outcome reasons at notifiedAt sourceAt answeredWithoutReasons }
  } }
}
"""


class Desk:
    """Officers of an agency, at the system that holds one case."""

    def __init__(self, graph: Graph, source: SourceId, source_id: str) -> None:
        self.connector: Any = graph.gateway.now.askers[source]._connector
        self.source_id = source_id
        self._done = 0

    async def say(
        self,
        body: str,
        *,
        visibility: Visibility = Visibility.PUBLIC,
        author: AuthorRole = AuthorRole.AGENCY,
    ) -> None:
        """Write a message there."""
        saying = Saying(body, author, visibility)
        await self.connector.say(self.source_id, saying, key=self._key(), call=_call())

    async def move(self, *statuses: Status) -> None:
        """Put the case there, one state after the other."""
        for status in statuses:
            await self.connector.move(self.source_id, Move(status), key=self._key(), call=_call())

    @property
    def case(self) -> Any:
        """The case as that system has it."""
        return self.connector._cases[self.source_id]

    def _key(self) -> str:
        self._done += 1
        return f"desk-{self._done}"


def followup(graph: Graph, *, after: timedelta = SOON) -> Followup:
    """What asks, as if it were later by so much."""
    gateway = graph.gateway
    return Followup(
        gateway.store.following,
        lambda: gateway.now.askers,
        lambda: gateway.now.configured.clock,
        lettering=gateway.correspondence.lettering,
        now=lambda: utc_now() + after,
    )


async def follow(graph: Graph, *, after: timedelta = SOON) -> None:
    """Hear everything that is due then."""
    worker = followup(graph, after=after)
    await worker.turn()
    await worker.idle()


async def seen(graph: Graph, id_: str) -> Any:
    """The case as its officers see it here."""
    return (await graph.data(_SEEN, viewer=OFFICER, id=id_))["node"]


def _call() -> Call:
    return Call(deadline=asyncio.get_running_loop().time() + 5)
