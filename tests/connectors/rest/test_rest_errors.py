"""What a source's no means is told by its status, or as its description says; its words never are."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.contract.connector import Response as Reply
from connectors.contract.connector import Saying
from connectors.contract.errors import (
    BadData,
    Conflict,
    ConnectorError,
    NotFound,
    RateLimited,
    Rejected,
    SourceUnavailable,
    Unauthorized,
)
from connectors.contract.query import Selection
from connectors.contract.records import AuthorRole, Visibility
from connectors.rest import RestConnector
from connectors.rest.answers import Answers
from connectors.rest.options import Fault
from connectors.testing.asking import call, ids, plain
from tests.connectors.rest.describing import connected, plainly

DESCRIBED: dict[str, Any] = {
    "get": {"request": {"path": "cases/{id}"}},
    "acts": {
        "say": {"public": {"request": {"path": "cases/{id}", "json": {"t": {"from": "body"}}}}}
    },
}
SAYING = Saying("bonjour", AuthorRole.AGENCY, Visibility.PUBLIC)


def answering(status: int, body: str | bytes = "", **headers: str) -> Starlette:
    async def answer(request: Request) -> Response:
        kind = headers.get("kind", "application/json")
        return Response(body, status, media_type=kind)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


async def listing(connector: RestConnector) -> object:
    return await connector.list(plain(connector.capabilities), call())


async def getting(connector: RestConnector) -> object:
    return await connector.get(["1"], Selection(), call())


async def saying(connector: RestConnector) -> object:
    await connector.say("1", SAYING, key="k", call=call())
    return None


async def failing(app: Starlette, ask: Any, **changes: Any) -> type[ConnectorError] | None:
    """The kind of error that `ask` ends with; None if it ends well."""
    async with connected(app, plainly(**(DESCRIBED | changes))) as connector:
        try:
            await ask(connector)
        except ConnectorError as error:
            return type(error)
    return None


@pytest.mark.parametrize(
    ("status", "listed", "got", "said"),
    [
        (400, BadData, BadData, Rejected),
        (401, Unauthorized, Unauthorized, Unauthorized),
        (403, Unauthorized, Unauthorized, Unauthorized),
        (404, BadData, None, NotFound),
        (410, BadData, None, NotFound),
        (405, BadData, BadData, BadData),
        (409, BadData, BadData, Conflict),
        (412, BadData, BadData, Conflict),
        (413, BadData, BadData, Rejected),
        (415, BadData, BadData, Rejected),
        (422, BadData, BadData, Rejected),
        (418, BadData, BadData, BadData),
        (429, RateLimited, RateLimited, RateLimited),
        (500, SourceUnavailable, SourceUnavailable, SourceUnavailable),
        (503, SourceUnavailable, SourceUnavailable, SourceUnavailable),
    ],
)
async def test_a_status_means_what_the_caller_does_next(
    status: int, listed: Any, got: Any, said: Any
) -> None:
    app = answering(status, '{"error": "x"}')
    told = [await failing(app, ask) for ask in (listing, getting, saying)]
    assert told == [listed, got, said]


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        ("", "application/json", BadData),
        ("<html>busy</html>", "text/html", SourceUnavailable),
        ("<html>busy</html>", "application/json", SourceUnavailable),
        ('{"cases": [', "application/json", BadData),
        ("[" * 5000, "application/json", BadData),
        ('{"cases": NaN}', "application/json", BadData),
        (b'{"cases": ["\xff"]}', "application/json", BadData),
        (b'{"cases": ["\xff"]}', "application/json; charset=undefined", BadData),
        (b'{"cases": ["\xff\\ud800"]}', "application/json; charset=unicode_escape", BadData),
        ("<html>busy</html>".encode("utf-16"), "application/json", SourceUnavailable),
    ],
)
async def test_an_answer_that_is_no_json_is_told(
    body: str | bytes, kind: str, error: type[ConnectorError]
) -> None:
    assert await failing(answering(200, body, kind=kind), listing) is error


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_what_is_sent_may_be_taken_without_a_word(status: int) -> None:
    assert await failing(answering(status), saying) is None


async def test_an_answer_may_be_in_the_sources_own_character_set() -> None:
    body = '{"cases": [{"id": "é-ش", "state": "new"}]}'
    for encoding, charset in (
        ("windows-1256", "windows-1256"),
        ("utf-8-sig", None),
        ("utf-16", None),
    ):
        app = answering(200, body.encode(encoding))
        async with connected(app, plainly(charset=charset)) as connector:
            page = await connector.list(plain(connector.capabilities), call())
            assert ids(page.records) == ["é-ش"]


@pytest.mark.parametrize(
    ("means", "error"),
    [
        ("rejected", Rejected),
        ("not_found", NotFound),
        ("conflict", Conflict),
        ("unauthorized", Unauthorized),
        ("rate_limited", RateLimited),
        ("unavailable", SourceUnavailable),
        ("bad_data", BadData),
    ],
)
async def test_an_answer_of_200_may_be_a_no(means: str, error: type[ConnectorError]) -> None:
    app = answering(200, '{"error": {"code": "E7"}}')
    rules = [{"path": "$.error.code", "values": ["E7"], "means": means}]
    assert await failing(app, saying, errors=rules) is error


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({"path": "$.ok", "values": ["false"]}, True),
        ({"path": "$.ok", "values": ["true"]}, False),
        ({"path": "$.errors"}, False),
        ({"path": "$.missing"}, False),
        ({"path": "$.messages", "contains": ["N'EST PAS VALIDE"]}, True),
        ({"path": "$.messages", "contains": ["est valide"]}, False),
        ({"status": [200]}, True),
        ({"status": [201], "path": "$.ok", "values": ["false"]}, False),
        ({"status": [200], "path": "$.ok", "values": ["false"]}, True),
    ],
)
async def test_a_rule_fits_by_status_and_by_what_stands_there(
    rule: dict[str, Any], fits: bool
) -> None:
    body = '{"ok": false, "errors": [], "messages": ["Le statut n\'est pas valide"]}'
    rules = [rule | {"means": "conflict"}]
    told = await failing(answering(200, body), saying, errors=rules)
    assert told is (Conflict if fits else None)


async def test_a_described_success_stands_over_its_status() -> None:
    rules = [{"status": [409], "path": "$.already", "means": "success"}]
    assert await failing(answering(409, '{"already": true}'), saying, errors=rules) is None
    assert await failing(answering(409, '{"already": false}'), saying, errors=rules) is Conflict


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ('{"errors": ["Sujet doit être renseigné(e)"]}', ("title",)),
        ('{"errors": {"subject": ["x"], "body": ["y"]}}', ("title", "description")),
        ('{"errors": [{"field": "body", "message": "secret words"}]}', ("description",)),
        ('{"errors": ["somebody"]}', ()),
        ("[]", ()),
        ("", ()),
    ],
)
async def test_a_rejection_names_the_fields_in_our_words(body: str, fields: Any) -> None:
    rules = [
        {
            "status": [422],
            "means": "rejected",
            "fields_at": "$.errors",
            "fields": {"subject": "title", "sujet": "title", "body": "description"},
        }
    ]
    said = plainly(**(DESCRIBED | {"errors": rules}))
    async with connected(answering(422, body), said) as connector:
        with pytest.raises(Rejected) as refused:
            await saying(connector)
    assert refused.value.fields == fields
    assert "secret" not in str(refused.value) + str(refused.value.detail)


def test_an_answer_may_be_nested_as_deep_as_json_is_read_at_all() -> None:
    fault = Fault(path="$.error", values=["E7"], means="conflict")
    answers = Answers([fault], None)
    for depth in range(100, 1000):
        body = b'{"error": ' + b"[" * depth + b'"E7"' + b"]" * depth + b"}"
        with pytest.raises((Conflict, BadData)):
            answers.read(Reply(status=200, headers={}, body=body, charset=None), writing=True)
