"""Fifty officers act upon the same versions of one case, each over a connection of their own."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2

from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import Keys
from tests.clients.serving import serving

AGENCIES = "version: 1\nagencies: [{code: water, name: {ar: الماء, fr: Eau}, class: EEP}]\n"
OFFICERS, VERSIONS = 50, 6

FILE = """mutation { fileComplaint(input: {agency: "water", description: "x",
  idempotencyKey: "a key of twenty-two signs"}) { receipt { reference } } }"""
NOTE = """mutation ($input: AddNoteInput!) { addNote(input: $input) {
  complaint { version status } problems { code path status version } } }"""
KEPT = '{ node(id: "Complaint:%s") { ... on Complaint { version messages { body } } } }'


async def asked(client: httpx2.AsyncClient, url: str, document: str, **given: Any) -> Any:
    answer = await client.post(f"{url}/graphql", json={"query": document, "variables": given})
    told = answer.json()
    assert "errors" not in told, told
    return told["data"]


async def officer(client: httpx2.AsyncClient, url: str, upon: dict[str, Any], key: str) -> Any:
    """What became of a note upon that version of the case."""
    input_ = upon | {"idempotencyKey": key, "text": key}
    return (await asked(client, url, NOTE, input=input_))["addNote"]


async def test_each_version_has_one_winner_and_all_others_are_told(
    tmp_path: Path, database_url: str
) -> None:
    path = tmp_path / "agencies.yaml"
    path.write_text(AGENCIES, encoding="utf-8")
    settings = read_settings({"CHIKAYA_ENV": "development"}, database_url=database_url)
    config = Config(settings, load(path, environ={}), Keys(b"c" * 32, b"t" * 32))
    with serving(build(config)) as url:
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(httpx2.AsyncClient(timeout=120))
                for _ in range(OFFICERS)
            ]
            filed = await asked(clients[0], url, FILE)
            reference = filed["fileComplaint"]["receipt"]["reference"]
            for version in range(1, VERSIONS + 1):
                upon = {"case": {"reference": reference}, "expectedVersion": version}
                payloads = await asyncio.gather(
                    *(
                        officer(client, url, upon, f"officer {number} upon {version}")
                        for number, client in enumerate(clients)
                    )
                )
                assert [each["problems"] for each in payloads].count([]) == 1
                assert [each["problems"] for each in payloads].count(
                    [conflict(version + 1)]
                ) == OFFICERS - 1
                assert {each["complaint"]["version"] for each in payloads} == {version + 1}
            kept = KEPT % reference
            case = (await asked(clients[0], url, kept))["node"]
    assert case["version"] == VERSIONS + 1
    assert len(case["messages"]) == VERSIONS


def conflict(version: int) -> dict[str, Any]:
    """What is told as the case is at that version by now."""
    return {
        "code": "CONFLICT",
        "path": ["expectedVersion"],
        "status": "SUBMITTED",
        "version": version,
    }
