"""A small administration behind its real door, in which every field of every case says something.

Two agencies keep their cases here, one in a system of its own; whoever asks signs in at a
provider. `served` runs it all, each part on a socket.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx2
import msgspec

from connectors.contract.connector import Contact
from connectors.contract.ledger import FIRST_GENERATION, NewCase
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    STORE,
    AgencyCode,
    Attachment,
    AuthorRole,
    Channel,
    Complaint,
    Decision,
    Event,
    EventKind,
    Kind,
    Location,
    Message,
    Mode,
    Origin,
    Outcome,
    Part,
    Participant,
    SourceId,
    Visibility,
)
from connectors.store import Store
from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import Keys
from resolvers.policy import Role
from resolvers.receipt import TrackingCodes, draw_reference
from tests.clients.serving import serving
from tests.gateway.auth.provider import Provider

NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
CITY: Final = SourceId("city")
KEYS: Final = Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32)
SERVED: Final = "water"
"""The agency that whoever serves one serves."""

REGISTRY: Final = """
version: 1
sources:
  city: {connector: memory, mode: live, options: {path: CITY}}
agencies:
  - code: water
    name: {ar: الماء, fr: Eau}
    class: EEP
    services: [{code: leak, name: {ar: تسرب, fr: Fuite}}]
  - {code: roads, name: {ar: الطرق, fr: Routes}, class: EEP}
  - {code: city, name: {ar: المدينة, fr: Ville}, class: COLLECTIVITE, source: city}
"""


def case(source: SourceId, agency: str, reference: str | None = None) -> Complaint:
    """A case that leaves no field out."""
    stamp = NOON - timedelta(hours=len(agency))
    return Complaint(
        origin=Origin(
            source=source,
            source_id=f"{agency}-source-id",
            mode=Mode.OWN if source == STORE else Mode.LIVE,
            fetched_at=NOON,
            source_updated_at=stamp,
            raw_status="chez nous: ouvert",
        ),
        agency_code=AgencyCode(agency),
        status=Status.IN_PROGRESS,
        kind=Kind.COMPLAINT,
        reference=reference,
        status_reason=f"{agency} status reason",
        title=f"{agency} title",
        description=f"{agency} description",
        language="fr",
        service_code="leak" if agency == SERVED else None,
        category="a category",
        channel=Channel.WEB,
        location=Location(
            address=f"{agency} address", area_code="MA-04", latitude=34.0, longitude=-6.8
        ),
        created_at=stamp,
        received_at=stamp,
        updated_at=stamp,
        due_at=stamp + timedelta(days=60),
        closed_at=stamp,
        secret=False,
        messages=tuple(
            Message(
                id=f"{agency}-message-{visibility}",
                author=AuthorRole.AGENCY,
                visibility=visibility,
                body=f"{agency} {visibility} words",
                at=stamp,
                language="fr",
            )
            for visibility in Visibility
        ),
        events=(
            Event(
                id=f"{agency}-event-id",
                kind=EventKind.STATUS_CHANGED,
                at=stamp,
                status=Status.IN_PROGRESS,
                raw_status="ouvert",
                source_at=stamp,
                agency_code=AgencyCode(agency),
            ),
        ),
        assignee=f"{agency} officer",
        duplicate_of=f"{agency}-original",
        handed_over_at=stamp,
        participants=(
            Participant(agency_code=AgencyCode("city"), part=Part.CO_AGENCY, since=stamp),
        ),
        decisions=(
            Decision(
                id=f"{agency}-decision-id",
                outcome=Outcome.UPHELD,
                reasons=f"{agency} reasons",
                at=stamp,
                legal_basis="a law",
                notified_at=stamp,
                instead=f"{agency} instead",
                rating=4,
                rating_comment=f"{agency} comment",
                rated_at=stamp,
                source_at=stamp,
            ),
        ),
        attachments=(
            Attachment(
                id=f"{agency}-file-id",
                name=f"{agency}.jpg",
                media_type="image/jpeg",
                bytes=7,
                sha256="ab" * 32,
                url="https://city.example/file.jpg",
                at=stamp,
                author=AuthorRole.COMPLAINANT,
                message=f"{agency}-message-id",
                decision=f"{agency}-decision-id",
            ),
        ),
    )


@dataclass(frozen=True)
class Filed:
    """A case of an agency that passed the gateway."""

    agency: str
    reference: str
    code: str

    @property
    def id(self) -> str:
        return f"Complaint:{self.reference}"


@dataclass
class Office:
    """What tests ask, as whom they like."""

    url: str
    provider: Provider
    filed: Mapping[str, Filed]
    client: httpx2.Client
    tokens: dict[Role, str | None] = field(default_factory=dict)

    def ask(self, role: Role, document: str, **variables: Any) -> dict[str, Any]:
        """The answer as `role` gets it."""
        if role not in self.tokens:
            self.tokens[role] = self.token(role)
        return self.ask_with(self.tokens[role], document, **variables)

    def ask_with(self, token: str | None, document: str, **variables: Any) -> dict[str, Any]:
        """The answer as whoever shows `token` gets it."""
        answer = self.client.post(
            f"{self.url}/graphql",
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def token(self, role: Role, name: str | None = None) -> str | None:
        """What `name`, or somebody, shows who has this role."""
        if role is Role.ANONYMOUS:
            return None
        words = [] if role is Role.CITIZEN else [f"chikaya-{role.word}"]
        return self.provider.token(
            sub=name or f"some {role.word}", realm_access={"roles": words}, agencies=[SERVED]
        )


@contextmanager
def served(folder: Path, database_url: str) -> Iterator[Office]:
    """The administration, over the migrated store at `database_url`."""
    provider = Provider()
    filed = asyncio.run(_seeded(database_url))
    (folder / "city.json").write_bytes(msgspec.json.encode([case(CITY, "city")]))
    path = folder / "agencies.yaml"
    path.write_text(REGISTRY.replace("CITY", str(folder / "city.json")), encoding="utf-8")
    with serving(provider.app) as provider_url:
        provider.url = provider_url
        with door(path, database_url, provider, filed) as office:
            yield office


@contextmanager
def door(
    registry: Path, database_url: str, provider: Provider, filed: Mapping[str, Filed]
) -> Iterator[Office]:
    """Whom `provider` signs in, in front of the agencies of `registry` and what was `filed`."""
    environ = {"CHIKAYA_OIDC_ISSUER": provider.url, "CHIKAYA_OIDC_AUDIENCE": "chikaya"}
    settings = read_settings(environ, database_url=database_url)
    app = build(Config(settings=settings, configured=load(registry), keys=KEYS))
    with serving(app) as url, httpx2.Client(timeout=30) as client:
        yield Office(url, provider, filed, client)


async def _seeded(database_url: str) -> Mapping[str, Filed]:
    codes = TrackingCodes(KEYS.tracking_codes)
    filed = {}
    async with aclosing(await Store.open(database_url)) as store:
        for agency in (SERVED, "roads"):
            reference = draw_reference()
            code = codes.derive(reference, FIRST_GENERATION)
            whole = case(STORE, agency, reference)
            await store.ledger.open_case(
                NewCase(
                    complaint=whole,
                    contact=Contact("Somebody", "+212600000000", "somebody@example.com"),
                    attributes={},
                    code_hash=codes.hash(reference, code),
                    key=f"key-{agency}",
                    subject="somebody else",
                    content_digest=b"x" * 32,
                )
            )
            await store.mirror.put([whole], source=STORE, heard_at=NOON)
            filed[agency] = Filed(agency, reference, code)
    return filed
