"""`chikaya sync`, and a server that does it by itself."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.testing.georeport import GeoReportCity
from connectors.testing.serving import serve
from tests.connectors.open311.cities import NOON, request
from tests.gateway.cli.command import COMMAND, Served, chikaya, environment, serving

REGISTRY = """
version: 1
sources:
  office:
    connector: memory
    mode: mirror
    sync: {every_seconds: 1, holds: titles}
    options: {path: office.json}
  city: {connector: memory, mode: live}
agencies:
  - {code: office, name: {ar: المكتب, fr: Office}, class: EEP, source: office}
  - {code: city, name: {ar: المدينة, fr: Ville}, class: COLLECTIVITE, source: city}
"""
LISTED = """{
  agency(code: "office") { source { mode heardAt lagSeconds } }
  complaints(filter: {agencies: ["office"]}) {
    nodes { title description origin { mode } }
    sources { source status lagSeconds fieldsMissing }
  }
}"""


def office(folder: Path, *titles: str) -> Path:
    cases = [
        {
            "origin": {
                "source": "office",
                "source_id": str(number),
                "mode": "LIVE",
                "fetched_at": "2026-03-01T12:00:00Z",
            },
            "agency_code": "office",
            "status": "SUBMITTED",
            "kind": "COMPLAINT",
            "title": title,
            "description": "Madame Alaoui attend",
            "created_at": "2026-02-01T12:00:00Z",
        }
        for number, title in enumerate(titles)
    ]
    (folder / "agencies.yaml").write_text(REGISTRY, "utf-8")
    (folder / "office.json").write_text(json.dumps(cases), "utf-8")
    return folder


def until(served: Served, holds: Callable[[Any], bool]) -> Any:
    """The answer, as soon as it is the one expected."""
    for _ in range(200):
        answer = served.ask(LISTED)
        if holds(answer):
            return answer
        time.sleep(0.05)
    raise AssertionError(answer)


def test_a_source_is_mirrored_and_every_row_accounted_for(tmp_path: Path) -> None:
    folder = office(tmp_path, "un", "deux", "trois")
    first = chikaya("sync", "office", "--json", folder=folder)
    assert first.returncode == 0, first.stderr
    account = json.loads(first.stdout)
    began_at = account.pop("began_at")
    assert account == {
        "source": "office",
        "full": True,
        "resumed": False,
        "pages": 1,
        "read": 3,
        "new": 3,
        "changed": 0,
        "unchanged": 0,
        "unlisted": 0,
    }
    assert "office: 3 read, 3 new, 0 changed" in first.stderr

    office(folder, "un", "DEUX")
    second = chikaya("sync", "office", "--full", folder=folder)
    told = dict(line.split(maxsplit=1) for line in second.stdout.splitlines())
    assert (told["changed"], told["unchanged"], told["unlisted"]) == ("1", "1", "1")
    assert told["began"].removeprefix("at").strip() > began_at


def test_what_is_no_mirror_is_refused_by_name(tmp_path: Path) -> None:
    folder = office(tmp_path)
    unknown = chikaya("sync", "offise", folder=folder)
    assert unknown.returncode == 2
    assert unknown.stderr == (
        'SOURCE: no source is called "offise"; known: city, office (did you mean "office"?)\n'
    )
    live = chikaya("sync", "city", folder=folder)
    assert live.returncode == 2
    assert live.stderr.startswith('SOURCE: source "city" is live')
    assert not (folder / "var").exists()


def test_a_server_keeps_its_mirrors_fresh_and_is_left_to_it(tmp_path: Path) -> None:
    folder = office(tmp_path, "un")
    with serving("--no-demo", folder=folder) as served:
        answer = until(served, lambda answer: answer["data"]["complaints"]["nodes"])["data"]
        refused = chikaya("sync", "office", folder=folder)
        lag = until(served, lambda answer: answer["data"]["agency"]["source"]["lagSeconds"] < 3)
    assert answer["complaints"]["nodes"] == [
        {"title": "un", "description": None, "origin": {"mode": "MIRROR"}}
    ]
    (outcome,) = [each for each in answer["complaints"]["sources"] if each["source"] == "office"]
    assert (outcome["status"], outcome["fieldsMissing"]) == ("OK", ["description"])
    assert lag["data"]["agency"]["source"]["heardAt"] is not None
    assert refused.returncode == 2
    assert f"is written by process {served.process.pid}" in refused.stderr
    assert "A running server syncs its mirrors by itself" in refused.stderr
    synced = [
        event
        for line in (folder / "serve.log").read_text("utf-8").splitlines()
        if (event := json.loads(line))["event"] == "mirror_synced"
    ]
    assert (synced[0]["source"], synced[0]["full"], synced[0]["new"]) == ("office", True, 1)
    assert "Alaoui" not in (folder / "serve.log").read_text("utf-8")


KILLED = """
version: 1
sources:
  town:
    connector: open311
    mode: mirror
    options: {url: URL, row_cap: 20, earliest: "EARLIEST"}
agencies:
  - {code: town, name: {ar: المدينة, fr: Ville}, class: COLLECTIVITE, source: town}
"""


@pytest.mark.long
async def test_a_pass_whose_process_is_killed_goes_on_where_it_stood(tmp_path: Path) -> None:
    city = GeoReportCity(
        requests=[request(number, NOON - timedelta(hours=number)) for number in range(90)],
        row_cap=20,
    )
    earliest = (NOON - timedelta(days=4)).isoformat()

    async def start() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(*COMMAND, "sync", "town", "--json"),
            cwd=tmp_path,
            env=environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async with serve(city.app) as url:
        text = KILLED.replace("URL", url).replace("EARLIEST", earliest)
        (tmp_path / "agencies.yaml").write_text(text, "utf-8")
        first = await start()
        while len(city.calls) < 12:  # noqa: ASYNC110 - the city has no event to wait for
            await asyncio.sleep(0.01)
        first.kill()
        await first.wait()
        second = await start()
        told, errors = await second.communicate()
    assert second.returncode == 0, errors.decode()
    account = json.loads(told)
    assert account["resumed"]
    assert account["unchanged"] == 0
    assert 0 < account["new"] < 90
