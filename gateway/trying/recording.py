"""Write down what a connector sends and what it is answered; withhold what could change anything."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin

from connectors.contract.connector import Call, Http, Response
from connectors.contract.errors import ConnectorError
from gateway.sources import OpenHttp


class Withheld(Exception):
    """A request was written down and not sent."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, as it was handed to the way out."""

    method: str
    url: str
    params: Sequence[tuple[str, str]] = ()
    form: Sequence[tuple[str, str]] = ()
    json: object = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it goes, with its parameters."""
        query = urlencode(list(self.params))
        return self.url + ("&" if "?" in self.url else "?") * bool(query) + query


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what became of it."""

    sent: Sent
    answer: Response | None = None
    error: ConnectorError | None = None
    seconds: float = 0.0

    @property
    def withheld(self) -> bool:
        """Whether it never went out."""
        return self.answer is None and self.error is None


class Recorder:
    """Opens ways out that write everything down."""

    def __init__(self, open_http: OpenHttp) -> None:
        """Go out by `open_http`."""
        self._open_http = open_http
        self.exchanges: list[Exchange] = []
        self.only_reads = False
        """From now on only what reads is sent: GETs, and just what was sent before."""

    def open(self, base: str) -> Http:
        """The way to one base URL."""
        return _Way(self, base, self._open_http(base))

    def withholds(self, sent: Sent) -> bool:
        """Whether `sent` could change something."""
        # A login or a search by POST that was sent while reading is the same when it comes again.
        known = sent in [exchange.sent for exchange in self.exchanges]
        return self.only_reads and sent.method != "GET" and not known


class _Way:
    def __init__(self, recorder: Recorder, base: str, http: Http) -> None:
        self._recorder = recorder
        self._base = base.rstrip("/") + "/"
        self._http = http

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
        """The answer, written down; raises `Withheld` instead of sending what could change."""
        told = dict(headers or {})
        where = urljoin(self._base, url)
        sent = Sent(method, where, tuple(params), tuple(form), json, content, told)
        if self._recorder.withholds(sent):
            self._recorder.exchanges.append(Exchange(sent))
            raise Withheld
        begun = time.perf_counter()

        def keep(answer: Response | None, error: ConnectorError | None) -> None:
            seconds = time.perf_counter() - begun
            self._recorder.exchanges.append(Exchange(sent, answer, error, seconds))

        try:
            answer = await self._http.request(
                method,
                url,
                call=call,
                params=params,
                form=form,
                json=json,
                content=content,
                headers=headers,
            )
        except ConnectorError as error:
            keep(None, error)
            raise
        keep(answer, None)
        return answer

    async def aclose(self) -> None:
        """Close the way."""
        await self._http.aclose()
