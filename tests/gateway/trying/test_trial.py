"""What a trial sends and withholds, whatever the connector, and what of it is hidden."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, Field, SecretStr

from connectors import memory, open311, rest
from connectors.contract.connector import Call, Explained, Response
from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode, Mode, SourceId
from connectors.testing.asking import call
from connectors.testing.serving import serve
from gateway.config import SourceConfig
from gateway.trying import Act, Shown, Wish, as_json, as_text, tried
from gateway.trying.masking import Mask
from gateway.trying.recording import Recorder, Withheld
from resolvers.registry import GuardSettings
from tests.connectors.open311 import cities
from tests.connectors.open311.taking import TakingCity

AGENCY = AgencyCode("commune-a")
MADE = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)


def source(plugin: Any, options: BaseModel) -> SourceConfig:
    return SourceConfig(
        id=SourceId("city"),
        plugin=plugin,
        options=options,
        mode=Mode.LIVE,
        demonstration=False,
        agencies=(AGENCY,),
        guard=GuardSettings(),
    )


@asynccontextmanager
async def a_city(**said: Any) -> AsyncIterator[tuple[TakingCity, SourceConfig]]:
    there = TakingCity(
        requests=[cities.request(number, MADE) for number in range(3)],
        services=cities.services(),
        extended=True,
    )
    given = {"takes_updates": True, "moves": {"ANSWERED": "fixed"}, "extended_statuses": True}
    async with serve(there.app) as url:
        options = cities.options(url, api_key=cities.KEY, **{**given, **said})
        yield there, source(open311.PLUGIN, options)


async def trial_of(config: SourceConfig, wish: Wish | None = None) -> Shown:
    return Shown(config, AGENCY, await tried(config, AGENCY, count=2, seconds=20, wish=wish))


async def test_an_act_of_any_connector_is_withheld_where_it_would_write() -> None:
    async with a_city() as (there, config):
        shown = await trial_of(config, Wish(Act.SAY))
    told = json.loads(as_json(shown))
    read, posted = [each for each in told["exchanges"] if each["act"]]
    assert (read["method"], read["sent"]) == ("GET", True)
    assert (posted["method"], posted["sent"]) == ("POST", False)
    assert posted["url"].endswith("/servicerequestupdates.json")
    assert posted["body"]["api_key"] == "***"
    assert posted["body"]["description"].startswith("Essai de raccordement")
    assert not there.posted
    assert cities.KEY not in as_text(shown) + as_json(shown)
    assert "(this connector does not say how its fields come to be)" in as_text(shown)


async def test_what_went_wrong_is_shown_with_the_answer_that_shows_why() -> None:
    async with a_city(window_days=900) as (_, config):
        text = as_text(await trial_of(config, Wish(Act.SAY)))
    assert "may not span more than 90 days" in text
    assert "SOURCE_BAD_DATA: " in text
    assert "— the act —" not in text


async def test_a_key_in_a_path_is_hidden_in_what_is_said_of_a_failure() -> None:
    described = {
        "url": "http://127.0.0.1:1",
        "auth": {"kind": "header", "name": "X-Api-Key", "value": cities.KEY},
        "record": {"id": "$.id", "status": "$.status", "fields": {"created_at": "$.made"}},
        "statuses": {"in": {"open": "IN_PROGRESS"}},
        "list": {
            "request": {"path": f"{cities.KEY}/cases"},
            "records": "$",
            "paging": {"style": "none"},
        },
    }
    options = rest.PLUGIN.options.model_validate_json(json.dumps(described))
    shown = await trial_of(source(rest.PLUGIN, options))
    error = shown.trial.error
    assert error is not None
    assert cities.KEY in (error.detail or "")
    told = json.loads(as_json(shown))["error"]
    assert told["detail"] == (error.detail or "").replace(cities.KEY, "***")
    assert cities.KEY not in as_text(shown) + as_json(shown)


async def test_a_key_in_a_rule_is_hidden() -> None:
    async with a_city() as (_, config):
        shown = await trial_of(config)
    rule = Explained("status", f"$.{cities.KEY}.status", "open")
    shown.trial.cases = [replace(case, explained=(rule,)) for case in shown.trial.cases]
    assert "by $.***.status" in as_text(shown)
    assert '"rule": "$.***.status"' in as_json(shown)
    assert cities.KEY not in as_text(shown) + as_json(shown)


async def test_a_filing_is_made_up_and_withheld() -> None:
    async with a_city() as (there, config):
        shown = await trial_of(config, Wish(Act.FILE, service="lighting"))
    (posted,) = [each for each in json.loads(as_json(shown))["exchanges"] if not each["sent"]]
    assert posted["body"]["service_code"] == "lighting"
    assert not there.forms


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (Wish(Act.SAY, internal=True), "takes no internal messages"),
        (Wish(Act.ATTACH), "takes no files"),
        (Wish(Act.MOVE, to=Status.CLOSED), "takes no such status; known: ANSWERED"),
    ],
)
async def test_what_is_not_declared_cannot_be_tried(wish: Wish, told: str) -> None:
    async with a_city() as (there, config):
        with pytest.raises(ValueError, match=told):
            await trial_of(config, wish)
    assert not there.posted


async def test_an_act_that_would_not_go_out_over_http_is_refused() -> None:
    config = source(memory.PLUGIN, memory.PLUGIN.options())
    with pytest.raises(ValueError, match="sends nothing over HTTP"):
        await trial_of(config, Wish(Act.FILE))


class _Echo:
    """A way out on which everything succeeds."""

    def __init__(self, base: str) -> None:
        self.sent: list[tuple[str, str]] = []

    async def request(
        self,
        method: str,
        url: str,
        *,
        call: Call,
        params: Sequence[tuple[str, str]] = (),
        form: Sequence[tuple[str, str]] = (),
        json: object = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        self.sent.append((method, url))
        return Response(200, {}, b"{}")

    async def aclose(self) -> None:
        pass


@pytest.mark.parametrize(
    ("method", "sent", "withheld"),
    [
        ("GET", {"params": [("a", "1")]}, False),
        ("POST", {"json": {"login": "me"}}, False),
        # The same address, and something else in it: it may be the act itself.
        ("POST", {"json": {"login": "me", "do": "close"}}, True),
        ("POST", {"json": {"login": "me"}, "params": [("a", "1")]}, True),
        ("PUT", {"json": {"login": "me"}}, True),
        ("DELETE", {}, True),
    ],
)
async def test_only_what_reads_is_sent(method: str, sent: Any, *, withheld: bool) -> None:
    recorder = Recorder(_Echo)
    way = recorder.open("https://desk.example/api/")
    await way.request("POST", "rpc", call=call(), json={"login": "me"})
    recorder.only_reads = True
    if withheld:
        with pytest.raises(Withheld):
            await way.request(method, "rpc", call=call(), **sent)
    else:
        await way.request(method, "rpc", call=call(), **sent)
    assert recorder.exchanges[-1].withheld is withheld
    assert recorder.exchanges[-1].sent.url == "https://desk.example/api/rpc"


class _Hidden(BaseModel):
    key: SecretStr = SecretStr("s3cret/key")
    body: dict[str, Any] = Field(default={"login": ["lonely-user"]}, repr=False)
    name: str = "desk"


def test_secrets_are_hidden_wherever_they_stand() -> None:
    mask = Mask(_Hidden())
    assert mask.text("a s3cret/key, s3cret%2Fkey, lonely-user of desk") == "a ***, ***, *** of desk"
    assert mask.headers({"Authorization": "Basic x", "X-Api-Key": "y", "Idempotency-Key": "z"}) == {
        "Authorization": "***", "X-Api-Key": "***", "Idempotency-Key": "z",
    }  # fmt: skip
    assert mask.pairs([("api_key", "a"), ("page_token", "b"), ("q", "s3cret/key"), ("access", "c")]) == [
        ("api_key", "***"), ("page_token", "b"), ("q", "***"), ("access", "***"),
    ]  # fmt: skip
    assert mask.said({"key": "REC-1", "password": "p", "deep": [{"access_token": "t"}]}) == {
        "key": "REC-1", "password": "***", "deep": [{"access_token": "***"}],
    }  # fmt: skip


def test_what_an_answer_gave_as_a_secret_is_hidden_from_then_on() -> None:
    mask = Mask(_Hidden())
    headers = {"set-cookie": "sid=abcdef; Path=/", "date": "now"}
    mask.learn(Response(200, headers, b""), {"token": "tok-12345", "next_page_token": "p2-2222"})
    assert mask.text("tok-12345 abcdef p2-2222 now") == "*** *** p2-2222 now"
