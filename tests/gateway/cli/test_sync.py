"""`chikaya sync`, and a server that does it by itself."""

import asyncio
import json
import os
import pty
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

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
    assert 0 <= account.pop("lag_seconds") < 60
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
    assert "office: 3 read, 3 new, 0 changed, 0 unchanged, 0 unlisted" in first.stderr

    office(folder, "un", "DEUX")
    second = chikaya("sync", "office", "--full", folder=folder)
    told = dict(line.split(maxsplit=1) for line in second.stdout.splitlines())
    assert (told["changed"], told["unchanged"], told["unlisted"]) == ("1", "1", "1")
    assert told["began"].removeprefix("at").strip() > began_at
    assert (told["full"], told["resumed"]) == ("yes", "no")
    assert 0 <= float(told["lag"].removeprefix("seconds")) < 60
    assert "office: 2 read, 0 new, 1 changed, 1 unchanged, 1 unlisted" in second.stderr


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


DESK = """
version: 1
sources:
  desk:
    connector: open311
    mode: mirror
    guard: {retries: 0}
    sync: {per_second: PACE}
    options: {url: URL, row_cap: 20, earliest: "EARLIEST"}
agencies:
  - {code: commune-x, name: {ar: جماعة, fr: Commune}, class: COLLECTIVITE, source: desk}
  - {code: commune-y, name: {ar: جماعة, fr: Commune}, class: COLLECTIVITE}
"""
NOBODY = "http://127.0.0.1:1"
EARLIEST = (NOON - timedelta(days=4)).isoformat()
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def desk(folder: Path, url: str = NOBODY, *, pace: int = 5) -> Path:
    text = DESK.replace("URL", url).replace("EARLIEST", EARLIEST).replace("PACE", str(pace))
    (folder / "agencies.yaml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("commune-x", "agency commune-x is held by desk"),
        ("commune-y", "the cases of agency commune-y are kept here: there is nothing to sync"),
    ],
)
def test_who_names_an_agency_is_told_where_its_cases_are(
    code: str, told: str, tmp_path: Path
) -> None:
    ran = chikaya("sync", code, folder=desk(tmp_path))
    assert (ran.returncode, ran.stderr) == (
        2,
        f'SOURCE: no source is called "{code}"; {told}\n',
    )


def test_the_help_names_the_argument_once_and_tells_the_exit_codes(tmp_path: Path) -> None:
    told = chikaya("sync", "--help", folder=tmp_path).stdout
    assert "{SOURCE}" in told.splitlines()[0]
    assert "source <str>" not in told
    words = " ".join(told.split())
    assert "Exit 1 if the source fails" in words
    assert "Exit 2 if it was not asked" in words


async def test_a_source_that_fails_is_named_with_what_to_do_and_gone_on_with(
    tmp_path: Path,
) -> None:
    city = GeoReportCity(
        requests=[request(number, NOON - timedelta(hours=number)) for number in range(60)],
        row_cap=20,
    )
    well = False

    async def sick(scope: Scope, receive: Receive, send: Send) -> None:
        """Of a whole pass's calls, only the first few are answered."""
        up = well or scope["type"] != "http" or len(city.calls) < 10
        await (city.app if up else Response(status_code=503))(scope, receive, send)

    async def sync() -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(chikaya, "sync", "desk", "--json", folder=tmp_path)

    async with serve(sick) as url:
        desk(tmp_path, url, pace=100)
        failed = await sync()
        well = True
        rest = await sync()
    assert (failed.returncode, failed.stdout) == (1, "")
    said = failed.stderr.splitlines()[-2:]
    assert said[0].startswith('source "desk" was not read to its end: SOURCE_UNAVAILABLE: ')
    assert said[1] == (
        "What was read is kept, and `chikaya sync desk` goes on from there; "
        "`chikaya try commune-x` shows what it is asked and answers"
    )
    account = json.loads(rest.stdout)
    assert (rest.returncode, account["resumed"], 0 < account["new"] < 60) == (0, True, True)


@pytest.mark.long
def test_a_database_that_fails_is_not_taken_for_the_source(tmp_path: Path) -> None:
    folder = office(tmp_path, "un")
    assert chikaya("sync", "office", folder=folder).returncode == 0
    with closing(sqlite3.connect(folder / "var" / "chikaya.sqlite3")) as another:
        another.execute("BEGIN IMMEDIATE")
        ran = chikaya("sync", "office", "--full", folder=folder)
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.endswith("the store's file cannot be used now\n")


def on_a_terminal(*arguments: str, folder: Path) -> list[str]:
    """The lines that a finished command wrote on the terminal, each as last drawn."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        (*COMMAND, *arguments),
        cwd=folder,
        env=environment({"TERM": "xterm"}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ):
        os.close(theirs)
        told = b""
        # It fails once nobody writes there any more.
        with suppress(OSError):
            while part := os.read(ours, 4096):
                told += part
        os.close(ours)
    lines = told.decode().replace("\r\n", "\n").splitlines()
    return [COLOURS.sub("", line.rpartition("\x1b[2K")[2]) for line in lines]


def test_on_a_terminal_what_is_logged_stands_above_the_progress(tmp_path: Path) -> None:
    lines = on_a_terminal("sync", "desk", folder=desk(tmp_path))
    (at,) = [number for number, line in enumerate(lines) if "source_failed" in line]
    assert re.match(r"\d{4}-\d\d-\d\dT", lines[at]), lines
    assert any(re.match(r"\S desk 0:00:0", line) for line in lines[at + 1 :]), lines


def test_a_server_keeps_its_mirrors_fresh_and_is_left_to_it(tmp_path: Path) -> None:
    folder = office(tmp_path, "un")
    with serving("--no-demo", folder=folder) as served:
        # Rows are there before their pass has come to its end.
        answer = until(served, lambda answer: _of_office(answer)["status"] == "OK")["data"]
        refused = chikaya("sync", "office", folder=folder)
        lag = until(served, lambda answer: answer["data"]["agency"]["source"]["lagSeconds"] < 3)
    assert answer["complaints"]["nodes"] == [
        {"title": "un", "description": None, "origin": {"mode": "MIRROR"}}
    ]
    assert _of_office({"data": answer})["fieldsMissing"] == ["description"]
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


def _of_office(answer: Any) -> Any:
    sources = answer["data"]["complaints"]["sources"]
    return next(each for each in sources if each["source"] == "office")


@pytest.mark.long
async def test_a_pass_whose_process_is_killed_goes_on_where_it_stood(tmp_path: Path) -> None:
    city = GeoReportCity(
        requests=[request(number, NOON - timedelta(hours=number)) for number in range(90)],
        row_cap=20,
    )

    async def start() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(*COMMAND, "sync", "desk", "--json"),
            cwd=tmp_path,
            env=environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async with serve(city.app) as url:
        desk(tmp_path, url)
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
