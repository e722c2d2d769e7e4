"""Tell where the time of one question of the race goes: `just profile CASE`.

The harness stands by with `bench --serve` and our filled database; its URL is OURS_PG_URL, its agencies'
UPSTREAM. Our application answers in this process, without a wire before it, so that a profile shows our
code and the libraries that it goes through.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import Keys
from resolvers.policy import Role
from tests.benchmarks.peers.words import live, registry
from tests.clients.serving import serving
from tests.gateway.auth.provider import AUDIENCE, Provider

HERE: Final = Path(__file__).parent
ROUNDS: Final = 5
ASKED: Final = 200


def main() -> None:
    """Ask, time, profile, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", help="S1, S2, S3, F1, F2 or F3")
    parser.add_argument("--by", default="tottime", help="tottime or cumtime")
    parser.add_argument("--top", type=int, default=40, help="so many functions")
    given = parser.parse_args()
    asyncio.run(_profiled(given.case, given.by, given.top))


async def _profiled(case: str, by: str, top: int) -> None:
    text = (HERE / f"{case}.graphql").read_text(encoding="utf-8")
    body = json.dumps({"query": text, "variables": variables(case)}).encode()
    async with _asking() as ask:
        answer = json.loads(await ask(body))
        if answer.get("errors"):
            raise SystemExit(f"{case}: {answer['errors']}")
        for _ in range(ASKED):
            await ask(body)
        for _ in range(ROUNDS):
            began = time.thread_time()
            for _ in range(ASKED):
                await ask(body)
            spent = (time.thread_time() - began) / ASKED * 1e6
            sys.stdout.write(f"{case}: {spent:,.0f} µs of CPU an operation\n")
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(ASKED):
            await ask(body)
        profile.disable()
    pstats.Stats(profile, stream=sys.stdout).sort_stats(by).print_stats(top)


def variables(case: str) -> dict[str, Any]:
    """What one question is asked with."""
    codes = [f"AG{number:02d}" for number in range(1, 11)]
    match case:
        case "S1" | "S2":
            return {"status": "ANSWERED", "region": "R03"}
        case "S3":
            return {"id": os.environ.get("CASE_ID", "Complaint:store:C2026-00000100")}
        case "F1":
            return {"code": live(codes[0])}
        case "F2":
            return {f"c{number}": live(code) for number, code in enumerate(codes)}
        case _:
            return {"id": f"Complaint:{live('AG01')}:AG01-00000"}


@asynccontextmanager
async def _asking() -> AsyncIterator[Any]:
    """A way to put a body to our application, by a token, as the race does."""
    provider = Provider()
    with tempfile.TemporaryDirectory() as name, serving(provider.app) as url:
        provider.url = url
        agencies = Path(name) / "agencies.yaml"
        agencies.write_text(json.dumps(registry(os.environ["UPSTREAM"])), encoding="utf-8")
        environ = {
            "CHIKAYA_ENV": "production",
            "CHIKAYA_OIDC_ISSUER": url,
            "CHIKAYA_OIDC_AUDIENCE": AUDIENCE,
            "CHIKAYA_FILES": f"{name}/files",
            "CHIKAYA_LOOPS": "off",
        }
        settings = read_settings(environ, database_url=os.environ["OURS_PG_URL"], agencies=agencies)
        keys = Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32)
        app = build(Config(settings, load(agencies, production=True), keys))
        roles = {"roles": [f"chikaya-{Role.NATIONAL_SUPERVISOR.word}"]}
        token = provider.token(sub="racer", realm_access=roles)
        async with app.router.lifespan_context(app):
            yield _asks(app, token)


def _asks(app: Any, token: str) -> Any:
    async def ask(body: bytes) -> bytes:
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            parts.append(message.get("body", b""))

        headers = [
            (b"host", b"127.0.0.1:8000"),
            (b"authorization", f"Bearer {token}".encode()),
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
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 1),
        }
        await app(scope, receive, send)
        return b"".join(parts)

    return ask


if __name__ == "__main__":
    main()
