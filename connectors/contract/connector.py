"""What a connector is: a reader of lists, and whichever further verbs it implements.

A verb is a small protocol; a connector has it by implementing it and by declaring it in its
capabilities. Retrying, waiting, limiting, caching and measuring are the engine's; a connector
translates. It raises only `ConnectorError`s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

from connectors.contract.capabilities import Capabilities
from connectors.contract.lifecycle import Status
from connectors.contract.query import ListQuestion, Page, Selection
from connectors.contract.records import (
    AgencyCode,
    AuthorRole,
    Channel,
    Complaint,
    Kind,
    Location,
    Mandate,
    PersonType,
    Service,
    ServiceAttribute,
    SourceId,
    Visibility,
    utc_now,
)


@dataclass(frozen=True, slots=True)
class Call:
    """What every call carries."""

    deadline: float
    """The event loop's time, in seconds, after which the answer is of no use."""


@runtime_checkable
class Connector(Protocol):
    """An opened source of complaints."""

    @property
    def capabilities(self) -> Capabilities:
        """What it promises; the same for as long as it is open."""

    async def list(self, question: ListQuestion, call: Call) -> Page:
        """One page of cases. Raises `NotSupported` for anything undeclared."""

    async def aclose(self) -> None:
        """Give back what it holds; calling it twice is harmless."""


@runtime_checkable
class Gets(Protocol):
    """Reads cases by the source's own ids."""

    async def get(
        self, ids: Sequence[str], selection: Selection, call: Call
    ) -> Mapping[str, Complaint]:
        """The cases behind `ids`, at most `max_batch`; unknown ones are absent."""


@runtime_checkable
class OffersServices(Protocol):
    """Knows what may be complained about, and which questions that asks."""

    async def services(self, call: Call) -> Sequence[Service]:
        """All services, without their attributes."""

    async def attributes(self, code: str, call: Call) -> Sequence[ServiceAttribute]:
        """The questions of one service. Raises `NotFound`."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach whoever complains, as far as they said; shown only to who has it written down, never logged."""

    name: str | None = None
    phone: str | None = None
    """E.164."""
    email: str | None = None
    language: str | None = None
    """BCP 47 tag of what they read; None if they did not say."""


@dataclass(frozen=True, slots=True)
class OnBehalfOf:
    """For whom somebody else complains; shown only to who has it written down, never logged."""

    name: str
    mandate: Mandate
    """By what whoever complains acts for them."""
    person_type: PersonType = PersonType.NATURAL


@dataclass(frozen=True, slots=True)
class Filing:
    """A case to be entered into a source."""

    reference: str
    agency_code: AgencyCode
    kind: Kind
    channel: Channel
    description: str
    filed_at: datetime
    title: str | None = None
    service_code: str | None = None
    language: str | None = None
    location: Location | None = None
    contact: Contact = field(default_factory=Contact)
    on_behalf_of: OnBehalfOf | None = None
    """None: whoever complains does so for themselves."""
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The answers to the service's questions, by code."""
    media_url: str | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """What the source said to a filing: an id, or a token to ask with later."""

    source_id: str | None = None
    token: str | None = None


@runtime_checkable
class Files(Protocol):
    """Takes filings."""

    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        """Enter a case; `key` is the same for every attempt at the same filing."""

    async def filed(self, token: str, call: Call) -> Filed:
        """What became of an earlier `token`; the same token again if nothing yet."""


@runtime_checkable
class Finds(Protocol):
    """Looks for a filing without making it; declared by filings that a search makes safe to repeat."""

    async def find(self, filing: Filing, call: Call) -> str | None:
        """The source's id of the case that carries the reference of `filing`.

        None: none shows, which proves nothing before `settles_seconds` are over.
        """


@dataclass(frozen=True, slots=True)
class Saying:
    """Something to be said in a case."""

    body: str
    author: AuthorRole
    visibility: Visibility
    language: str | None = None
    """BCP 47 tag, as far as known."""


@runtime_checkable
class Says(Protocol):
    """Takes messages."""

    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        """Add a message; `key` is the same for every attempt at the same one.

        Raises `NotFound`, and `NotSupported` for a visibility that is not declared: an internal
        message must never be read by the complainant.
        """


@dataclass(frozen=True, slots=True)
class Move:
    """A change of status."""

    status: Status
    reason: str | None = None
    """Why, in words that the complainant may read."""


@runtime_checkable
class Moves(Protocol):
    """Changes the status of cases."""

    async def move(self, source_id: str, move: Move, *, key: str, call: Call) -> None:
        """Change the status, and return when the source, read again, says so.

        Raises `NotFound`, `NotSupported` for a status that is not declared, and `Rejected` if the
        source took the change and yet stands elsewhere.
        """


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be kept with a case."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attaching:
    """A file that a case is to be given, without its content, which is kept apart."""

    id: str
    """By which the content is found."""
    name: str
    media_type: str
    bytes: int


@runtime_checkable
class Attaches(Protocol):
    """Takes files."""

    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        """Add a file to a case. Raises `NotFound`, and `Rejected` for one it does not take."""


@runtime_checkable
class Probes(Protocol):
    """Can say whether its upstream answers, more cheaply than by a list of one."""

    async def probe(self, call: Call) -> None:
        """Return if the upstream answers; raise what a list would raise if not."""


@dataclass(frozen=True, slots=True)
class Response:
    """An upstream's answer, read whole and within the size allowed."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    charset: str | None = None
    """As its content type states it."""


@dataclass(frozen=True, slots=True)
class Explained:
    """How one field of a case came to be."""

    field: str
    """Its name in our words; a dot leads into `location`."""
    rule: str
    """What the connector goes by, in words for whoever configures it."""
    found: Any = None
    """What stood there in the answer; None for nothing."""


@runtime_checkable
class Explains(Protocol):
    """Can say how it reads an answer, for whoever connects the source; nothing is asked for it."""

    def explain(self, source_id: str, answer: Response) -> Sequence[Explained]:
        """How the fields of a case come to be of `answer`; nothing if it does not hold the case."""


class Http(Protocol):
    """The way out, handed in: pooled per source, kept to its allow-list, size and deadline."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        call: Call,
        params: Sequence[tuple[str, str]] = (),
        form: Sequence[tuple[str, str]] = (),
        json: object = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer at `url`, a path below the base URL or an address on its host.

        At most one of `json`, `form` and `content` is sent; `content` wants its type in `headers`.
        Any answer below 500 and other than 429 is given; the rest is raised as `ConnectorError`.
        Without time left nothing is sent, which is raised as such: no connector need look itself.
        """

    async def aclose(self) -> None:
        """Close the pool."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What an opened connector is given."""

    source: SourceId
    agencies: tuple[AgencyCode, ...]
    """The agencies whose cases this source holds; the first owns what names no other."""
    open_http: Callable[[str], Http]
    """Opens the way to one base URL: once for each host, when the connector opens."""
    now: Callable[[], datetime] = utc_now


@dataclass(frozen=True, slots=True)
class Plugin:
    """What an entry point of the group `chikaya.connectors` names."""

    name: str
    """The word that `connector:` in agencies.yaml uses."""
    contract: int
    """The `CONTRACT_VERSION` it was written for."""
    options: type[BaseModel]
    """Its part of agencies.yaml: a strict model that forbids unknown keys."""
    open: Callable[[BaseModel, Environment], Connector]
    """Make a connector without any I/O; the options are an instance of `options`."""
