"""The addresses at which a browser signs in and out, and opens a case with its code."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.auth.browser.attempt import SECONDS, Attempts
from gateway.auth.browser.browsers import Browsers, ContentT, Cookies, Person
from gateway.auth.browser.form import fields
from gateway.auth.browser.local_path import HOME, local_path
from gateway.auth.browser.provider import Provider
from gateway.auth.browser.refusals import CrossSite, NotOpened, SessionEnded, SignInFailed
from gateway.auth.browser.sessions import Session
from gateway.auth.browser.site import From
from gateway.auth.demonstration import Demonstration
from gateway.auth.refusals import CannotCheck
from gateway.callers import caller_of
from gateway.execution.accept import JSON
from gateway.execution.answer import of_refusal, refusal_of
from gateway.execution.refusal import refused
from resolvers.deadline import loop_time
from resolvers.opening import OpenedCase, Opening

CALLBACK: Final = "/auth/callback"
ATTEMPT: Final = "chikaya-sign-in"
_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""Addresses hold codes on the way, and answers are one person's."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What signing in by browser takes."""

    browsers: Browsers
    attempts: Attempts
    provider: Provider | None
    """None: nobody can sign in by browser."""
    demonstration: Demonstration | None
    """Whom anyone may be; None anywhere but on the embedded default."""
    opening: Opening
    deadline_seconds: float
    """For opening a case."""

    async def play(
        self, request: Request, onward: str, role: str, agencies: Iterable[str]
    ) -> Response:
        """Have the browser go on to a path of ours, signed in as an invented person.

        Raises `RequestRefused` where there are none, and for a role that none has.
        """
        invented = self.demonstration
        if invented is None or not self.browsers.site.serves(request):
            raise refused("Nobody is invented here.", status=HTTPStatus.NOT_FOUND)
        if role not in invented.roles:
            expected = ", ".join(invented.roles)
            raise refused(f"role: expected one of {expected}.", status=HTTPStatus.BAD_REQUEST)
        response = _onward(local_path(onward))
        person = Person.of(invented.person(role, agencies))
        await self.browsers.people.begin(request, response, person)
        # Whoever tries several people goes on with no case that one of them opened.
        await self.browsers.cases.end(request, response)
        return response

    async def case_of(self, request: Request, reference: str, code: str) -> OpenedCase | None:
        """The case that is opened by a reference and its code; None if none is.

        Raises `Refusal` for too many wrong codes, and `ConnectorError`.
        """
        row = await self.opening.open(
            reference,
            code,
            caller=caller_of(request),
            deadline=loop_time() + self.deadline_seconds,
        )
        return None if row is None else OpenedCase(row.reference, code)

    async def aclose(self) -> None:
        """Give back what it holds."""
        if self.provider is not None:
            await self.provider.aclose()


class Doors:
    """Answers at `/auth/…`; what is refused is told as errors of the graph are."""

    sign_in: SignIn | None = None
    """Set when the program starts, until when nobody is served."""

    @property
    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/auth/login", _answering(self._log_in)),
            Route(CALLBACK, _answering(self._come_back)),
            Route("/auth/logout", _answering(self._log_out), methods=["POST"]),
            Route("/auth/case", _answering(self._open_case), methods=["POST"]),
            Route("/auth/session", _answering(self._tell)),
        ]

    async def _log_in(self, request: Request) -> Response:
        sign_in = self._serving(request)
        provider = _required(sign_in.provider)
        attempt = sign_in.attempts.begin(local_path(request.query_params.get("next")))
        response = _onward(await provider.sign_in_at(attempt))
        sealed = sign_in.attempts.sealed(attempt)
        sign_in.browsers.site.give(response, ATTEMPT, sealed, seconds=SECONDS)
        return response

    async def _come_back(self, request: Request) -> Response:
        sign_in = self._serving(request)
        site = sign_in.browsers.site
        try:
            response = await self._signed_in(sign_in, _required(sign_in.provider), request)
        except Exception as exception:  # noqa: BLE001 - errors.py decides what the caller reads
            response = _refusal(exception)
        # Whatever became of it, it is answered once.
        site.take_back(response, ATTEMPT)
        return response

    async def _signed_in(self, sign_in: SignIn, provider: Provider, request: Request) -> Response:
        answered = request.query_params
        shown = sign_in.browsers.site.shown(request, ATTEMPT)
        attempt = sign_in.attempts.answered(shown, answered.get("state"))
        if attempt is None:
            raise SignInFailed("it was not begun in this browser, or too long ago")
        viewer = await provider.signed_in(answered, attempt)
        response = _onward(attempt.onward)
        await sign_in.browsers.people.begin(request, response, Person.of(viewer))
        return response

    async def _log_out(self, request: Request) -> Response:
        sign_in = self._serving(request)
        browsers = sign_in.browsers
        given = await fields(request)
        token = given.get("csrf_token")
        person = await _lasting(browsers.people, request, token=token)
        if person is None:
            await _lasting(browsers.cases, request, token=token)
        response = _onward(await self._end_of(sign_in, signed_in=person is not None))
        await browsers.people.end(request, response)
        await browsers.cases.end(request, response)
        return response

    async def _end_of(self, sign_in: SignIn, *, signed_in: bool) -> str:
        """Where to go after signing out: to the provider, where one signed in."""
        if sign_in.provider is None or not signed_in:
            return HOME
        try:
            return await sign_in.provider.sign_out_at(f"{sign_in.browsers.site.url}{HOME}") or HOME
        except CannotCheck:
            # Here one is signed out all the same.
            return HOME

    async def _open_case(self, request: Request) -> Response:
        sign_in = self._serving(request)
        if sign_in.browsers.site.sender(request) is From.ANOTHERS:
            raise CrossSite
        given = await fields(request)
        found = await sign_in.case_of(
            request, given.get("reference", ""), given.get("tracking_code", "")
        )
        if found is None:
            raise NotOpened
        response = _onward(local_path(given.get("next")))
        await sign_in.browsers.cases.begin(request, response, found)
        return response

    async def _tell(self, request: Request) -> Response:
        browsers = self._serving(request).browsers
        person = await _lasting(browsers.people, request)
        case = await _lasting(browsers.cases, request)
        told = {
            "person": None
            if person is None
            else _told(person)
            | {"role": person.content.role, "agencies": list(person.content.agencies)},
            "case": None if case is None else _told(case) | {"reference": case.content.reference},
        }
        response = JSONResponse(told, headers=_HEADERS)
        for cookies, found in ((browsers.people, person), (browsers.cases, case)):
            if found is None:
                # One that has ended would be refused wherever it is shown.
                await cookies.end(request, response)
        return response

    def _serving(self, request: Request) -> SignIn:
        """What to serve with. Raises `RequestRefused` where browsers have no sessions."""
        if self.sign_in is None:
            raise refused("The gateway is starting.", status=HTTPStatus.SERVICE_UNAVAILABLE)
        if not self.sign_in.browsers.site.serves(request):
            raise refused(
                "Browsers have no sessions here: CHIKAYA_URL does not say what this place is called.",
                status=HTTPStatus.BAD_REQUEST,
            )
        return self.sign_in


def _required(provider: Provider | None) -> Provider:
    if provider is None:
        raise refused(
            "Nobody can sign in by browser here: CHIKAYA_OIDC_CLIENT_ID is not set.",
            status=HTTPStatus.BAD_REQUEST,
        )
    return provider


async def _lasting(
    cookies: Cookies[ContentT], request: Request, *, token: str | None = None
) -> Session[ContentT] | None:
    """The session that is shown, if it has not ended. Raises `CrossSite`."""
    try:
        return await cookies.session(request, token=token)
    except SessionEnded:
        return None


def _told(session: Session[ContentT]) -> dict[str, object]:
    return {"csrfToken": session.token, "endsAt": session.ends_at.isoformat()}


def _onward(where: str) -> Response:
    return RedirectResponse(where, status_code=HTTPStatus.SEE_OTHER, headers=_HEADERS)


def _refusal(exception: Exception) -> Response:
    response = of_refusal(refusal_of(exception), JSON)
    response.headers.update(_HEADERS)
    return response


def _answering(
    answer: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except Exception as exception:  # noqa: BLE001 - errors.py decides what the caller reads
            return _refusal(exception)

    return endpoint
