"""Open the portal's pages: each in every language, each request a visit of its own."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import cached_property
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from gateway.auth.browser import SignIn
from gateway.auth.browser.refusals import CrossSite, SessionEnded
from gateway.auth.browser.site import From
from gateway.catalogues import Tongue
from gateway.languages import accepted
from gateway.portal.citizen import PAGES as CITIZEN
from gateway.portal.desk import PAGES as DESK
from gateway.portal.files import Files
from gateway.portal.forms import Form, ReadFiles, read
from gateway.portal.page import Handlers
from gateway.portal.rendering import Rendering
from gateway.portal.unable import unable
from gateway.portal.visit import HEADERS, TOKEN, CarryOut, MakeContext, Opened, Person, Visit

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


class Portal:
    """The pages; they are served once all of these are set."""

    make_context: MakeContext
    read_files: ReadFiles
    sign_in: SignIn | None = None

    def __init__(self, door: CarryOut, *, provider: str | None = None) -> None:
        """Ask the graph at `door`; `provider` is the origin where people sign in, if they can."""
        self._door = door
        self._files = Files()
        # A browser looks at where a form leads on to as well: signing out goes by the provider.
        self._policy = _POLICY if provider is None else f"{_POLICY} {provider}"
        self._labels: dict[tuple[str, str], Mapping[str, str]] = {}

    @property
    def routes(self) -> list[BaseRoute]:
        """The pages, below the tag of each language, and the files that they load."""
        return [
            Route("/", self._welcome),
            *(Mount(f"/{tongue}", routes=self._pages(tongue)) for tongue in Tongue),
            self._files.route,
        ]

    def _pages(self, tongue: Tongue) -> list[Route]:
        return [
            Route(path, self._answering(tongue, handlers), methods=list(handlers))
            for path, handlers in [
                *CITIZEN.items(),
                *DESK.items(),
                ("/{nowhere:path}", {"GET": _nowhere}),
            ]
        ]

    @cached_property
    def _renderings(self) -> Mapping[Tongue, Rendering]:
        return {tongue: Rendering(tongue, self._files.addresses, self._labels) for tongue in Tongue}

    async def _welcome(self, request: Request) -> Response:
        tongue = accepted(request.headers.get("accept-language"), Tongue) or Tongue.AR
        headers = HEADERS | {"Vary": "Accept-Language"}
        return RedirectResponse(f"/{tongue}/", HTTPStatus.SEE_OTHER, headers=headers)

    def _answering(
        self, tongue: Tongue, handlers: Handlers
    ) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of a page, which has a handler for each method."""

        async def endpoint(request: Request) -> Response:
            visit = self._visit(request, tongue)
            try:
                await self._learn_labels(visit)
                handler = handlers["GET" if request.method == "HEAD" else request.method]
                visit = await _recognised(visit, self.read_files)
                return await handler(visit)
            except SessionEnded:
                return await _signed_out(visit)
            except Exception as exception:  # noqa: BLE001 - whatever it was, a page says so
                return unable(visit, exception)

        return endpoint

    async def _learn_labels(self, visit: Visit) -> None:
        """What the graph calls states, acts and outcomes; it stays the same."""
        if not self._labels:
            answer = await visit.ask("labels")
            for each in answer.data["labels"]:
                self._labels[each["kind"], each["code"]] = each["name"]

    def _visit(self, request: Request, tongue: Tongue) -> Visit:
        """A visit by nobody in particular."""
        if self.sign_in is None:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE)
        return Visit(
            request=request,
            tongue=tongue,
            door=self._door,
            make_context=self.make_context,
            sign_in=self.sign_in,
            rendering=self._renderings[tongue],
            policy=self._policy,
        )


async def _recognised(visit: Visit, read_files: ReadFiles) -> Visit:
    """`visit` with who comes, and what they filled in.

    Raises `HTTPException` for a form that cannot be read, `CrossSite`, and what sessions raise.
    """
    request, browsers = visit.request, visit.sign_in.browsers
    form = Form()
    if request.method == "POST":
        if browsers.site.sender(request) is From.ANOTHERS:
            raise CrossSite
        form = await read(request, read_files, visit.tongue.language)
    token = form.get(TOKEN) or None
    person = await browsers.people.session(request, token=token)
    if person is not None:
        known = Person(person.content.role.value, person.token)
        return replace(visit, form=form, person=known)
    case = await browsers.cases.session(request, token=token)
    opened = None if case is None else Opened(case.content.reference, case.token)
    return replace(visit, form=form, case=opened)


async def _signed_out(visit: Visit) -> Response:
    """Where a session has ended that the browser still shows, it begins again without one."""
    browsers = visit.sign_in.browsers
    response = visit.onward("/follow?ended=1")
    await browsers.people.end(visit.request, response)
    await browsers.cases.end(visit.request, response)
    return response


async def _nowhere(_: Visit) -> Response:
    raise HTTPException(HTTPStatus.NOT_FOUND)
