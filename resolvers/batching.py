"""Gather the keys that arise in several places of one operation into one read per source."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property, reduce
from typing import Any, NamedTuple

from aiodataloader import DataLoader

from connectors.contract.errors import ConnectorError
from connectors.contract.query import Selection
from connectors.contract.records import Complaint, SourceId
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

    @cached_property
    def _loader(self) -> DataLoader[_Wanted, Any]:
        return DataLoader(self._load)

    @cached_property
    def _heard(self) -> DataLoader[SourceId, datetime | None]:
        return DataLoader(self._load_heard)

    async def complaint(self, global_id: str, selection: Selection) -> Complaint | None:
        """The complaint of this id; None if unknown or not for this viewer.

        Raises `ConnectorError` if whoever holds it fails and nothing is kept of it.
        """
        found: Complaint | None = await self._loader.load(_Wanted(global_id, selection))
        return found

    async def heard_at(self, source: SourceId) -> datetime | None:
        """As of when a mirrored source is known here; None if it was never heard.

        Raises `ConnectorError` if the store fails.
        """
        return await self._heard.load(source)

    async def _load_heard(self, sources: list[SourceId]) -> list[datetime | None]:
        found = await self._complaints.heard(sources, deadline=self._deadline)
        return [found.get(source) for source in sources]

    async def _load(self, wanted: list[_Wanted]) -> list[Complaint | ConnectorError | None]:
        """One answer for each of `wanted`; the loader raises an error for just its own key."""
        found = await self._complaints.get(
            self._viewer,
            [each.id for each in wanted],
            _joined(each.selection for each in wanted),
            deadline=self._deadline,
        )
        return [found.get(each.id) for each in wanted]


def _joined(selections: Iterable[Selection]) -> Selection:
    """What any of `selections` wants, so that one read serves all."""
    return reduce(
        lambda one, other: Selection(
            fields=one.fields | other.fields,
            children=one.children | other.children,
            internal=one.internal or other.internal,
            acts=one.acts or other.acts,
        ),
        selections,
    )
