"""The connectors that go out over a socket, each with an upstream that weather can come between.

A new one needs a `Subject` in `SUBJECTS`: an upstream to serve, how to open the connector on its
address, and what is there to be asked for. A shipped connector that is neither here nor in
`WITHOUT_SOCKET` fails a test.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.contract.connector import (
    Attaches,
    Call,
    Connector,
    Environment,
    Files,
    Filing,
    Gets,
    Http,
    Move,
    Moves,
    OffersServices,
    Plugin,
    Probes,
    Saying,
    Says,
    Upload,
)
from connectors.contract.query import SELECTABLE, Selection
from connectors.contract.records import (
    AgencyCode,
    AuthorRole,
    Channel,
    Kind,
    Location,
    SourceId,
)
from connectors.http import AiohttpClient
from connectors.open311 import PLUGIN as OPEN311
from connectors.rest import PLUGIN as REST
from connectors.testing.asking import pageable
from connectors.testing.georeport import GeoReportCity
from tests.connectors.open311 import cities
from tests.faults.office import Office, description
from tests.faults.times import NOW

LARGEST = 256 * 1024
"""Bytes of an answer, so that an endless one ends soon."""

Ask = Callable[[Call], Awaitable[object]]


@dataclass(frozen=True)
class Subject:
    """One connector under the weather."""

    plugin: Plugin
    upstream: Callable[[], Any]
    """The ASGI application that plays the vendor, anew."""
    options: Callable[[str], Mapping[str, object]]
    """What agencies.yaml would say, for the upstream at this URL."""
    case: str
    """The source's id of a case that is there."""
    filing: Filing | None = None
    """What it takes."""
    service: str | None = None
    """A service that asks something."""
    token: str | None = None
    """What an earlier filing was answered with."""

    def connect(self, url: str, **more: object) -> Connector:
        """The connector, opened on `url`, with `more` options."""
        return self.plugin.open(
            self.plugin.options.model_validate({**self.options(url), **more}, strict=False),
            Environment(SourceId("city"), (AgencyCode("city-agency"),), _way, now=lambda: NOW),
        )

    def verbs(self, connector: Connector) -> Iterator[tuple[str, Ask]]:
        """How to use each verb that `connector` declares, by its name."""
        can = connector.capabilities
        yield "list", lambda call: connector.list(pageable(can), call)
        if can.get is not None and isinstance(connector, Gets):
            selection = Selection(fields=SELECTABLE)
            yield "get", lambda call: connector.get([self.case], selection, call)
        if can.services and isinstance(connector, OffersServices):
            service = self.service
            assert service is not None
            yield "services", connector.services
            yield "attributes", lambda call: connector.attributes(service, call)
        if isinstance(connector, Probes):
            yield "probe", connector.probe
        yield from self._acts(connector)

    def _acts(self, connector: Connector) -> Iterator[tuple[str, Ask]]:
        can, case = connector.capabilities, self.case
        if can.files is not None and isinstance(connector, Files):
            filing, token = self.filing, self.token
            assert filing is not None
            yield "file", lambda call: connector.file(filing, key="k", call=call)
            if token is not None:
                yield "filed", lambda call: connector.filed(token, call)
        if can.says is not None and isinstance(connector, Says):
            saying = Saying("نص – texte", AuthorRole.AGENCY, min(can.says.visibilities))
            yield "say", lambda call: connector.say(case, saying, key="k", call=call)
        if can.moves and isinstance(connector, Moves):
            move = Move(min(can.moves), reason="motif")
            yield "move", lambda call: connector.move(case, move, key="k", call=call)
        if can.attaches is not None and isinstance(connector, Attaches):
            upload = Upload("photo.jpg", "image/jpeg", b"\xff\xd8 no picture")
            yield "attach", lambda call: connector.attach(case, upload, key="k", call=call)


def _way(base_url: str) -> Http:
    return AiohttpClient(base_url, max_bytes=LARGEST)


def _city() -> Any:
    city = GeoReportCity(
        requests=[cities.request(number, NOW) for number in range(3)],
        services=cities.services(),
        definitions=cities.definitions(),
        api_keys={cities.KEY},
        batch=True,
    )
    city._tokens["token-1"] = 1
    return city.app


_FILING = Filing(
    reference="4471083920155",
    agency_code=AgencyCode("city-agency"),
    kind=Kind.COMPLAINT,
    channel=Channel.WEB,
    description="L'éclairage est en panne",
    filed_at=NOW,
    service_code="lighting",
    location=Location(latitude=33.57, longitude=-7.59),
)

SUBJECTS: Mapping[str, Subject] = {
    "open311": Subject(
        plugin=OPEN311,
        upstream=_city,
        options=lambda url: {
            "url": url,
            "api_key": cities.KEY,
            "timezone": "UTC",
            "earliest": "2026-03-01T00:00:00Z",
        },
        case="00001",
        filing=_FILING,
        service="lighting",
        token="token-1",
    ),
    "rest": Subject(
        plugin=REST,
        upstream=lambda: Office().app,
        options=description,
        case="1",
        filing=_FILING,
    ),
}

WITHOUT_SOCKET = frozenset({"memory"})
