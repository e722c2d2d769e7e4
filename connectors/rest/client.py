"""Ask a described system: who asks, what every call carries, and what the answer means."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import SplitResult, unquote_plus, urlencode, urljoin, urlsplit

from connectors.contract.connector import Call, Http, Response
from connectors.contract.errors import BadData
from connectors.rest.answers import Answers, Json
from connectors.rest.auth_options import OAuth2, Session
from connectors.rest.credentials import Credentials, Pass, fixed
from connectors.rest.oauth2 import ClientCredentials
from connectors.rest.options import RestOptions
from connectors.rest.requests import Request
from connectors.rest.sending import Pairs, Payload, Written, write
from connectors.rest.sessions import Sessions
from connectors.rest.templates import Values

Place = Literal["query", "json", "form"]

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Answer:
    """A success."""

    said: Json
    response: Response
    address: str
    """What was asked, below the host, without what is secret."""


class Client:
    """One system."""

    def __init__(
        self, options: RestOptions, open_http: Callable[[str], Http], now: Callable[[], datetime]
    ) -> None:
        """Open the way to it; nothing is asked yet."""
        self._options = options
        self._zone = options.zone
        self._base = urlsplit(options.base_url)
        self._http = open_http(options.base_url)
        self._answers = Answers(options.errors, options.charset)
        self._credentials = self._credentials_of(open_http, now)

    async def ask(
        self,
        request: Request,
        values: Values,
        call: Call,
        *,
        more: Pairs = (),
        place: Place = "query",
        payload: Payload | None = None,
        writing: bool = False,
    ) -> Answer:
        """The answer to `request` with `values` and `more` parameters. Raises `ConnectorError`."""
        written = write(request, values, self._zone, payload=payload)
        written = replace(
            written,
            params=_overridden([*self._options.query.items()], written.params),
            headers={**self._options.headers, **written.headers},
        )
        return await self._answer(_with(written, more, place), call, writing=writing)

    async def follow(self, address: str, request: Request, call: Call) -> Answer:
        """The answer at an `address` that an answer to `request` led to."""
        headers = write(request.model_copy(update={"path": ""}), {}, self._zone).headers
        headers = {**self._options.headers, **headers}
        written = Written(method="GET", path=address, headers=headers)
        return await self._answer(written, call, writing=False)

    def address(self, written: str, seen_at: str) -> str:
        """Where `written`, seen in the answer at `seen_at`, leads: without host, without secrets.

        Raises `BadData` for an address of another scheme, host or port: it is not to be asked, and
        nobody could tell what of it is secret.
        """
        seen = f"{self._base.scheme}://{self._base.netloc}{seen_at}"
        try:
            parts = urlsplit(urljoin(seen, written))
            origin = _origin(parts)
        except ValueError as garbled:
            raise BadData("the source leads to what is no address") from garbled
        if origin != _origin(self._base):
            raise BadData("the source leads to another address than its own")
        query = _without(self._credentials.parameters, parts.query)
        # A path that begins with two slashes would be taken for a host.
        path = f"/.{parts.path}" if parts.path.startswith("//") else parts.path or "/"
        return path + (f"?{query}" if query else "")

    async def aclose(self) -> None:
        """Close the ways out."""
        await self._credentials.aclose()
        await self._http.aclose()

    async def _answer(self, written: Written, call: Call, *, writing: bool) -> Answer:
        shown = await self._credentials.current(call)
        response = await self._send(written, shown, call)
        if self._credentials.expired(response, lambda: self._answers.leniently(response)):
            # It was refused, so nothing was done: what is written may be written again.
            renewed = await self._credentials.renewed(shown, call)
            if renewed is not None:
                response = await self._send(written, renewed, call)
        said = self._answers.read(response, writing=writing)
        return Answer(said, response, self._asked(written))

    async def _send(self, written: Written, shown: Pass, call: Call) -> Response:
        return await self._http.request(
            written.method,
            written.path,
            params=[*written.params, *shown.params],
            form=written.form,
            json=written.json,
            content=written.content,
            headers={**written.headers, **shown.headers},
            call=call,
        )

    def _asked(self, written: Written) -> str:
        path = self._base.path.rstrip("/") + "/"
        query = urlencode(list(written.params))
        return urljoin(path, written.path) + (f"?{query}" if query else "")

    def _credentials_of(
        self, open_http: Callable[[str], Http], now: Callable[[], datetime]
    ) -> Credentials:
        match self._options.auth:
            case OAuth2() as auth:
                return ClientCredentials(auth, open_http, now)
            case Session() as auth:
                always = self._options.headers
                return Sessions(auth, self._http, self._answers, now, always=always)
            case auth:
                return fixed(auth)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """Whose address it is. Raises `ValueError` for a port that is none."""
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _without(names: Collection[str], query: str) -> str:
    """`query` without the parameters of these names, the others as they were written."""
    pairs = query.split("&")
    return "&".join(pair for pair in pairs if unquote_plus(pair.partition("=")[0]) not in names)


def _with(written: Written, more: Pairs, place: Place) -> Written:
    if not more:
        return written
    match place:
        case "json":
            said: dict[str, Any] = dict(written.json or {})
            for name in dict.fromkeys(name for name, _ in more):
                values = [value for other, value in more if other == name]
                said[name] = values if len(values) > 1 else values[0]
            return replace(written, json=said)
        case "form":
            return replace(written, form=_overridden(written.form, more))
    return replace(written, params=_overridden(written.params, more))


def _overridden(pairs: Pairs, more: Pairs) -> Sequence[tuple[str, str]]:
    """`pairs`, of which those that `more` names too give way."""
    named = {name for name, _ in more}
    return [*((name, value) for name, value in pairs if name not in named), *more]
