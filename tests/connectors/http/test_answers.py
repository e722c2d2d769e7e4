"""What an upstream answers comes whole and bounded; what asks for patience or fails is raised."""

import gzip
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response as PlainResponse
from starlette.routing import Route

from connectors.contract.connector import Response
from connectors.contract.errors import BadData, ConnectorError, RateLimited, SourceUnavailable
from connectors.http import AiohttpClient
from connectors.testing.asking import call
from connectors.testing.serving import serve
from tests.connectors.http.upstreams import Handle, Visit, answering, upstream

MIB = 1024 * 1024


async def asked(handle: Handle, **asking: object) -> Response:
    """The answer to `GET list.json`."""
    async with upstream(handle) as there:
        client = AiohttpClient(f"{there.url}/v2", **asking)
        try:
            return await client.request("GET", "list.json", call=call())
        finally:
            await client.aclose()


async def test_an_answer_comes_with_its_status_headers_and_charset() -> None:
    handle = answering("é".encode("latin-1"), content_type="text/plain; charset=ISO-8859-1")
    answer = await asked(handle)
    assert (answer.status, answer.body, answer.charset) == (200, b"\xe9", "ISO-8859-1")
    assert answer.headers["content-length"] == "1"


async def test_a_header_that_comes_several_times_is_joined() -> None:
    async def answer(_: Request) -> PlainResponse:
        answered = PlainResponse()
        for cookie in ("a", "b"):
            answered.set_cookie(cookie, "1")
        answered.headers.append("Link", "<x>; rel=first")
        answered.headers.append("Link", "<y>; rel=next")
        return answered

    async with serve(Starlette(routes=[Route("/list.json", answer)])) as url:
        client = AiohttpClient(url)
        headers = (await client.request("GET", "list.json", call=call())).headers
        await client.aclose()
    assert headers["link"] == "<x>; rel=first, <y>; rel=next"
    assert headers["set-cookie"].count("=1; Path=/") == 2


@pytest.mark.parametrize("status", [200, 201, 204, 400, 401, 403, 404, 409, 422])
async def test_answers_below_500_are_the_connectors_to_judge(status: int) -> None:
    body = b"" if status == 204 else b"[]"
    assert (await asked(answering(body, status=f"{status} So"))).status == status


@pytest.mark.parametrize(
    ("status", "kind"), [(429, RateLimited), (500, SourceUnavailable), (503, SourceUnavailable)]
)
async def test_a_pause_that_is_asked_for_is_handed_on(
    status: int, kind: type[ConnectorError]
) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    pauses = {"7": 7.0, at: pytest.approx(60, abs=3), "soon": None, "-1": None}
    for said, pause in pauses.items():
        with pytest.raises(kind) as refused:
            await asked(answering(b"we are full", status=f"{status} No", retry_after=said))
        assert refused.value.retry_after == pause, said
        assert "full" not in str(refused.value)
        assert refused.value.detail == f"GET list.json answered {status}"


async def test_a_pause_that_is_over_is_none_to_wait_for() -> None:
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    with pytest.raises(RateLimited) as refused:
        await asked(answering(status="429 No", retry_after=past))
    assert refused.value.retry_after == 0.0


async def test_an_answer_that_says_it_is_too_large_is_not_read() -> None:
    sent = 0

    async def flood(visit: Visit) -> None:
        nonlocal sent
        await visit.request()
        await visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n")
        for _ in range(200):
            await visit.say(bytes(MIB))
            sent += 1

    with pytest.raises(BadData, match="larger than 16 MiB"):
        await asked(flood)
    assert sent < 20


async def test_an_answer_of_200_mb_that_does_not_say_so_is_cut_off() -> None:
    sent = 0

    async def flood(visit: Visit) -> None:
        nonlocal sent
        await visit.request()
        await visit.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(200):
            await visit.say(b"100000\r\n", bytes(MIB), b"\r\n")
            sent += 1

    with pytest.raises(BadData, match="larger than 16 MiB"):
        await asked(flood)
    assert sent < 40


async def test_an_answer_just_within_the_bound_is_read() -> None:
    answer = await asked(answering(bytes(MIB)), max_bytes=MIB)
    assert len(answer.body) == MIB
    with pytest.raises(BadData, match="larger than 1 MiB"):
        await asked(answering(bytes(MIB + 1)), max_bytes=MIB)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity"])
async def test_a_packed_answer_is_unpacked(encoding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "identity": bytes}[encoding]
    answer = await asked(answering(pack(b"[1]" * 1000), content_encoding=encoding))
    assert answer.body == b"[1]" * 1000


async def test_what_unpacks_to_200_mb_is_cut_off() -> None:
    with pytest.raises(BadData, match="larger than 16 MiB"):
        await asked(answering(gzip.compress(bytes(200 * MIB), 1, mtime=0), content_encoding="gzip"))


PACKED = gzip.compress(b"[1]" * 1000, mtime=0)


@pytest.mark.parametrize(
    ("body", "encoding", "problem"),
    [
        (PACKED[:-9], "gzip", "breaks off"),
        (b"[]" + PACKED, "gzip", "cannot be unpacked"),
        (PACKED, "br", "was not asked for"),
    ],
)
async def test_a_badly_packed_answer_is_bad_data(body: bytes, encoding: str, problem: str) -> None:
    with pytest.raises(BadData, match=problem):
        await asked(answering(body, content_encoding=encoding))


async def test_what_is_no_http_is_bad_data() -> None:
    async def greet(visit: Visit) -> None:
        await visit.say(b"220 mail.example ESMTP\r\n")

    with pytest.raises(BadData, match="does not speak HTTP"):
        await asked(greet)


def moved(to: str, status: str = "302 Found", **targets: Handle) -> Handle:
    """Redirects `list.json` to `to`; what is named in `targets` is handled so."""

    async def handle(visit: Visit) -> None:
        while request := await visit.request():
            path = request.split()[1].decode()
            if path.endswith("/list.json"):
                await visit.answer(status=status, location=to)
            else:
                await visit.answer(path.encode())

    return handle


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
async def test_a_redirect_within_the_source_is_followed(status: str) -> None:
    assert (await asked(moved("other.json?page=2", status))).body == b"/v2/other.json?page=2"
    assert (await asked(moved("/v3/list", status))).body == b"/v3/list"


async def test_a_redirect_elsewhere_is_not_followed_and_not_named() -> None:
    async with upstream(answering()) as other:
        for target in (f"{other.url}/x", "//other.example/x", "https://127.0.0.1/x", "ftp://a/b"):
            with pytest.raises(BadData, match="another address") as refused:
                await asked(moved(target))
            assert "127.0.0.1" not in str(refused.value)
            assert "example" not in str(refused.value)
    assert other.connections == 0


@pytest.mark.parametrize(
    "target", ["http://[x", "http://a:99999/", "http://a:port/", "mailto:a@b.example"]
)
async def test_a_redirect_to_what_is_no_address_is_bad_data(target: str) -> None:
    with pytest.raises(BadData, match="what is no address") as refused:
        await asked(moved(target))
    assert refused.value.sent
    assert "99999" not in str(refused.value)


async def test_redirects_in_a_circle_end() -> None:
    with pytest.raises(BadData, match="in a circle"):
        await asked(moved("list.json"))


async def test_what_is_written_is_not_written_elsewhere() -> None:
    async with upstream(moved("other.json", "307 T")) as there:
        client = AiohttpClient(f"{there.url}/v2")
        with pytest.raises(BadData, match="redirects what is sent"):
            await client.request("POST", "list.json", call=call(), form=[("a", "b")])
        await client.aclose()
