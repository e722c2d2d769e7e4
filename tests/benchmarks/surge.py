"""File as in May 2020: `just surge [--rate 5] [--seconds 600] [--engines sqlite,postgres]`.

The portal of the time took 12,985 complaints in April and 342,115 in May, 26 times as many; 5 filings
a second are 39 times that month's mean. A server runs as its own process over a database; filings
come when they are due, whether or not the ones before were answered, each from one of many addresses.
What one waits for its receipt counts from when it was due, so that a server that stalls is not spared
those who queue meanwhile. One agency in four has a system of its own, which is down all the time and
comes back afterwards.
"""

import argparse
import asyncio
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import aiohttp

from connectors.store import Store
from tests.benchmarks.away import System, away
from tests.databases import ENGINES, Databases, Run
from tests.gateway.cli.command import serving

CALLERS: Final = 5_000
REGISTRY: Final = """
version: 1
sources:
  city:
    connector: rest
    mode: live
    guard: {breaker_seconds: 3}
    options:
      url: CITY
      record: {id: $.id, status: $.state}
      statuses: {in: {new: SUBMITTED}}
      list: {request: {path: cases}, records: $, paging: {style: none}}
      acts:
        file:
          request: {path: cases, json: {reference: {from: reference}}}
          id: {path: $.id}
agencies:
  - {code: city, name: {ar: المدينة, fr: Ville}, class: COLLECTIVITE, source: city}
  - {code: fund, name: {ar: الصندوق, fr: Caisse}, class: EEP}
  - {code: interior, name: {ar: الداخلية, fr: Intérieur}, class: MINISTRY}
"""
FILE: Final = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
  receipt { reference } problems { code } } }"""
WORDS: Final = ("الدعم", "لم أتوصل", "aide", "pas reçue", "covid", "راميد", "RAMED", "ma 3tawnich")


@dataclass(slots=True)
class Surge:
    """What came of so many filings."""

    references: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    waited: list[float] = field(default_factory=list)
    """Milliseconds from when a filing was due to its receipt, for each that got one."""
    stored: int = 0
    """Cases that are in the store when all is over."""
    for_system: int = 0
    """Receipts for cases of the agency whose system is down."""
    delivered: list[str] = field(default_factory=list)
    """The references that the system heard of when it was back, as they came."""
    queued: list[str] = field(default_factory=list)
    """Those that it was to hear of, in the order of filing."""
    drained_seconds: float = 0.0
    """From its coming back until it had heard of all."""

    @property
    def overtaken(self) -> int:
        """By how many that were filed later a case was overtaken at most."""
        place = {reference: number for number, reference in enumerate(self.queued)}
        came = [place[reference] for reference in self.delivered]
        return max(sum(other > one for other in came[:at]) for at, one in enumerate(came))


async def surge(databases: Databases, engine: str, *, rate: float, seconds: float) -> Surge:
    """File `rate` times a second for so many seconds."""
    with tempfile.TemporaryDirectory() as name, away() as system:
        url = await databases.migrated(engine, Path(name))
        came = Surge()
        async with _server(Path(name), url, system.url) as address:
            await _file_all(came, address, rate=rate, count=round(rate * seconds))
            await asyncio.to_thread(_drain, came, system)
        await _look(came, url)
        await databases.drop(url)
    return came


async def _look(came: Surge, url: str) -> None:
    """What is in the store."""
    async with aclosing(await Store.open(url)) as store:
        [[came.stored]] = await store._engine.fetch("SELECT count(*) FROM ledger")
        rows = await store._engine.fetch(
            "SELECT l.reference FROM outbox o JOIN ledger l ON l.id = o.ledger_id ORDER BY o.id"
        )
    came.queued = [reference for (reference,) in rows]


def _drain(came: Surge, system: System) -> None:
    """Have the system come back, and wait until it has heard of everything."""
    begun = time.monotonic()
    with system.back() as heard:
        came.delivered += islice(heard, came.for_system)
    came.drained_seconds = time.monotonic() - begun


@asynccontextmanager
async def _server(folder: Path, url: str, city: str) -> AsyncIterator[str]:
    registry = REGISTRY.replace("CITY", city)
    (folder / "agencies.yaml").write_text(registry, encoding="utf-8")
    env = {"CHIKAYA_DATABASE_URL": url, "CHIKAYA_ENV": "development"}
    # With a provider whoever shows no token is nobody in particular, as most who file are.
    env |= {"CHIKAYA_OIDC_ISSUER": "http://127.0.0.1:9", "CHIKAYA_OIDC_AUDIENCE": "chikaya"}
    running = serving("--no-demo", folder=folder, env=env)
    served = await asyncio.to_thread(running.__enter__)
    try:
        yield served.url
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


async def _file_all(came: Surge, address: str, *, rate: float, count: int) -> None:
    draw = random.Random(2020)
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        begun = loop.time()
        for number in range(count):
            due = begun + number / rate
            await asyncio.sleep(due - loop.time())
            body, caller = _filing(draw), _caller(draw.randrange(CALLERS))
            group.create_task(_file(came, session, address, body, caller, due))


async def _file(
    came: Surge,
    session: aiohttp.ClientSession,
    address: str,
    body: dict[str, Any],
    caller: str,
    due: float,
) -> None:
    headers = {"X-Forwarded-For": caller}
    async with session.post(address, json=body, headers=headers) as response:
        told = await response.json()
    for error in told.get("errors", ()):
        came.refused[str(error.get("extensions", {}).get("code"))] += 1
    payload = (told.get("data") or {}).get("fileComplaint")
    if payload is None:
        return
    came.refused.update(problem["code"] for problem in payload["problems"])
    if payload["receipt"] is not None:
        came.references.append(payload["receipt"]["reference"])
        came.for_system += body["variables"]["input"]["agency"] == "city"
        came.waited.append((asyncio.get_running_loop().time() - due) * 1000)


def _filing(draw: random.Random) -> dict[str, Any]:
    given = {
        "agency": draw.choice(("fund", "fund", "city", "interior")),
        "description": " ".join(draw.choices(WORDS, k=draw.randrange(5, 300))),
        "title": " ".join(draw.choices(WORDS, k=3)),
        "contact": {"phone": f"06{draw.randrange(10**8):08}"},
        "idempotencyKey": secrets.token_urlsafe(16),
    }
    return {"query": FILE, "variables": {"input": given}}


def _caller(number: int) -> str:
    return f"10.0.{number // 250}.{number % 250 + 1}"


async def main(engines: Sequence[str], rate: float, seconds: float) -> None:
    """Print a table of what came of it on each engine."""
    _say(
        "| engine | filed | refused | receipts, p50 ms | p99 ms | longest ms "
        "| backlog | drained in s | overtaken by at most |"
    )
    _say("|---|---|---|---|---|---|---|---|---|")
    run = Run()
    try:
        for engine in engines:
            came = await surge(Databases(run.folder), engine, rate=rate, seconds=seconds)
            if came.stored != len(set(came.references)):
                raise SystemExit(f"{came.stored} cases, {len(set(came.references))} references")
            p99 = quantiles(came.waited, n=100)[98]
            refused = ", ".join(f"{count} {code}" for code, count in came.refused.items()) or "0"
            _say(
                f"| {engine} | {len(came.references):,} | {refused} | {median(came.waited):,.0f} "
                f"| {p99:,.0f} | {max(came.waited):,.0f} | {len(came.delivered):,} "
                f"| {came.drained_seconds:,.0f} | {came.overtaken} |"
            )
    finally:
        run.close()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--engines", default=",".join(ENGINES))
    given.add_argument("--rate", type=float, default=5.0, help="filings a second")
    given.add_argument("--seconds", type=float, default=600.0)
    told = given.parse_args()
    asyncio.run(main(told.engines.split(","), told.rate, told.seconds))
