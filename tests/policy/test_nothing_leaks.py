"""People's words, names and codes go where they are meant to, and into no log, error, cursor or URL.

A server is kept busy as its own process, with everything that can be said marked; then whatever it
wrote and answered is looked through.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

from connectors.testing.georeport import GeoReportCity
from gateway.cli import main
from tests.clients.serving import serving as serving_app
from tests.gateway.auth.provider import by_hand
from tests.gateway.cli.command import Served, serving

NAME, PHONE, EMAIL = "Markedname Qux", "+212699887766", "marked.mail@qux.example"
WORDS, PLACE, INSIDE = "Markedwords", "Markedplace", "Markednote"
UPSTREAM, SUBJECT, NO_CODE = "Markedupstream", "markedsubject", "98765-43210"
FORGED = by_hand({"alg": "none"}, {"iss": NAME, "sub": WORDS}, NAME.encode())
MARKS = [NAME, NAME.lower(), PHONE, EMAIL, WORDS, PLACE, INSIDE, UPSTREAM, SUBJECT, NO_CODE]

REGISTRY = """
version: 1
sources:
  city: {connector: open311, mode: live, guard: {retries: 0}, options: {url: "CITY"}}
  broken: {connector: open311, mode: live, guard: {retries: 0}, options: {url: "BROKEN"}}
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
  - {code: city, name: {ar: المدينة, fr: Ville}, class: COLLECTIVITE, source: city}
  - {code: broken, name: {ar: عطل, fr: Panne}, class: COLLECTIVITE, source: broken}
"""
FILE = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
  receipt { reference trackingCode complaint { id description } } problems { code message path } } }"""
FOLLOW = """query ($reference: String!, $code: String!) {
  complaint(reference: $reference, trackingCode: $code) {
    id title description messages { body } location { address } } }"""
LIST = """query ($after: String, $text: String) {
  complaints(first: 3, after: $after, filter: {text: $text}) {
    edges { cursor node { id title description } } pageInfo { startCursor endCursor hasNextPage }
    sources { source status missedBefore error { code message } } } }"""


@dataclass
class Broken:
    """A system that says people's words wherever something else is expected."""

    calls: list[str] = field(default_factory=list)

    async def _say(self, request: Request) -> Response:
        self.calls.append(str(request.url))
        if len(self.calls) % 2:
            return JSONResponse({"error": f"{UPSTREAM} {WORDS}"}, status_code=500)
        return JSONResponse([{"service_request_id": UPSTREAM, "status": [UPSTREAM]}])

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._say)])


@dataclass
class Busy:
    """What a busy day brought forth."""

    served: Served
    answers: list[httpx2.Response] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def ask(self, document: str, token: str | None = None, **variables: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = httpx2.post(
            self.served.url,
            json={"query": document, "variables": variables},
            headers=headers,
            timeout=30,
        )
        self.answers.append(answer)
        return answer.json()

    def data(self, document: str, token: str | None = None, **variables: Any) -> Any:
        answer = self.ask(document, token, **variables)
        assert "errors" not in answer, answer
        return answer["data"]


def request_of_the_city(number: int) -> dict[str, Any]:
    return {
        "service_request_id": f"{number}",
        "status": "open",
        "service_name": "Voirie",
        "service_code": "voirie",
        "description": f"{WORDS} {number} de {NAME} {PHONE}",
        "requested_datetime": f"2026-10-{number + 1:02}T10:00:00Z",
        "updated_datetime": f"2026-10-{number + 1:02}T10:00:00Z",
        "address": f"{PLACE} {number}",
        "lat": 33.5,
        "long": -7.6,
    }


def filing(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "agency": "water",
        "title": f"{WORDS} {number}",
        "description": f"{WORDS} {number}: {NAME}, {PHONE}",
        "idempotencyKey": f"a key of twenty-two signs {number}",
        "location": {"address": PLACE},
        "contact": {"name": NAME, "phone": PHONE, "email": EMAIL},
    } | changes


def live(busy: Busy, officer: str, analyst: str) -> None:
    """A day with all that goes right and wrong in it."""
    receipts = [
        busy.data(FILE, input=filing(number))["fileComplaint"]["receipt"] for number in range(4)
    ]
    busy.codes += [receipt["trackingCode"] for receipt in receipts]
    one = receipts[0]
    seen = busy.data(FOLLOW, reference=one["reference"], code=one["trackingCode"])["complaint"]
    # What is looked for can be found: it is there where it belongs.
    assert (WORDS in seen["description"], PLACE in seen["location"]["address"]) == (True, True)
    note = f"""mutation {{ addNote(input: {{case: {{reference: "{one["reference"]}"}},
        idempotencyKey: "n", text: "{INSIDE} {NAME}"}}) {{ problems {{ code message }} }} }}"""
    assert busy.data(note, officer)["addNote"]["problems"] == []
    look = f"""mutation {{ readComplainant(input: {{reference: "{one["reference"]}",
        purpose: "{INSIDE} {WORDS}"}}) {{ complainant {{ name phone email }} problems {{ code }} }} }}"""
    told = busy.data(look, officer)["readComplainant"]
    assert told["complainant"] == {"name": NAME, "phone": PHONE, "email": EMAIL}
    misfiled(busy, one)
    misread(busy, one)
    after = None
    for _ in range(6):
        page = busy.data(LIST, after=after, text=WORDS)["complaints"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert busy.data(LIST, officer, text=WORDS)["complaints"]["edges"]
    busy.ask(LIST, analyst, text=WORDS)
    assert busy.data(LIST, analyst)["complaints"]["edges"]
    for token in (officer[:-9] + "AAAAAAAAA", FORGED, f"{FORGED}.{WORDS}", WORDS):
        assert "UNAUTHENTICATED" in str(busy.ask("{ viewer { role } }", token))


def misfiled(busy: Busy, receipt: dict[str, Any]) -> None:
    """Filings in which something is wrong, beside or in what is marked."""
    contact = {"name": NAME, "phone": PHONE, "email": EMAIL}
    wrong: list[dict[str, Any]] = [
        filing(0, description=f"{WORDS} otherwise"),  # under a key that is used
        filing(9, contact=contact | {"phone": f"{NAME} {PHONE}"}),
        filing(9, contact=contact | {"email": f"{EMAIL} {NAME}"}),
        filing(9, contact=contact | {"mail": EMAIL}),
        filing(9, title=WORDS * 100, language=f"{NAME}!"),
        filing(9, description=[WORDS]),
        filing(9, kind=WORDS.upper()),
        filing(9, agency="nobody"),
        filing(9, serviceCode="nothing"),
        filing(9, idempotencyKey=NAME * 30),
        filing(9, attributes=[{"code": NAME, "values": []}]),
        filing(9, surname=NAME),
    ]
    for given in wrong:
        answer = busy.ask(FILE, input=given)
        filed = (answer.get("data") or {}).get("fileComplaint")
        assert "errors" in answer or filed["problems"], given
    say = f"""mutation {{ addMessage(input: {{case: {{reference: "{receipt["reference"]}",
        trackingCode: "%s"}}, idempotencyKey: "a key of twenty-two signs", text: "%s"}}) {{
        problems {{ code message }} }} }}"""
    busy.ask(say % (receipt["trackingCode"], "   "))
    busy.ask(say % (NO_CODE, f"{WORDS} {NAME}"))
    busy.ask(say % (receipt["trackingCode"], WORDS * 3000))


def misread(busy: Busy, receipt: dict[str, Any]) -> None:
    """Questions in which something is wrong, with what is marked in them."""
    for _ in range(12):
        busy.ask(FOLLOW, reference=receipt["reference"], code=NO_CODE)
    assert "TOO_MANY_ATTEMPTS" in str(busy.answers[-1].json())
    code = receipt["trackingCode"]
    busy.ask(FOLLOW, reference=NAME, code=code)
    busy.ask(FOLLOW, reference={"of": NAME}, code=[code])
    busy.ask(f'{{ complaint(reference: "x", trackingCode: {{ code: "{code}" }}) {{ id }} }}')
    busy.ask(f'{{ complaint(reference: "x", trackingCode: "{code}" "{NAME}") {{ id }} }}')
    busy.ask(LIST, after=WORDS, text=WORDS)
    busy.ask(LIST, text=f"{NAME} x")
    busy.ask(f'{{ node(id: "Complaint:{NAME}") {{ id }} }}')
    busy.ask(f'{{ node(id: "Complaint:{NAME}:{WORDS}") {{ id }} }}')
    busy.ask(f'{{ agencies(text: "{NAME}", after: "{WORDS}") {{ nodes {{ code }} }} }}')


@pytest.fixture
def servers() -> Iterator[tuple[GeoReportCity, str, Broken, str]]:
    city = GeoReportCity(
        requests=[request_of_the_city(number) for number in range(9)], fail_every=5
    )
    broken = Broken()
    with serving_app(city.app) as city_url, serving_app(broken.app) as broken_url:
        yield city, city_url, broken, broken_url


def test_what_is_marked_is_found_only_where_it_belongs(
    tmp_path: Path,
    servers: tuple[GeoReportCity, str, Broken, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city, city_url, broken, broken_url = servers
    (tmp_path / "agencies.yaml").write_text(
        REGISTRY.replace("CITY", city_url).replace("BROKEN", broken_url), encoding="utf-8"
    )
    with serving("--no-demo", folder=tmp_path) as served:
        monkeypatch.chdir(tmp_path)
        told = [
            CliRunner().invoke(main, ["token", "--subject", SUBJECT, "--role", *role])
            for role in (("officer", "--agency", "water"), ("analyst",))
        ]
        tokens = [each.stdout.strip() for each in told]
        busy = Busy(served)
        live(busy, *tokens)
        wrong_door = served.get(f"/{NO_CODE}")
    log = (tmp_path / "serve.log").read_text(encoding="utf-8")
    assert '"source_failed"' in log
    marks = [*MARKS, *(part for token in (*tokens, FORGED) for part in token.split(".")[1:])]
    marks += busy.codes + [code.replace("-", "") for code in busy.codes]
    assert len(busy.codes) == 4
    assert len(city.calls) > 3
    assert broken.calls
    looked_through = {
        "the log": [log],
        "errors": list(errors(busy.answers)),
        "headers": [str(answer.headers) for answer in busy.answers] + [str(wrong_door.headers)],
        "cursors": list(cursors(busy.answers)),
        "what sources were asked": city.calls + broken.calls,
        "what the command said beside the token": [each.stderr for each in told],
    }
    assert len(looked_through["errors"]) > 20
    assert len(looked_through["cursors"]) > 10
    leaks = [
        f"{where}: {text[:300]}"
        for where, texts in looked_through.items()
        for text in texts
        if any(mark in text for mark in marks)
    ]
    assert leaks == []


def errors(answers: list[httpx2.Response]) -> Iterator[str]:
    """The text of each error, and of each problem and outcome that is told as data."""
    for answer in answers:
        body = answer.json()
        yield from (json.dumps(each, ensure_ascii=False) for each in body.get("errors", ()))
        for name in ("problems", "sources"):
            yield from (json.dumps(each, ensure_ascii=False) for each in under(name, body))


def cursors(answers: list[httpx2.Response]) -> Iterator[str]:
    """Each cursor as it is, and what base 64 makes of it."""
    for answer in answers:
        for name in ("cursor", "endCursor", "startCursor", "missedBefore"):
            for cursor in under(name, answer.json()):
                if isinstance(cursor, str):
                    yield cursor
                    padded = re.sub(r"[^\w-]", "", cursor) + "=" * (-len(cursor) % 4)
                    yield base64.urlsafe_b64decode(padded).decode("latin-1")


def under(name: str, value: Any) -> Iterator[Any]:
    """Whatever stands under that name, however deep; of lists each item."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == name:
                yield from inner if isinstance(inner, list) else [inner]
            yield from under(name, inner)
    elif isinstance(value, list):
        for each in value:
            yield from under(name, each)
