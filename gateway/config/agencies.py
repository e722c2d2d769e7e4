"""Read agencies.yaml and what it includes: every mistake at once, or the agencies and sources."""

import glob
import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel, ValidationError

from connectors import discovery
from connectors.contract.connector import Plugin
from connectors.contract.records import (
    Agency,
    AgencyCode,
    LocalizedText,
    Mode,
    SourceId,
)
from gateway.config.crosschecks import disagreements, source_spots
from gateway.config.document import Document, Documents
from gateway.config.entries import (
    AgencyEntry,
    DefaultsEntry,
    FileEntry,
    IncludedEntry,
    SourceEntry,
    TemplateEntry,
)
from gateway.config.files import Files, Noted
from gateway.config.mistakes import ConfigError, Mistake, folded, quoted
from gateway.config.refusals import refused
from gateway.config.services import service_of
from gateway.config.sources import Plugins, Sources
from gateway.config.templates import Templates
from resolvers.clock import USUAL, ClockPolicy
from resolvers.lifecycle import AT_ONCE, HandOverPolicy
from resolvers.registry import DeliverySettings, Desk, GuardSettings, SyncSettings
from resolvers.uploads.limits import USUAL_FILES, AttachmentLimits


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One source as configured, its connector not yet opened."""

    id: SourceId
    plugin: Plugin
    options: BaseModel = field(repr=False)
    """An instance of the plugin's own model; it may hold secrets."""
    mode: Mode
    """LIVE or MIRROR."""
    demonstration: bool
    agencies: tuple[AgencyCode, ...]
    """In the order of the files; never empty."""
    guard: GuardSettings
    sync: SyncSettings = field(default_factory=SyncSettings)
    """For MIRROR."""
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    desk: Desk = Desk.OWN


@dataclass(frozen=True, slots=True)
class Configured:
    """What agencies.yaml says."""

    agencies: Mapping[AgencyCode, Agency]
    """In the order of the files."""
    sources: tuple[SourceConfig, ...]
    """Without the store, which is always there."""
    clock: ClockPolicy = USUAL
    """How the legal clock counts."""
    hand_over: HandOverPolicy = AT_ONCE
    """When cases may be handed over to the ombudsman, and to whom."""
    attachments: AttachmentLimits = USUAL_FILES
    """How many files may come with one act, and how large they may be."""
    files: Files | None = field(default=None, repr=False, compare=False)
    """What it was read from; None for what no file says."""
    documents: Documents = field(default_factory=Documents, repr=False, compare=False)
    """What is known of the files, for the next reading."""

    def holders(self) -> Mapping[AgencyCode, SourceConfig]:
        """The source that holds an agency's cases; those of the others are in the store."""
        return {code: source for source in self.sources for code in source.agencies}


def load(
    path: Path,
    *,
    plugins: Plugins = discovery,
    production: bool = False,
    environ: Mapping[str, str] = os.environ,
    documents: Documents | None = None,
) -> Configured:
    """The agencies and sources of the file at `path`.

    In `production` demonstration sources are mistakes; `environ` answers `${env:NAME}`, and
    `documents` are those of an earlier reading. Raises `ConfigError` with every mistake found.
    """
    noted = Noted(path)
    documents = documents or Documents()
    try:
        configured = _loaded(noted, documents, plugins, environ, production=production)
    except ConfigError as error:
        error.files = noted.files
        raise
    return replace(configured, files=noted.files, documents=documents)


def _loaded(
    noted: Noted,
    known: Documents,
    plugins: Plugins,
    environ: Mapping[str, str],
    *,
    production: bool,
) -> Configured:
    mistakes: list[Mistake] = []
    files = _Files(noted, known, mistakes)
    known.forget_but({document.name for document in files.documents})
    entries = [_entry(document, files.main, mistakes) for document in files.documents]
    mistakes += disagreements(files.documents, whole=not files.unread)
    templates = Templates(files.documents)
    mistakes += templates.mistakes(whole=not files.unread)
    sources = Sources(plugins, environ, noted, mistakes)
    opened = {name: sources.opened(spot) for name, spot in templates.sources()}
    if production:
        mistakes += _demonstrations(files.documents)
    if mistakes:
        order = {document.name: rank for rank, document in enumerate(files.documents)}
        mistakes = folded(mistakes)
        raise ConfigError(sorted(mistakes, key=lambda mistake: _position(mistake, order)))
    return _configured([entry for entry in entries if entry], opened)


class _Files:
    """The main file and those it includes."""

    def __init__(self, noted: Noted, known: Documents, mistakes: list[Mistake]) -> None:
        noted.before(noted.main)
        self.main = known.read(noted.main, mistakes)
        self.documents = [self.main]
        self.unread = False
        """Whether something that should have been read could not be."""
        self._noted = noted
        self._known = known
        self._mistakes = mistakes
        self._seen = {noted.main.resolve()}
        patterns = self.main.get("include")
        for index in range(len(patterns) if isinstance(patterns, list) else 0):
            if pattern := self.main.text("include", index):
                self._include(pattern, index)

    def _include(self, pattern: str, index: int) -> None:
        place = self.main.value_at(("include", index))
        plain = not glob.has_magic(pattern)
        for found in self._noted.included(pattern):
            if found.resolve() == self._noted.main.resolve():
                self._mistakes.append(
                    Mistake(f"include: {quoted(pattern)} names the file it stands in", place)
                )
            elif plain and not found.exists():
                self.unread = True
                self._mistakes.append(
                    Mistake(f"include: expected a file at {quoted(pattern)}; there is none", place)
                )
            elif found.resolve() not in self._seen:
                self._seen.add(found.resolve())
                self._read(found)

    def _read(self, path: Path) -> None:
        try:
            document = self._known.read(path, self._mistakes)
        except ConfigError as error:
            self.unread = True
            self._mistakes += error.mistakes
            return
        if document.get("include") is not None:
            self._mistakes.append(
                Mistake(
                    f"include: an included file includes no further one; move it to {self.main.name}",
                    document.key_at(("include",)),
                )
            )
        self.documents.append(document)


def _entry(document: Document, main: Document, mistakes: list[Mistake]) -> IncludedEntry | None:
    """The file as its model reads it; None after a mistake."""
    model: type[IncludedEntry] = FileEntry if document is main else IncludedEntry
    data = document.data
    if document is not main and isinstance(data, dict):
        data = {key: value for key, value in data.items() if key != "include"}
    try:
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        mistakes += refused(error, document=document, model=model)
        return None


def _demonstrations(documents: Sequence[Document]) -> Iterator[Mistake]:
    for _, spot in source_spots(documents):
        if spot.document.get(*spot.where, "demonstration") is True:
            yield Mistake(
                f"{spot.name} is a demonstration; production serves none",
                spot.place("demonstration"),
            )


def _position(mistake: Mistake, order: Mapping[str, int]) -> tuple[int, int, int]:
    place = mistake.place
    if place is None:
        return (len(order) + 1, 0, 0)
    return (order.get(place.file, len(order)), place.line or 0, place.column or 0)


def _configured(
    entries: Sequence[IncludedEntry], opened: Mapping[str, tuple[Plugin, BaseModel] | None]
) -> Configured:
    sources = {name: source for entry in entries for name, source in entry.sources.items()}
    templates = {name: each for entry in entries for name, each in entry.templates.items()}
    agencies = [agency for entry in entries for agency in entry.agencies]
    usual, clock, hand_over, attachments = _Usual(), USUAL, AT_ONCE, USUAL_FILES
    for entry in entries:
        if isinstance(entry, FileEntry):
            usual, clock = usual.changed(entry.defaults), entry.policy.clock.policy()
            hand_over = entry.policy.hand_over.policy()
            attachments = entry.policy.attachments.policy()
    held: defaultdict[str | None, list[AgencyCode]] = defaultdict(list)
    for agency in agencies:
        held[agency.source].append(AgencyCode(agency.code))
    return Configured(
        agencies={AgencyCode(each.code): _agency(each, sources) for each in agencies},
        sources=tuple(
            _source(SourceId(name), source, templates.get(source.use or ""), ready, held, usual)
            for name, source in sources.items()
            if (ready := opened[name]) is not None
        ),
        clock=clock,
        hand_over=hand_over,
        attachments=attachments,
    )


def _source(
    name: SourceId,
    source: SourceEntry,
    template: TemplateEntry | None,
    ready: tuple[Plugin, BaseModel],
    held: Mapping[str | None, Sequence[AgencyCode]],
    usual: "_Usual",
) -> SourceConfig:
    settings = (usual if template is None else usual.changed(template)).changed(source)
    mode = source.mode or (template and template.mode)
    return SourceConfig(
        id=name,
        plugin=ready[0],
        options=ready[1],
        # A source without any mode is a mistake that was told before.
        mode=Mode(str(mode).upper()),
        demonstration=source.demonstration,
        agencies=tuple(held[name]),
        guard=settings.guard,
        sync=settings.sync,
        delivery=settings.delivery,
        desk=source.desk,
    )


@dataclass(frozen=True, slots=True)
class _Usual:
    """The settings of a source, as far as nothing nearer to it says otherwise."""

    guard: GuardSettings = field(default_factory=GuardSettings)
    sync: SyncSettings = field(default_factory=SyncSettings)
    delivery: DeliverySettings = field(default_factory=DeliverySettings)

    def changed(self, entry: DefaultsEntry | TemplateEntry | SourceEntry) -> "_Usual":
        """With what `entry` states."""
        return _Usual(
            guard=replace(self.guard, **entry.guard.given()),
            sync=replace(self.sync, **entry.sync.given()),
            delivery=replace(self.delivery, **entry.delivery.given()),
        )


def _agency(entry: AgencyEntry, sources: Mapping[str, SourceEntry]) -> Agency:
    code = AgencyCode(entry.code)
    return Agency(
        code=code,
        name=LocalizedText(**entry.name.model_dump()),
        agency_class=entry.agency_class,
        region=entry.region,
        parent=None if entry.parent is None else AgencyCode(entry.parent),
        services=tuple(service_of(code, service) for service in entry.services),
        demonstration=entry.source is not None and sources[entry.source].demonstration,
    )
