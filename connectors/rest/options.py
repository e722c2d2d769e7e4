"""What agencies.yaml may say of a JSON case system: the whole description."""

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, HttpUrl, model_validator

from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode, Kind
from connectors.rest.act_options import Acts, Out
from connectors.rest.auth_options import Auth, NoAuth
from connectors.rest.child_options import Children
from connectors.rest.contradictions import refuse_contradictions
from connectors.rest.reading_options import GetOptions, ListOptions
from connectors.rest.requests import HeaderName
from connectors.rest.rules import (
    AgencyChoice,
    ChannelChoice,
    Described,
    KindChoice,
    KindRule,
    Number,
    PathText,
    Text,
    Time,
    Zone,
)
from connectors.translate import known_charset


class LocationRules(Described):
    """Where it happened."""

    address: Text | None = None
    """In words."""
    area_code: Text | None = None
    """ISO 3166-2:MA code; a word that the table does not list stays as it is."""
    latitude: Number | None = None
    """WGS 84 degrees."""
    longitude: Number | None = None
    """WGS 84 degrees."""


class FieldRules(Described):
    """Where each of our fields stands in a case; what is not said is null."""

    title: Text | None = None
    """A line."""
    description: Text | None = None
    """The complaint itself."""
    status_reason: Text | None = None
    """Why the status is what it is, for the complainant to read."""
    language: Text | None = None
    """BCP 47 tag of title and description."""
    service_code: Text | None = None
    """The code of what is complained about."""
    category: Text | None = None
    """Its name."""
    channel: ChannelChoice | None = None
    """How the case came; an unknown word is null."""
    location: LocationRules | None = None
    """Where it happened."""
    created_at: Time | None = None
    """When the case began."""
    received_at: Time | None = None
    """When it was received."""
    updated_at: Time | None = None
    """When it last changed."""
    due_at: Time | None = None
    """By when an answer is owed."""
    closed_at: Time | None = None
    """When it was closed."""

    def told(self) -> frozenset[str]:
        """The names of the fields that are described."""
        return frozenset(name for name in type(self).model_fields if getattr(self, name))


class RecordRules(Described):
    """Where everything of a case stands; paths begin at the case."""

    id: Text
    """The source's id."""
    status: Text
    """Its status, in the source's word; `statuses.in` says what it means."""
    kind: KindChoice = KindRule(constant=Kind.COMPLAINT)
    """What the person brings; an unknown word is a complaint."""
    agency: AgencyChoice | None = None
    """Whose it is; an unknown word means the first agency that names this source."""
    fields: Annotated[FieldRules, Field(default_factory=FieldRules)]
    """Our fields."""


class Closed(Described):
    """Where a case says that it is over, for words that `in` does not list."""

    path: PathText
    """Where that stands."""
    values: list[str] = ["true", "1"]
    """What stands there when it is over."""


class StatusRules(Described):
    """What the source's statuses mean, and how ours are brought about."""

    in_: Annotated[dict[str, Status], Field(alias="in")]
    """Our status for the source's word, or number; many may mean one."""
    complete: bool = False
    """`in` lists every word the source has, so that a filter by status can be exact."""
    closed: Closed | None = None
    """Tells of words not listed: CLOSED if over, else UNDER_ASSESSMENT."""
    out: dict[Status, Out] = {}
    """How ours are brought about; those that are not listed cannot be."""


class Fault(Described):
    """What an answer means that is no success, or only looks like one."""

    status: list[int] = []
    """One of these statuses. Empty: any."""
    path: PathText | None = None
    """Where the answer says so. None: the status says enough."""
    values: list[str] = []
    """What stands there then. Empty: anything."""
    contains: list[str] = []
    """Or what the text there holds, in any case of letters."""
    means: Literal[
        "rejected", "not_found", "conflict", "unauthorized", "rate_limited", "unavailable",
        "bad_data", "success",
    ]  # fmt: skip
    """What the caller is told."""
    fields_at: PathText | None = None
    """With rejected: where the answer says what was wrong: texts, or an object by field."""
    fields: dict[str, str] = {}
    """Our names, by words that stand there. The words themselves are never shown."""

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if not self.status and self.path is None:
            raise ValueError("expected a status, or a path, or both")
        return self


class RestOptions(Described):
    """The options of `connector: rest`."""

    url: HttpUrl
    """The address below which all paths lie."""
    timezone: Zone = "Africa/Casablanca"
    """Where a time that states no zone was written."""
    charset: Annotated[str, AfterValidator(known_charset)] | None = None
    """What the source writes in when it is not UTF-8, whatever it states."""
    headers: dict[HeaderName, str] = {}
    """Sent with every call, as they stand here."""
    query: dict[str, str] = {}
    """Parameters sent with every call, as they stand here."""
    auth: Auth = NoAuth(kind="none")
    """How the source is told who asks."""
    ids: Literal["any", "digits", "word"] = "any"
    """What ids are made of; others are unknown without asking. word: letters, digits, - and _."""
    media_hosts: list[str] = []
    """Hosts, beside its own, whose files may be linked."""

    record: RecordRules
    """Where everything of a case stands."""
    statuses: StatusRules
    """What the statuses mean."""
    children: Annotated[Children, Field(default_factory=Children)]
    """Messages, events, decisions and attachments."""
    lists: Annotated[ListOptions, Field(alias="list")]
    """How cases are listed."""
    get: GetOptions | None = None
    """How cases are read by id. None: not at all."""
    acts: Annotated[Acts, Field(default_factory=Acts)]
    """What can be done in the source. What is not described cannot be."""
    errors: list[Fault] = []
    """What answers mean, the first that fits; the usual statuses need not be said."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        refuse_contradictions(self)
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times that state none."""
        return ZoneInfo(self.timezone)

    @property
    def base_url(self) -> str:
        """The address as text."""
        return str(self.url)

    @property
    def agency_codes(self) -> frozenset[AgencyCode]:
        """The agencies that the description names."""
        rule = self.record.agency
        if rule is None:
            return frozenset()
        named = {*rule.table.values(), rule.default, rule.constant} - {None}
        return frozenset(AgencyCode(code) for code in named if code is not None)
