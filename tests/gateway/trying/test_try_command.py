"""`chikaya try` shows what goes out, what comes back and what is made of it, and changes nothing."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from starlette.responses import Response

from connectors.testing.serving import serve
from tests.dialects import four
from tests.dialects.connecting import ENVIRON, written
from tests.dialects.cursors import server as cursors
from tests.dialects.links import server as links
from tests.dialects.sessions import server as sessions
from tests.dialects.vendor import Vendor
from tests.gateway.cli.command import chikaya

PARTS = "decision%2Cfiles%2Chistory%2Cmessages"


@asynccontextmanager
async def connected(dialect: four.Dialect, folder: Path) -> AsyncIterator[Vendor]:
    """A served vendor whom the how-to page's files in `folder` describe."""
    vendor = dialect.vendor()
    async with serve(vendor.app) as url:
        written(folder, {dialect: url})
        yield vendor


async def told(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(chikaya, "try", *words, folder=folder, env=ENVIRON)


async def test_what_is_asked_and_answered_and_made_of_it_is_shown(tmp_path: Path) -> None:
    async with connected(four.CURSORS, tmp_path) as vendor:
        ran = await told("commune-a", "--count", "2", folder=tmp_path)
    lines = [line.strip() for line in ran.stdout.splitlines()]
    assert (ran.returncode, ran.stderr.count("Traceback")) == (0, 0)
    assert lines[0] == 'source "cursor-desk" (rest) holds the cases of commune-a'
    assert lines[2].startswith("GET http://127.0.0.1:")
    assert lines[2].endswith("/api/v3/cases?sort=-created_at&include=" + PARTS + "&limit=2")
    assert lines[3] == "X-Api-Key: ***"
    assert lines[4].startswith("→ 200 in ")
    assert '"id": "É-9",' in lines
    assert "… " in ran.stdout
    assert "--full shows them" in ran.stdout
    title = next(line for line in lines if line.startswith("title") and "n° 21" in line)
    assert title.endswith("← Éclairage défectueux à l'école n° 21, by $.subject")
    created = next(line for line in lines if line.startswith("created_at"))
    assert created.split() == [
        "created_at",
        "2026-03-02T12:00:00Z",
        "←",
        "1772452800000,",
        "by",
        "$.created_at,",
        "epoch_milliseconds",
    ]
    assert any(
        line.startswith("closed_at") and "← nothing, by $.closed_at" in line for line in lines
    )
    assert "the source has more cases" in lines
    assert cursors.KEY not in ran.stdout + ran.stderr
    assert [call.partition("?")[0] for call in vendor.calls] == [
        "GET /api/v3/cases",
        "GET /api/v3/cases/É-9",
    ]


async def test_programs_are_told_in_json(tmp_path: Path) -> None:
    async with connected(four.SESSIONS, tmp_path):
        ran = await told("province-a", "--json", folder=tmp_path)
    said = json.loads(ran.stdout)
    login, listed, *_, got = said["exchanges"]
    assert (login["method"], login["body"]) == (
        "POST", {"login": "***", "password": "***"},
    )  # fmt: skip
    assert login["answer"] == {"session": {"token": "***", "expiresIn": 1800}}
    assert listed["headers"] == got["headers"] == {"X-Session": "***"}
    assert listed["answer"]["page"]["totalElements"] == 60
    (case,) = said["cases"]
    fields = {each["field"]: each for each in case["fields"]}
    assert fields["status"] == {
        "field": "status", "value": "REOPENED", "rule": "$.status.id, by statuses.in", "found": 10,
    }  # fmt: skip
    assert "session-1" not in ran.stdout
    assert sessions.PASSWORD not in ran.stdout


@pytest.mark.parametrize(
    ("dialect", "agency", "words", "sent", "shown"),
    [
        (
            four.CURSORS,
            "commune-a",
            ("--act", "say", "--internal", "--case", "a/b"),
            set(),
            ["/api/v3/cases/a%2Fb/messages", '"public": false', "à ne pas traiter"],
        ),
        (
            four.SESSIONS,
            "province-a",
            ("--act", "move", "--to", "IN_PROGRESS"),
            {"POST /desk/session"},
            ["PUT http://", "/desk/issues/REC-60", '"id": 5'],
        ),
        (
            four.LINKS,
            "works-a",
            ("--act", "attach"),
            {"POST /oauth/token"},
            ["/v1/uploads?name=essai.txt", "Content-Type: ", "Authorization: ***"],
        ),
        (
            four.ENVELOPES,
            "office-a",
            ("--act", "file", "--service", "lighting"),
            set(),
            ["/ws/reclamations/depot?cle=***", '"theme": "lighting"'],
        ),
    ],
    ids=["say", "move", "attach", "file"],
)
async def test_the_request_of_an_act_is_shown_and_not_sent(
    tmp_path: Path,
    dialect: four.Dialect,
    agency: str,
    words: tuple[str, ...],
    sent: set[str],
    shown: list[str],
) -> None:
    async with connected(dialect, tmp_path) as vendor:
        ran = await told(agency, *words, folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    act = ran.stdout.partition("— the act —")[2]
    assert [text for text in shown if text not in act] == []
    assert "→ not sent" in act
    assert {call for call in vendor.calls if not call.startswith("GET ")} == sent
    secrets = [*dialect.environ.values(), "bearer-1", "session-1"]
    names = {sessions.LOGIN, links.CLIENT}
    told_in = ran.stdout + ran.stderr
    assert [text for text in secrets if text in told_in and text not in names] == []


async def test_a_system_that_refuses_us_is_told_with_its_code(tmp_path: Path) -> None:
    async with connected(four.CURSORS, tmp_path) as vendor:
        vendor.misbehave(Response('{"error": "no"}', 401), Response('{"error": "no"}', 401))
        ran = await told("commune-a", folder=tmp_path)
    assert ran.returncode == 1
    assert "→ 401 in " in ran.stdout
    assert "SOURCE_UNAUTHORIZED: " in ran.stdout


def test_what_cannot_be_tried_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "agencies.yaml").write_text(
        "version: 1\nagencies: [{code: own, name: {ar: وكالة, fr: Agence}, class: OTHER}]\n",
        encoding="utf-8",
    )
    unknown = chikaya("try", "nobody", folder=tmp_path)
    own = chikaya("try", "own", folder=tmp_path)
    assert (unknown.returncode, own.returncode) == (2, 2)
    assert unknown.stderr == 'no agency has the code "nobody"; `chikaya agencies` lists all\n'
    assert own.stderr.startswith("the cases of own are kept here")
