"""A small administration behind the graph: own agencies, a mirrored one, and a live one."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    STORE,
    AgencyCode,
    AuthorRole,
    Complaint,
    Kind,
    Message,
    Mode,
    Origin,
    SourceId,
    Visibility,
)
from connectors.store import Store
from gateway.app import Config, Gateway, opened
from gateway.auth import DEMONSTRATION
from gateway.config import load, read_settings
from gateway.execution.operations import Operations
from gateway.execution.refusal import RequestRefused
from gateway.execution.request import GraphQLRequest
from gateway.keys import Keys
from resolvers.policy import Viewer
from schema.build import build

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIVE, MIRROR = SourceId("city"), SourceId("office")

REGISTRY = """
version: 1
sources:
  city: {connector: memory, mode: live, options: {path: CITY}}
  office: {connector: memory, mode: mirror, sync: {holds: texts}, options: {path: OFFICE}}
agencies:
  - code: water
    name: {ar: وكالة الماء, fr: Agence de l'eau, en: Water agency}
    class: EEP
    region: MA-04
    services:
      - code: leak
        name: {ar: تسرب, fr: Fuite d'eau}
        keywords: [robinet]
        attributes:
          - {code: since, type: NUMBER, description: Depuis combien de jours ?}
      - code: bill
        name: {ar: فاتورة, fr: Facture}
  - code: interior
    name: {ar: وزارة الداخلية, fr: Ministère de l'intérieur}
    class: MINISTRY
  - {code: city, name: {ar: المدينة, fr: Ville}, class: COLLECTIVITE, parent: interior, source: city}
  - {code: office, name: {ar: المكتب, fr: Office}, class: EEP, region: MA-07, source: office}
"""


def case(source: SourceId, agency: str, number: int, **changes: Any) -> Complaint:
    """A complaint, `number` hours older than noon."""
    mode = {STORE: Mode.OWN, LIVE: Mode.LIVE, MIRROR: Mode.MIRROR}[source]
    at = NOON - timedelta(hours=number)
    told = {
        "status": Status.IN_PROGRESS,
        "kind": Kind.COMPLAINT,
        "title": f"شكاية {number}",
        "description": f"Plainte numéro {number}",
        "created_at": at,
        "updated_at": at,
        "due_at": at + timedelta(days=60),
        "messages": (
            Message(
                id="m1",
                author=AuthorRole.AGENCY,
                visibility=Visibility.PUBLIC,
                body="Bonjour",
                at=at,
            ),
            Message(
                id="m2",
                author=AuthorRole.AGENCY,
                visibility=Visibility.INTERNAL,
                body="Entre nous",
                at=at,
            ),
        ),
    }
    return Complaint(
        origin=Origin(source=source, source_id=f"{number}", mode=mode, fetched_at=NOON),
        agency_code=AgencyCode(agency),
        **(told | changes),
    )


OWN = [case(STORE, ("water", "interior")[n % 2], n, service_code="leak") for n in range(0, 30, 3)]
AWAY = [case(LIVE, "city", n) for n in range(1, 30, 3)]
INDEXED = [case(MIRROR, "office", n) for n in range(2, 30, 3)]


@dataclass(frozen=True)
class Graph:
    """What a test asks."""

    gateway: Gateway
    operations: Operations

    async def answer(
        self,
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        viewer: Viewer = DEMONSTRATION,
    ) -> tuple[Any, list[dict[str, Any]]]:
        """The data, and the errors as the caller reads them."""
        try:
            operation = self.operations.prepare(GraphQLRequest(document, variables=variables))
        except RequestRefused as refusal:
            return None, [dict(error.formatted) for error in refusal.errors]
        result = await self.operations.execute(operation, self.gateway.contexts.for_viewer(viewer))
        return result.data, [dict(error.formatted) for error in result.errors or ()]

    async def data(self, document: str, viewer: Viewer = DEMONSTRATION, **variables: Any) -> Any:
        """The data of a question that must have no errors."""
        data, errors = await self.answer(document, variables, viewer=viewer)
        assert errors == [], errors
        return data

    async def error(self, document: str, viewer: Viewer = DEMONSTRATION, **variables: Any) -> str:
        """The one error of a question that must fail, with its code."""
        _, errors = await self.answer(document, variables, viewer=viewer)
        [error] = errors
        return f"{error.get('extensions', {}).get('code')}: {error['message']}"


@asynccontextmanager
async def graph_in(folder: Path, database_url: str, **environ: str) -> AsyncIterator[Graph]:
    """The graph over an empty, migrated database, filled with some cases."""
    registry = _registry(folder)
    store = await Store.open(database_url)
    try:
        await store.mirror.put(OWN, source=STORE, heard_at=NOON)
        await store.mirror.put(INDEXED, source=MIRROR, heard_at=NOON)
    finally:
        await store.aclose()
    config = Config(
        settings=read_settings(
            {"CHIKAYA_ENV": "development", "CHIKAYA_FILES": str(folder / "files")} | environ,
            database_url=database_url,
        ),
        configured=load(registry),
        keys=Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32),
    )
    async with opened(config) as gateway:
        yield Graph(gateway, Operations(build()))


def _registry(folder: Path) -> Path:
    text = REGISTRY
    for name, records in (("CITY", AWAY), ("OFFICE", INDEXED)):
        text = text.replace(name, str(_written(folder / f"{name}.json", records)))
    path = folder / "agencies.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _written(path: Path, records: Sequence[Complaint]) -> Path:
    path.write_bytes(msgspec.json.encode(records))
    return path
