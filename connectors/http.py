"""Go out to one source over HTTP: kept to its own address, to a size and to the deadline.

One pooled session a source, opened at the first call. Every failure leaves here as a
`ConnectorError` that says whether a byte of the request can have left; its message names neither
the address nor a word of the source, and its `detail` no query, where keys travel.
"""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from connectors.contract.connector import Call, Response
from connectors.contract.errors import (
    BadData,
    NotSupported,
    RateLimited,
    SourceTimeout,
    SourceUnavailable,
)
from connectors.translate import nothing_sent

_MEBIBYTE: Final = 1024 * 1024
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERROR: Final = 500
_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": "chikaya-gateway",
}
_IN_NO_HEADER: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_ADDRESSES: Final = 256
"""Of one source that are remembered."""
_NO_ADDRESS: Final = "the source leads to what is no address"


class AiohttpClient:
    """The way to one base URL.

    Paths are relative to it, percent-encoded by the caller; a whole address must be of the same
    scheme, host and port. Redirects are followed for GET, and only there. 401, 403, 404 and the
    like are answers: what they mean is the connector's to say.
    """

    def __init__(
        self, base_url: str, *, max_concurrent: int = 8, max_bytes: int = 16 * _MEBIBYTE
    ) -> None:
        """Open nothing yet; `max_bytes` bounds an answer, before and after decompression."""
        self._base = URL(base_url.rstrip("/") + "/")
        self._max_concurrent = max_concurrent
        self._max_bytes = max_bytes
        self._opened: aiohttp.ClientSession | None = None
        self._closed = False
        # The same few lists are asked for again and again.
        self._known = lru_cache(maxsize=_ADDRESSES)(self._reached)

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
        """Any answer below 500 and other than 429, read whole. Raises `ConnectorError`."""
        way = _Way(method, url)
        with nothing_sent():
            _refuse_what_is_late(call)
            _refuse_unsendable(headers or {})
            target = self._known(url, tuple(params))
        body: dict[str, Any] = {"headers": headers}
        if json is not None:
            body["json"] = json
        elif content is not None:
            body["data"] = content
        elif form:
            body["data"] = aiohttp.FormData(form, charset="utf-8")
        try:
            async with asyncio.timeout_at(call.deadline), _translated(way):
                answer = await self._follow(way, target, body)
        except TimeoutError as late:
            raise SourceTimeout(
                "the source did not answer in time", detail=str(way), sent=way.sent
            ) from late
        _raise_for_status(way, answer)
        return answer

    async def aclose(self) -> None:
        """Close the pool; calling it twice is harmless."""
        self._closed = True
        if self._opened is not None:
            await self._opened.close()

    async def _follow(self, way: "_Way", target: URL, body: Mapping[str, Any]) -> Response:
        for _ in range(_MOST_REDIRECTS + 1):
            answer = await self._once(way, target, body)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                return answer
            if way.method != "GET":
                # Where it leads to may be anybody; what is written is never written twice.
                raise BadData("the source redirects what is sent to it", detail=str(way))
            target = self._led(target, location)
        raise BadData("the source redirects in a circle", detail=str(way))

    async def _once(self, way: "_Way", target: URL, body: Mapping[str, Any]) -> Response:
        async with self._session().request(
            way.method,
            target,
            allow_redirects=False,
            trace_request_ctx=way,
            middlewares=(way.once,),
            **body,
        ) as response:
            # A connection whose answer is not read to its end is closed, not kept.
            return Response(
                status=response.status,
                headers=_joined(response.headers),
                body=await self._read(response),
                charset=response.charset,
            )

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        if (response.content_length or 0) > self._max_bytes:
            raise self._too_large()
        unpack = _unpacker(response.headers.get("Content-Encoding", ""))
        content = bytearray()
        async for chunk in response.content.iter_any():
            if unpack is None:
                content += chunk
            else:
                content += unpack.decompress(chunk, self._max_bytes + 1 - len(content))
            if len(content) > self._max_bytes:
                raise self._too_large()
        if unpack is not None and content and not unpack.eof:
            raise BadData("the source's answer breaks off")
        return bytes(content)

    def _too_large(self) -> BadData:
        most = self._max_bytes // _MEBIBYTE
        return BadData(f"the source's answer is larger than {most} MiB")

    def _reached(self, url: str, params: tuple[tuple[str, str], ...]) -> URL:
        with _no_address():
            return self._own(self._base.join(URL(url, encoded=True))).extend_query(params)

    def _led(self, target: URL, location: str) -> URL:
        with _no_address():
            return self._own(target.join(URL(location)))

    def _own(self, target: URL) -> URL:
        if target.origin() != self._base.origin():
            raise BadData("the source leads to another address than its own")
        return target

    def _session(self) -> aiohttp.ClientSession:
        if self._closed:
            raise SourceUnavailable("the way to the source is closed", sent=False)
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._max_concurrent),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                headers=_HEADERS,
                auto_decompress=False,
                trust_env=False,
                trace_configs=[_marks_what_is_sent()],
            )
        return self._opened


@dataclass(slots=True)
class _Way:
    """One request, as far as a log may know it."""

    method: str
    path: str
    sent: bool = False
    """Whether it had a connection to write to: then a byte of it may have left."""
    kept: bool = False
    """Whether that connection had been used before: then it may have ended unnoticed."""

    async def once(
        self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Keep what the source may have heard from being said again by the client itself.

        That asks again whatever is idempotent by its method. But what a PUT adds would be added
        twice, and asking again is for who knows the source. Only a GET on a kept connection is
        left to it: that it had ended meanwhile is no news of the source.
        """
        try:
            return await send(request)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as broken:
            if self.kept and self.method == "GET":
                raise
            raise _BrokeOff(type(broken).__name__) from broken

    def __str__(self) -> str:
        return f"{self.method} {self.path.partition('?')[0]}"


class _BrokeOff(aiohttp.ClientError):
    """A connection that ended before the answer began, which the client does not ask again."""


def _marks_what_is_sent() -> aiohttp.TraceConfig:
    async def connected(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        context.trace_request_ctx.sent, context.trace_request_ctx.kept = True, False

    async def kept(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        context.trace_request_ctx.sent = context.trace_request_ctx.kept = True

    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(connected)
    trace.on_connection_reuseconn.append(kept)
    return trace


@asynccontextmanager
async def _translated(way: _Way) -> AsyncIterator[None]:
    try:
        yield
    except aiohttp.ClientConnectorError as unreached:
        # The name is unknown, the connection refused, or the certificate not to be trusted.
        raise SourceUnavailable(
            "the source cannot be reached", detail=f"{way}: {type(unreached).__name__}", sent=False
        ) from unreached
    except aiohttp.InvalidURL as wrong:
        raise BadData(_NO_ADDRESS, detail=str(way)) from wrong
    except aiohttp.ClientResponseError as garbled:
        raise BadData("the source does not speak HTTP", detail=str(way)) from garbled
    except (aiohttp.ClientError, OSError) as broken:
        if isinstance(broken, TimeoutError) and not isinstance(broken, aiohttp.ClientError):
            raise
        raise SourceUnavailable(
            "the connection to the source broke off",
            detail=f"{way}: {_name_of(broken)}",
            sent=way.sent,
        ) from broken
    except UnicodeError as unsendable:
        raise NotSupported(
            "a text with half a character was given to be sent", detail=str(way), sent=way.sent
        ) from unsendable
    except zlib.error as garbled:
        raise BadData("the source's answer cannot be unpacked", detail=str(way)) from garbled


def _name_of(broken: Exception) -> str:
    return str(broken) if isinstance(broken, _BrokeOff) else type(broken).__name__


def _joined(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    """The headers by name in lower case; one that comes several times is joined by commas."""
    return {name.lower(): ", ".join(headers.getall(name)) for name in headers}


def _unpacker(encoding: str) -> Any:
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip" | "deflate":
            # 32 more than the largest window: either header is recognised.
            return zlib.decompressobj(wbits=zlib.MAX_WBITS + 32)
    raise BadData("the source packs its answer in a way it was not asked for")


def _refuse_what_is_late(call: Call) -> None:
    if call.deadline <= asyncio.get_running_loop().time():
        raise SourceTimeout("no time was left for the source")


def _refuse_unsendable(headers: Mapping[str, str]) -> None:
    if any(_IN_NO_HEADER.search(text) for pair in headers.items() for text in pair):
        raise NotSupported("a header with a line break, or its like, was given to be sent")


@contextmanager
def _no_address() -> Iterator[None]:
    """Around the reading of what came as an address. Raises `BadData` for what is none."""
    try:
        yield
    except ValueError as wrong:
        raise BadData(_NO_ADDRESS) from wrong


def _raise_for_status(way: _Way, answer: Response) -> None:
    detail = f"{way} answered {answer.status}"
    if answer.status == _TOO_MANY_REQUESTS:
        raise RateLimited(
            "the source asks to be asked less often", detail=detail, retry_after=_pause(answer)
        )
    if answer.status >= _SERVER_ERROR:
        raise SourceUnavailable(
            "the source failed to answer", detail=detail, retry_after=_pause(answer)
        )


def _pause(answer: Response) -> float | None:
    """The seconds that `Retry-After` says, as a number or as a date; None if it says neither."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
