"""Say of single cases, read by their keys, how they stand in a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from connectors.contract.errors import ConnectorError
from connectors.contract.query import ComplaintQuery, Condition, Op, Selection
from connectors.contract.records import Complaint, utc_now
from resolvers.asking import Authority
from resolvers.bykey import ByKey
from resolvers.deadline import part_of
from resolvers.plan import needed_for
from resolvers.policy import Viewer, scope
from resolvers.possible import Possible
from resolvers.presenting import Presenting

_FOR_SOURCES: Final = 0.9
"""The part of the time that sources have; the rest is for the store's help."""


@dataclass(frozen=True, slots=True)
class Listed:
    """How one case stands in a list."""

    shown: Complaint | ConnectorError
    """The case as it is shown, in the list or not; or why it cannot be had."""
    matches: bool = False
    """Whether it is in the list."""


class ListedCases:
    """Reads cases as lists have them."""

    def __init__(self, by_key: ByKey, possible: Possible, presenting: Presenting) -> None:
        """Read by `by_key`, add what is `possible`, and show by `presenting`."""
        self._by_key = by_key
        self._possible = possible
        self._presenting = presenting

    async def find(
        self,
        viewer: Viewer,
        query: ComplaintQuery,
        ids: Iterable[str],
        selection: Selection,
        *,
        deadline: float,
    ) -> Mapping[str, Listed]:
        """How the cases behind these global ids stand in the list of `query`.

        Unknown ones are absent. Raises `Forbidden`.
        """
        asked, sight = scope(viewer, query).where, viewer.sight
        wanted = sight.narrowed(selection)
        wanted = replace(wanted, fields=wanted.fields | needed_for(asked))
        authority = Authority(viewer.scope, part_of(deadline, _FOR_SOURCES))
        read = await self._by_key.find(ids, wanted, authority, deadline=deadline, as_listed=True)
        found = await self._possible.add(viewer, read, selection, deadline=deadline)
        return {
            global_id: Listed(answer)
            if isinstance(answer, ConnectorError)
            else Listed(
                self._presenting.shown(sight, answer),
                self._presenting.knows(answer) and _meets(answer, asked),
            )
            for global_id, answer in found.items()
        }


def _meets(record: Complaint, where: Iterable[Condition]) -> bool:
    """Whether `record` meets all of `where` now, whenever the question was first asked."""
    now = utc_now()
    return all(
        (replace(each, value=now) if each.op is Op.AS_OF else each).holds(record) for each in where
    )
