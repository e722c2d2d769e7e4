"""File as in May 2020: `just surge [--rate 5] [--seconds 600] [--engines sqlite,postgres]`.

The portal of the time took 12,985 complaints in April and 342,115 in May, 26 times as many; 5 filings
a second are 39 times that month's mean. A server runs as its own process over a database; filings
come when they are due, whether or not the ones before were answered, each from one of many addresses.
What one waits for its receipt counts from when it was due, so that a server that stalls is not spared
those who queue meanwhile.
"""

import argparse
import asyncio
import random
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import aiohttp

from connectors.store import Store
from tests.databases import ENGINES, Databases, Run
from tests.gateway.cli.command import serving

CALLERS: Final = 5_000
REGISTRY: Final = """
version: 1
agencies:
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


async def surge(databases: Databases, engine: str, *, rate: float, seconds: float) -> Surge:
    """File `rate` times a second for so many seconds."""
    with tempfile.TemporaryDirectory() as name:
        url = await databases.migrated(engine, Path(name))
        came = Surge()
        async with _server(Path(name), url) as address:
            await _file_all(came, address, rate=rate, count=round(rate * seconds))
        store = await Store.open(url)
        [[came.stored]] = await store._engine.fetch("SELECT count(*) FROM ledger")
        await store.aclose()
        await databases.drop(url)
    return came


@asynccontextmanager
async def _server(folder: Path, url: str) -> AsyncIterator[str]:
    (folder / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
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
        came.waited.append((asyncio.get_running_loop().time() - due) * 1000)


def _filing(draw: random.Random) -> dict[str, Any]:
    given = {
        "agency": draw.choice(("fund", "fund", "fund", "interior")),
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
    _say("| engine | filed | refused | receipts, p50 ms | p99 ms | longest ms |")
    _say("|---|---|---|---|---|---|")
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
                f"| {p99:,.0f} | {max(came.waited):,.0f} |"
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
