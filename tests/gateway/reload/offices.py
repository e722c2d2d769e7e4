"""A gateway whose agencies' systems say when they are opened, asked and closed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from connectors.contract import CONTRACT_VERSION
from connectors.contract.connector import Connector, Environment, Plugin
from connectors.contract.lifecycle import Status
from connectors.contract.records import Complaint, Kind, Mode, Origin
from connectors.memory.connector import MemoryConnector
from gateway.app import Config, opened
from gateway.auth import DEMONSTRATION
from gateway.config import Configured, load, read_settings
from gateway.execution.operations import Operations
from gateway.execution.request import GraphQLRequest
from gateway.generations import Gateway
from gateway.keys import Keys
from gateway.reloading import Reloads
from schema.build import build

KEYS: Final = Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32)
_NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
_PATIENCE_SECONDS: Final = 20.0
LISTED: Final = """{ complaints(first: 50) {
  nodes { title origin { source sourceId } } sources { source status } complete } }"""


class Options(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    cases: int = 2
    """How many it holds, each an hour older than the other."""
    secret: str = ""
    broken: bool = False
    """It cannot even be opened."""


class Office(MemoryConnector):
    """The system of one agency; while it is `shut`, whoever asks it waits."""

    def __init__(self, options: Options, environment: Environment) -> None:
        self.options = options
        self.asked = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.closed = asyncio.Event()
        super().__init__(
            [_case(environment, number) for number in range(options.cases)],
            source=environment.source,
            before=self._begun,
        )

    async def _begun(self, _verb: str, _asked: object) -> None:
        assert not self.closed.is_set(), "it was asked although it is closed"
        self.asked.set()
        await self.open.wait()

    async def aclose(self) -> None:
        self.closed.set()


def _case(environment: Environment, number: int) -> Complaint:
    at = _NOON - timedelta(hours=number)
    return Complaint(
        origin=Origin(environment.source, f"{number}", Mode.LIVE, at),
        agency_code=environment.agencies[0],
        status=Status.IN_PROGRESS,
        kind=Kind.COMPLAINT,
        title=f"{environment.source} {number}",
        created_at=at,
    )


@dataclass
class Offices:
    """The connector `office`, and every system that it opened."""

    opened: list[tuple[str, Office]] = field(default_factory=list)

    def known(self) -> tuple[str, ...]:
        return ("office",)

    def load(self, name: str) -> Plugin:
        return Plugin(name=name, contract=CONTRACT_VERSION, options=Options, open=self._open)

    def _open(self, options: BaseModel, environment: Environment) -> Connector:
        assert isinstance(options, Options)
        if options.broken:
            message = f"{options.secret} is no use"
            raise RuntimeError(message)
        office = Office(options, environment)
        self.opened.append((environment.source, office))
        return office

    def __getitem__(self, source: str) -> Office:
        """The one that was opened last for `source`."""
        return [office for name, office in self.opened if name == source][-1]


def registry(*names: str, **options: str) -> str:
    """A file with a source and an agency for each name."""
    said = {name: options.get(name, "{}") for name in names}
    sources = "".join(
        f"  {name}: {{connector: office, mode: live, options: {text}}}\n"
        for name, text in said.items()
    )
    agencies = "".join(
        f"  - {{code: {name}, name: {{ar: إدارة, fr: {name}}}, class: OTHER, source: {name}}}\n"
        for name in names
    )
    own = "  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}\n"
    beside = f"sources:\n{sources}" if sources else ""
    return f"version: 1\ninclude: [more-*.yaml]\n{beside}agencies:\n{own}{agencies}"


@dataclass(frozen=True)
class Town:
    """A running gateway, the offices behind it, and the folder of its files."""

    folder: Path
    offices: Offices
    gateway: Gateway
    reloads: Reloads
    operations: Operations
    environ: dict[str, str]

    def write(self, text: str, name: str = "agencies.yaml") -> None:
        """Put the file in its place at once, as careful people do."""
        draft = self.folder / f".{name}"
        draft.write_text(text, "utf-8")
        draft.rename(self.folder / name)

    async def ask(self, document: str = LISTED, **variables: Any) -> Any:
        """The data of a question that must have no errors."""
        operation = self.operations.prepare(GraphQLRequest(document, variables=variables or None))
        context = self.gateway.contexts.for_viewer(DEMONSTRATION, caller="192.0.2.1")
        result = await self.operations.execute(operation, context)
        assert not result.errors, result.errors
        return result.data

    async def error(self, document: str, **variables: Any) -> str:
        """The code of the one error of a question."""
        operation = self.operations.prepare(GraphQLRequest(document, variables=variables or None))
        context = self.gateway.contexts.for_viewer(DEMONSTRATION, caller="192.0.2.1")
        [error] = (await self.operations.execute(operation, context)).errors or ()
        return str((error.extensions or {})["code"])

    async def sources(self) -> dict[str, str]:
        """How each source does in a list."""
        data = await self.ask()
        return {each["source"]: each["status"] for each in data["complaints"]["sources"]}

    async def titles(self) -> list[str]:
        """What is listed, in no order."""
        return sorted(node["title"] for node in (await self.ask())["complaints"]["nodes"])


@asynccontextmanager
async def town(
    folder: Path, database_url: str, text: str, *, deadline_seconds: float = 3.0, **files: str
) -> AsyncIterator[Town]:
    """A town whose registry says `text`."""
    for name, content in {"agencies.yaml": text, **files}.items():
        (folder / name).write_text(content, "utf-8")
    offices, environ = Offices(), dict[str, str]()

    def read() -> Configured:
        return load(folder / "agencies.yaml", plugins=offices, environ=environ)

    settings = {"CHIKAYA_ENV": "development", "CHIKAYA_DEADLINE_SECONDS": f"{deadline_seconds}"}
    config = Config(read_settings(settings, database_url=database_url), read(), KEYS)
    async with opened(config) as gateway:
        reloads = Reloads(gateway, read)
        yield Town(folder, offices, gateway, reloads, Operations(build()), environ)


@asynccontextmanager
async def watched(town: Town, *, look_seconds: float = 0.02) -> AsyncIterator[None]:
    """The files of `town` are looked at inside."""
    watching = asyncio.create_task(town.reloads.watch(look_seconds=look_seconds))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    """Return as soon as it holds."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - what it looks at tells nobody
            await asyncio.sleep(0.005)


def agencies(town: Town) -> set[str]:
    """The codes that are in force."""
    return set(town.gateway.registry.agencies)
