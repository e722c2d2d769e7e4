"""Race the product against a baseline: `just bench [--rows 10000,100000] [--engines sqlite]`.

Both answer over ASGI in this process, so CPU is this process's; the answers are compared before
anything is timed, and the rounds take turns, so that a busy machine hits both.
"""

import argparse
import asyncio
import json
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

import structlog
from tortoise import Tortoise

from connectors.store import Store
from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import obtain
from tests.benchmarks import size
from tests.benchmarks.naive import models
from tests.benchmarks.naive.graph import app as naive_app
from tests.benchmarks.questions import Question, questions, rows_of
from tests.databases import Databases, Run

ROUNDS = 9
ASKED = 12
"""How often a question is put in one round."""

Ask = Callable[[str], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class Measured:
    """One way's costs: CPU microseconds per operation by round, milliseconds of every answer."""

    cpu: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)


async def main(rows: Sequence[int], engines: Sequence[str]) -> None:
    """Race at every size on every engine, and print tables."""
    _say(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()},")
    names = ("strawberry-graphql", "tortoise-orm", "asyncpg", "aiosqlite", "starlette")
    _say(", ".join(f"{name} {version(name)}" for name in names))
    run = Run()
    try:
        for engine in engines:
            for count in rows:
                with tempfile.TemporaryDirectory() as folder:
                    await _race(Databases(run.folder), engine, count, Path(folder))
    finally:
        run.close()


async def _race(databases: Databases, engine: str, count: int, folder: Path) -> None:
    ours_url = await databases.migrated(engine, folder)
    theirs_url = await databases.empty(engine, folder)
    async with _ours(ours_url, count, folder) as ours, _theirs(theirs_url, count) as theirs:
        if engine == "postgres":
            for url in (ours_url, theirs_url):
                async with databases.postgres.connection(url) as connection:
                    await connection.execute("VACUUM ANALYZE")
        _say(f"\n{engine}, {count:,} cases\n")
        _say(
            "| question | CPU µs, ours | baseline | ratio (spread of rounds)"
            " | p50 ms, ours | baseline | p99 ms, ours | baseline |"
        )
        _say("|---|---|---|---|---|---|---|---|")
        for question in questions(count):
            cursor = await _cursor(ours, question.offset)
            _say(await _compare(question.name, ours, theirs, question.ours(cursor), question))
    for url in (ours_url, theirs_url):
        await databases.drop(url)


async def _compare(name: str, ours: Ask, theirs: Ask, asked: str, question: Question) -> str:
    right, told = rows_of(await theirs(question.theirs)), rows_of(await ours(asked))
    if told != right:
        different = next((pair for pair in zip(told, right, strict=False) if pair[0] != pair[1]), 0)
        raise SystemExit(f"{name}: {len(told)} and {len(right)} rows; {different}")
    mine, base = Measured(), Measured()
    for _ in range(ROUNDS):
        await _round(ours, asked, mine)
        await _round(theirs, question.theirs, base)
    ratios = sorted(b / a for a, b in zip(mine.cpu, base.cpu, strict=True))
    cells = [
        f"{name} ({len(right)} rows)",
        f"{median(mine.cpu):,.0f}",
        f"{median(base.cpu):,.0f}",
        f"{median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})",
        *(f"{median(way.taken):.2f}" for way in (mine, base)),
        *(f"{quantiles(way.taken, n=100)[98]:.2f}" for way in (mine, base)),
    ]
    return f"| {' | '.join(cells)} |"


async def _round(ask: Ask, text: str, measured: Measured) -> None:
    began = process_time()
    for _ in range(ASKED):
        asked = perf_counter()
        await ask(text)
        measured.taken.append((perf_counter() - asked) * 1000)
    measured.cpu.append((process_time() - began) / ASKED * 1e6)


async def _cursor(ours: Ask, offset: int) -> str | None:
    cursor, seen = None, 0
    while seen < offset:
        after = f', after: "{cursor}"' if cursor else ""
        first = min(100, offset - seen)
        text = f"{{ complaints(first: {first}{after}) {{ pageInfo {{ endCursor }} }} }}"
        cursor = (await ours(text))["data"]["complaints"]["pageInfo"]["endCursor"]
        seen += first
    return cursor


@asynccontextmanager
async def _ours(url: str, count: int, folder: Path) -> AsyncIterator[Ask]:
    store = await Store.open(url)
    await size.fill(store, count)
    await store.aclose()
    agencies = Path(__file__).parents[2] / "agencies.yaml"
    settings = read_settings({}, database_url=url, agencies=agencies)
    config = Config(
        # Whoever uses the embedded default may ask; on PostgreSQL nobody is signed in yet.
        replace(settings, production=False),
        load(agencies, production=False),
        obtain(None, production=False, generated=folder / "keys"),
    )
    app = build(config)
    async with app.router.lifespan_context(app):
        yield _asks(app)


@asynccontextmanager
async def _theirs(url: str, count: int) -> AsyncIterator[Ask]:
    # Tortoise has its own way of writing both.
    written = url.replace("postgresql://", "asyncpg://").replace("sqlite:///", "sqlite://")
    # Statements are kept by the connection's name: each engine has its own.
    name = written.partition(":")[0]
    apps = {"naive": {"models": [models.__name__], "default_connection": name}}
    await Tortoise.init(config={"connections": {name: written}, "apps": apps})
    try:
        await Tortoise.generate_schemas()
        cases = size.complaints(count)
        while batch := list(islice(cases, 2000)):
            rows = [
                models.Complaint(
                    number=case.origin.source_id,
                    agency_code=case.agency_code,
                    status=case.status.value,
                    kind=case.kind.value,
                    title=case.title,
                    description=case.description,
                    category=case.category,
                    channel=case.channel.value if case.channel else None,
                    created_at=case.created_at,
                    updated_at=case.updated_at,
                    due_at=case.due_at,
                )
                for case in batch
            ]
            await models.Complaint.bulk_create(rows)
            numbers = [row.number for row in rows]
            ids = dict(
                await models.Complaint.filter(number__in=numbers).values_list("number", "id")
            )
            await models.Event.bulk_create(
                [
                    models.Event(
                        complaint_id=ids[case.origin.source_id],
                        position=position,
                        kind=event.kind.value,
                        at=event.at,
                        status=event.status.value if event.status else None,
                    )
                    for case in batch
                    for position, event in enumerate(case.events or ())
                ]
            )
        yield _asks(naive_app())
    finally:
        await Tortoise.close_connections()


def _asks(app: Any) -> Ask:
    """Puts a question to an ASGI application, without a wire between."""

    async def ask(text: str) -> dict[str, Any]:
        body = json.dumps({"query": text}).encode()
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            parts.append(message.get("body", b""))

        headers = [
            (b"host", b"localhost"),
            (b"content-type", b"application/json"),
            (b"accept", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/graphql",
            "raw_path": b"/graphql",
            "root_path": "",
            "query_string": b"",
            "headers": headers,
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 1),
        }
        await app(scope, receive, send)
        answer: dict[str, Any] = json.loads(b"".join(parts))
        if answer.get("errors"):
            raise SystemExit(f"{text}: {answer['errors']}")
        return answer

    return ask


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Race the product against a baseline.")
    parser.add_argument("--rows", default="10000,100000", help="sizes, with commas between")
    parser.add_argument("--engines", default="sqlite,postgres", help="the same of engines")
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    asyncio.run(main([int(rows) for rows in given.rows.split(",")], given.engines.split(",")))
