"""The format of agencies.yaml: which keys there are and what each may hold.

The docstrings below the fields are the descriptions that editors show.
"""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from connectors.contract.records import AgencyClass, AttributeType
from gateway.config.entry import Entry, NoneOrMore, OneOrMore, Positive, Text
from gateway.config.policy import PolicyEntry
from resolvers.registry import DeliverySettings, Desk, GuardSettings, Holds, SyncSettings

VERSION: Final = 1

CODE: Final = r"^[a-z][a-z0-9-]{1,39}$"
SERVICE_CODE: Final = r"^[^\s:]{1,64}$"

PATTERNS: Final = {
    CODE: "2 to 40 lower-case letters, digits or hyphens, beginning with a letter",
    SERVICE_CODE: "1 to 64 characters without spaces or colons",
}
"""What each pattern asks for, in words."""

Code = Annotated[str, StringConstraints(pattern=CODE)]
Region = Literal[
    "MA-01", "MA-02", "MA-03", "MA-04", "MA-05", "MA-06",
    "MA-07", "MA-08", "MA-09", "MA-10", "MA-11", "MA-12",
]  # fmt: skip
ModeWord = Literal["live", "mirror"]

_GUARD: Final = GuardSettings()
_SYNC: Final = SyncSettings()
_DELIVERY: Final = DeliverySettings()


class NameEntry(Entry):
    """A label in the languages that the administration gave it."""

    ar: Text
    """In Arabic."""
    fr: Text
    """In French."""
    en: Text | None = None
    """In English."""
    zgh: Text | None = None
    """In Standard Moroccan Amazigh, in Tifinagh."""


class ChoiceEntry(Entry):
    """One permitted answer."""

    key: Text
    """What is filed."""
    name: Text
    """What is shown."""


class AttributeEntry(Entry):
    """A question that the service asks of whoever files."""

    code: Annotated[str, StringConstraints(pattern=SERVICE_CODE)]
    """Unique within the service; the answer is filed under it."""
    type: AttributeType
    """What kind of answer it takes."""
    description: Text
    """The question, as it is put."""
    hint: Text | None = None
    """Help for answering it."""
    required: bool = False
    """Whether a filing must answer it."""
    asked: bool = True
    """False for a notice that only informs."""
    choices: list[ChoiceEntry] = []
    """The permitted answers of a list; none for other types."""

    @model_validator(mode="after")
    def _choices_for_lists(self) -> Self:
        lists = {AttributeType.SINGLE_VALUE_LIST, AttributeType.MULTI_VALUE_LIST}
        if self.asked and bool(self.choices) != (self.type in lists):
            expected = "at least one choice" if self.type in lists else "no choices"
            raise ValueError(f"expected {expected} for a question of type {self.type}")
        if len({choice.key for choice in self.choices}) < len(self.choices):
            raise ValueError("expected each key of the choices once; one came twice")
        return self


class ServiceEntry(Entry):
    """Something the agency does, about which one may complain."""

    code: Annotated[str, StringConstraints(pattern=SERVICE_CODE)]
    """Unique within the agency; for an agency with a source, the source's own code."""
    name: NameEntry
    """What people call it."""
    description: Text | None = None
    """A sentence or two for whoever wonders whether this is the right service."""
    group: Text | None = None
    """The heading under which it is listed."""
    keywords: list[Text] = []
    """Further words by which it should be found."""
    attributes: list[AttributeEntry] = []
    """The questions it asks of whoever files, unless the agency's own system tells them."""

    @model_validator(mode="after")
    def _each_question_once(self) -> Self:
        if len({each.code for each in self.attributes}) < len(self.attributes):
            raise ValueError("expected each code of the attributes once; one came twice")
        return self


class AgencyEntry(Entry):
    """An administration that answers complaints."""

    code: Code
    """Its name in addresses, ids and filters; it never changes and is never used again."""
    name: NameEntry
    """Its official name."""
    agency_class: Annotated[AgencyClass, Field(alias="class")]
    """The class under which it is counted in the public figures."""
    region: Region | None = None
    """ISO 3166-2 code of the region of its seat."""
    parent: Text | None = None
    """The code of the agency it belongs to."""
    source: Text | None = None
    """The source that holds its cases; without one, the gateway's own store holds them."""
    services: list[ServiceEntry] = []
    """What it may be complained to about; a source may offer more."""


class GuardEntry(Entry):
    """How a source is protected from the gateway, and the gateway from it."""

    timeout_seconds: Positive = _GUARD.timeout_seconds
    """How long one attempt may take; the request's deadline may cut it shorter."""
    retries: NoneOrMore = _GUARD.retries
    """Further attempts at a read, within the deadline."""
    max_concurrent: OneOrMore = _GUARD.max_concurrent
    """Calls at the same time."""
    per_second: Positive = _GUARD.per_second
    """Calls a second on average; twice as many may burst."""
    breaker_failures: OneOrMore = _GUARD.breaker_failures
    """Failures in a row after which the source is left alone for a while."""
    breaker_seconds: Positive = _GUARD.breaker_seconds
    """How long it is left alone before one trial call."""
    lifetime_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = _GUARD.lifetime_seconds
    """How long an answer may serve equal questions without asking again."""
    share_calls: bool = _GUARD.share_calls
    """Whether equal questions of the same authority, while one is under way, wait for its answer."""
    detail_calls: NoneOrMore = _GUARD.detail_calls
    """Single reads a page for parts that no list or batch brings."""

    def given(self) -> dict[str, Any]:
        """The settings that were stated, by name."""
        return self.model_dump(exclude_unset=True)


class SyncEntry(Entry):
    """How a mirrored source is read into the index that is kept here."""

    every_seconds: Positive = _SYNC.every_seconds
    """From the beginning of one pass to that of the next."""
    full_every_seconds: Positive = _SYNC.full_every_seconds
    """How often everything is read, so that what is gone, or changed without a word, is noticed."""
    overlap_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = _SYNC.overlap_seconds
    """How far before the last change heard of a pass begins."""
    per_second: Positive = _SYNC.per_second
    """Pages a second at most, one at a time."""
    timeout_seconds: Positive = _SYNC.timeout_seconds
    """How long one attempt at a page may take."""
    holds: Holds = _SYNC.holds
    """index: ids, status, dates, category and place; titles: those too; texts: all a list tells."""

    def given(self) -> dict[str, Any]:
        """The settings that were stated, by name."""
        return self.model_dump(exclude_unset=True)


class DeliveryEntry(Entry):
    """How a source is told what was done here."""

    timeout_seconds: Positive = _DELIVERY.timeout_seconds
    """How long one attempt may take; after three times as long it counts as broken off."""
    first_pause_seconds: Positive = _DELIVERY.first_pause_seconds
    """From the first attempt that failed to the next; each further pause is twice as long."""
    longest_pause_seconds: Positive = _DELIVERY.longest_pause_seconds
    """However often it failed, and however long the source asks to be left alone."""

    def given(self) -> dict[str, Any]:
        """The settings that were stated, by name."""
        return self.model_dump(exclude_unset=True)


class TemplateEntry(Entry):
    """What several sources have in common, such as the product that they all run."""

    connector: str
    """The connector that speaks their language."""
    mode: ModeWord | None = None
    """The mode of a source that states none."""
    guard: Annotated[GuardEntry, Field(default_factory=GuardEntry)]
    """Settings of those that do not say otherwise."""
    sync: Annotated[SyncEntry, Field(default_factory=SyncEntry)]
    """How those that are mirrored are read, likewise."""
    delivery: Annotated[DeliveryEntry, Field(default_factory=DeliveryEntry)]
    """How they are told what was done here, likewise."""
    options: dict[str, object] = {}
    """Options of the connector; a source's own stand over them, key by key, lists as a whole."""


class SourceEntry(Entry):
    """One system that holds cases, and how it is reached."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["use"]}, {"required": ["connector", "mode"]}]}
    )

    use: Text | None = None
    """The template it follows where it says nothing itself."""
    connector: str | None = None
    """The connector that speaks its language; a template's, if it uses one."""
    mode: ModeWord | None = None
    """live: lists are asked of it each time; mirror: lists come from an index kept here."""
    desk: Desk = Desk.OWN
    """own: its officers act in the system itself, as far as that takes nothing from here; portal:
    they act here, and what the system does not take is kept here."""
    demonstration: bool = False
    """Its agencies and cases are invented; production refuses it."""
    guard: Annotated[GuardEntry, Field(default_factory=GuardEntry)]
    """Settings that differ from the defaults."""
    sync: Annotated[SyncEntry, Field(default_factory=SyncEntry)]
    """How it is read, if it is mirrored; what differs from the defaults."""
    delivery: Annotated[DeliveryEntry, Field(default_factory=DeliveryEntry)]
    """How it is told what was done here; what differs from the defaults."""
    options: dict[str, object] = {}
    """What the connector needs to know; ${env:NAME} and ${file:/path} stand for secrets."""


class DefaultsEntry(Entry):
    """What holds for every source that does not say otherwise."""

    guard: Annotated[GuardEntry, Field(default_factory=GuardEntry)]
    """Settings for every source."""
    sync: Annotated[SyncEntry, Field(default_factory=SyncEntry)]
    """How every mirrored source is read."""
    delivery: Annotated[DeliveryEntry, Field(default_factory=DeliveryEntry)]
    """How every source is told what was done here."""


class IncludedEntry(Entry):
    """What an included file may hold."""

    version: Literal[1] = VERSION
    """The version of this format."""
    templates: dict[Code, TemplateEntry] = {}
    """What sources have in common, by name; sources of every file may use them."""
    sources: dict[Code, SourceEntry] = {}
    """The systems that hold cases, by name."""
    agencies: list[AgencyEntry] = []
    """The administrations, in the order in which they are shown."""


class FileEntry(IncludedEntry):
    """The agencies of a Chikaya gateway and the systems that hold their cases."""

    version: Literal[1]
    """The version of this format."""
    include: list[Text] = []
    """Further files with sources and agencies: paths or globs, relative to this file."""
    defaults: Annotated[DefaultsEntry, Field(default_factory=DefaultsEntry)]
    """What holds for every source, in included files too."""
    policy: Annotated[PolicyEntry, Field(default_factory=PolicyEntry)]
    """What law and practice leave to be decided."""
