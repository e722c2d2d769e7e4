"""The baseline's graph: types copied from models, one resolver, children by prefetch."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.asgi import GraphQL
from strawberry.types import Info

from tests.benchmarks.naive import models


@strawberry.type
class Event:
    kind: str
    at: datetime
    status: str | None


@strawberry.type
class Complaint:
    number: str
    status: str
    kind: str
    title: str | None
    category: str | None
    channel: str | None
    created_at: datetime
    updated_at: datetime | None
    due_at: datetime | None
    row: strawberry.Private[Any]

    @strawberry.field
    def events(self) -> list[Event]:
        return [
            Event(kind=event.kind, at=event.at, status=event.status)
            for event in sorted(self.row.events, key=lambda event: event.position)
        ]


def _complaint(row: models.Complaint) -> Complaint:
    return Complaint(
        number=row.number,
        status=row.status,
        kind=row.kind,
        title=row.title,
        category=row.category,
        channel=row.channel,
        created_at=row.created_at,
        updated_at=row.updated_at,
        due_at=row.due_at,
        row=row,
    )


@strawberry.type
class Query:
    @strawberry.field
    async def complaints(
        self,
        info: Info,
        first: int = 20,
        offset: int = 0,
        agencies: list[str] | None = None,
        statuses: list[str] | None = None,
        text: str | None = None,
    ) -> list[Complaint]:
        rows = models.Complaint.all().order_by("-created_at", "-number").offset(offset).limit(first)
        if agencies:
            rows = rows.filter(agency_code__in=agencies)
        if statuses:
            rows = rows.filter(status__in=statuses)
        if text:
            rows = rows.filter(description__icontains=text)
        if "events" in {each.name for field in info.selected_fields for each in field.selections}:
            rows = rows.prefetch_related("events")
        return [_complaint(row) for row in await rows]


def app() -> GraphQL[None, None]:
    """The ASGI application."""
    return GraphQL(strawberry.Schema(Query))
