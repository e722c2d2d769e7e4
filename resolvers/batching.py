"""Gather the keys that arise in several places of one operation into one read per source."""

import asyncio
from collections import defaultdict
from typing import NamedTuple

from aiodataloader import DataLoader

from connectors.contract.query import Selection
from connectors.contract.records import Complaint
from resolvers.complaints import Complaints
from resolvers.policy import Viewer


class _Wanted(NamedTuple):
    id: str
    selection: Selection


class Loaders:
    """The loaders of one request."""

    def __init__(self, complaints: Complaints, viewer: Viewer, deadline: float) -> None:
        """Load for `viewer` until `deadline` (loop time)."""
        self._complaints = complaints
        self._viewer = viewer
        self._deadline = deadline
        self._loader: DataLoader[_Wanted, Complaint | None] = DataLoader(self._load)

    async def complaint(self, global_id: str, selection: Selection) -> Complaint | None:
        """The complaint of this id; None if unknown or not for this viewer."""
        return await self._loader.load(_Wanted(global_id, selection))

    async def _load(self, wanted: list[_Wanted]) -> list[Complaint | None]:
        by_selection: defaultdict[Selection, list[str]] = defaultdict(list)
        for each in wanted:
            by_selection[each.selection].append(each.id)
        answers = await asyncio.gather(
            *(
                self._complaints.get(self._viewer, ids, selection, deadline=self._deadline)
                for selection, ids in by_selection.items()
            )
        )
        found = dict(zip(by_selection, answers, strict=True))
        return [found[each.selection].get(each.id) for each in wanted]
