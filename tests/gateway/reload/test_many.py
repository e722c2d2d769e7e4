"""Reloading a hundred times leaves nothing behind; 1,700 agencies cost what is printed here."""

import asyncio
import gc
import os
import statistics
import time
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from connectors.contract.query import ComplaintQuery, Condition, Field, Op, Selection
from connectors.testing.georeport import GeoReportCity
from connectors.testing.serving import serve
from gateway.app import Config, opened
from gateway.auth import DEMONSTRATION
from gateway.config import Configured, load, read_settings
from gateway.config.document import Documents
from gateway.execution.operations import Operations
from gateway.execution.request import GraphQLRequest
from gateway.generations import Gateway
from gateway.reloading import Reloads
from schema.build import build
from tests.gateway.reload.offices import KEYS, LISTED, until

pytestmark = pytest.mark.long

RELOADS: Final = 100
WARM: Final = 40
PART: Final = 20
SOURCES: Final = 60
AGENCIES: Final = 1_700
ROW: Final = {
    "service_request_id": "1",
    "status": "open",
    "service_code": "001",
    "service_name": "Lampadaire",
    "requested_datetime": "2026-03-02T09:00:00Z",
    "updated_datetime": "2026-03-02T09:00:00Z",
}


@asynccontextmanager
async def gateway_of(
    folder: Path, url: str, *, deadline_seconds: float
) -> AsyncIterator[tuple[Gateway, Reloads]]:
    """What the files in `folder` say, opened."""

    documents = Documents()

    def read() -> Configured:
        return load(folder / "agencies.yaml", documents=documents)

    settings = {"CHIKAYA_ENV": "development", "CHIKAYA_DEADLINE_SECONDS": str(deadline_seconds)}
    async with opened(Config(read_settings(settings, database_url=url), read(), KEYS)) as gateway:
        yield gateway, Reloads(gateway, read)


def held() -> tuple[int, int]:
    """How many tasks there are, and how many files and sockets are open."""
    return len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the reading itself is one


async def listed(gateway: Gateway, operations: Operations) -> None:
    """Ask for a list of everything, of which nothing may be missing."""
    operation = operations.prepare(GraphQLRequest(LISTED))
    result = await operations.execute(operation, gateway.contexts.for_viewer(DEMONSTRATION))
    assert not result.errors
    assert result.data
    assert result.data["complaints"]["complete"] is True, result.data["complaints"]["sources"]


def two_cities(folder: Path, url: str, turn: int) -> None:
    """Two sources, of which each turn changes one and adds or removes a third."""
    names = ["first", "second", "third"][: 2 + turn % 2]
    sources = "".join(
        f"  {name}: {{connector: open311, mode: live, options: {{url: '{url}'}}"
        f"{f', guard: {{retries: {turn}}}' if name == 'second' else ''}}}\n"
        for name in names
    )
    agencies = "".join(
        f"  - {{code: {name}, name: {{ar: مدينة, fr: Ville}}, class: OTHER, source: {name}}}\n"
        for name in names
    )
    text = f"version: 1\nsources:\n{sources}agencies:\n{agencies}"
    (folder / "agencies.yaml").write_text(text, "utf-8")


async def test_a_hundred_reloads_leave_no_task_no_socket_and_no_memory(
    tmp_path: Path, sqlite_url: str
) -> None:
    operations = Operations(build())
    city = GeoReportCity(requests=[ROW])
    async with serve(city.app) as url:
        two_cities(tmp_path, url, 0)
        async with gateway_of(tmp_path, sqlite_url, deadline_seconds=1.0) as (gateway, reloads):

            async def reload(first: int, last: int) -> int:
                """The bytes in use when all is quiet again."""
                for turn in range(first, last):
                    two_cities(tmp_path, url, turn)
                    assert await reloads.reload()
                    await listed(gateway, operations)
                await until(lambda: held() == quiet)
                city.calls.clear()
                gc.collect()
                return tracemalloc.get_traced_memory()[0]

            await listed(gateway, operations)
            quiet = held()
            tracemalloc.start()
            try:
                # Pools and compiled things fill first. Each part ends on the two cities of the beginning.
                warm = [await reload(1 + at, 1 + at + PART) for at in range(0, WARM, PART)]
                used = [await reload(at, at + PART) for at in range(WARM + 1, WARM + RELOADS, PART)]
            finally:
                tracemalloc.stop()
            growth = (used[-1] - warm[-1]) / RELOADS
            print(f"\n{RELOADS} reloads: {growth:.0f} bytes each; kept {[*warm, *used]}")  # noqa: T201 - a figure
            # What one reload makes is tens of thousands.
            assert growth < 1_000
            assert held() == quiet


def many(folder: Path, sources: int, agencies: int) -> None:
    """Files of as many agencies, each with three services, over as many sources of one product."""
    (folder / "agencies.d").mkdir()
    (folder / "agencies.yaml").write_text(
        "version: 1\ninclude: [agencies.d/*.yaml]\ntemplates:\n  product: {connector: memory, "
        "mode: live, guard: {max_concurrent: 4}}\n",
        "utf-8",
    )
    for source in range(sources):
        own = "".join(
            f"""
  - code: agency-{number}
    name: {{ar: جماعة المثال {number}, fr: Commune d'Exemple {number}, en: Example {number}}}
    class: COLLECTIVITE
    region: MA-09
    source: s{source}
    services:
      - code: street-lighting
        name: {{ar: الإنارة العمومية, fr: Éclairage public}}
        keywords: [lampadaire, lumière, مصباح]
      - code: civil-registry
        name: {{ar: الحالة المدنية, fr: État civil}}
      - code: roads
        name: {{ar: الطرق, fr: Voirie}}
"""
            for number in range(source, agencies, sources)
        )
        (folder / "agencies.d" / f"s{source}.yaml").write_text(
            f"sources:\n  s{source}: {{use: product}}\nagencies:{own}", "utf-8"
        )


async def test_what_1700_agencies_over_60_sources_cost(tmp_path: Path, sqlite_url: str) -> None:
    many(tmp_path, SOURCES, AGENCIES)
    tracemalloc.start()
    configured = load(tmp_path / "agencies.yaml")
    gc.collect()
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(configured.agencies), len(configured.sources)) == (AGENCIES, SOURCES)
    begun = time.process_time()
    load(tmp_path / "agencies.yaml")
    loaded = time.process_time() - begun
    operations = Operations(build())
    async with gateway_of(tmp_path, sqlite_url, deadline_seconds=10.0) as (gateway, reloads):
        begun = time.perf_counter()
        await gateway.renew(load_of_none(gateway.now.configured))
        await gateway.renew(configured)
        renewed = time.perf_counter() - begun
        begun = time.process_time()
        await listed(gateway, operations)
        first_list = time.process_time() - begun
        half = Condition(
            Field.AGENCY, Op.IN, frozenset(code for code in configured.agencies if "7" in code)
        )
        planned = {
            "all": planning(gateway, ComplaintQuery()),
            "some": planning(gateway, ComplaintQuery((half,))),
        }
        alone = await latencies(gateway, operations, asyncio.Event(), count=30)
        path = tmp_path / "agencies.d" / "s7.yaml"
        path.write_text(path.read_text("utf-8").replace("Commune", "Ville"), "utf-8")
        ended = asyncio.Event()
        beside = asyncio.create_task(latencies(gateway, operations, ended))
        begun = time.perf_counter()
        assert await reloads.reload()
        reloaded = time.perf_counter() - begun
        ended.set()
        during = await beside
    print(  # noqa: T201 - the figures are what it is for
        f"\n{AGENCIES} agencies over {SOURCES} sources:"
        f"\n  files read and checked      {loaded:.2f} s of CPU"
        f"\n  memory kept, and at most    {kept / 1e6:.1f} MB, {most / 1e6:.1f} MB"
        f"\n  sources opened, swapped     {renewed * 1e3:.0f} ms"
        f"\n  a list planned, all         {planned['all'] * 1e3:.2f} ms"
        f"\n  a list planned, some        {planned['some'] * 1e3:.2f} ms"
        f"\n  a first list of all         {first_list * 1e3:.0f} ms of CPU"
        f"\n  one file changed, in force  {reloaded:.2f} s"
        f"\n  lists meanwhile, and alone  {told(during)}; {told(alone)}"
    )
    assert planned["all"] < 0.05
    assert renewed < 1.0
    assert kept < 30e6


def load_of_none(configured: Configured) -> Configured:
    """The agencies without their sources."""
    return Configured(configured.agencies, ())


def planning(gateway: Gateway, query: ComplaintQuery) -> float:
    """Seconds for one plan, the median of many."""
    selection, taken = Selection(fields=frozenset({"title", "created_at"})), []
    for _ in range(50):
        begun = time.perf_counter()
        gateway.complaints.plan(DEMONSTRATION, query, selection)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


async def latencies(
    gateway: Gateway, operations: Operations, ended: asyncio.Event, *, count: int = 10_000
) -> list[float]:
    """Seconds of each of `count` lists, one after the other, until `ended`; none may fail."""
    taken: list[float] = []
    while len(taken) < count and not ended.is_set():
        begun = time.perf_counter()
        await listed(gateway, operations)
        taken.append(time.perf_counter() - begun)
    return taken


def told(seconds: list[float]) -> str:
    """Median and worst."""
    return f"p50 {statistics.median(seconds) * 1e3:.0f} ms, worst {max(seconds) * 1e3:.0f} ms"
