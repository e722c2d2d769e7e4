"""What one person asks of the portal by one request."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from strawberry.types.execution import ExecutionResult

from gateway.auth.browser import SignIn
from gateway.catalogues import Language, Tongue
from gateway.errors import code_of
from gateway.execution.request import GraphQLRequest
from gateway.portal.forms import Form, Problems
from gateway.portal.rendering import PAGES, Rendering

HEADERS: Final = {
    # One person's, and on a machine that others use too.
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TOKEN: Final = "csrf_token"  # noqa: S105 - the name of the field

DOCUMENTS: Final[Mapping[str, str]] = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted(PAGES.glob("*.graphql"))
}
"""What pages ask, by the name of the page."""

MakeContext = Callable[[HTTPConnection, Language, str | None], Awaitable[object]]
"""Makes the context of a person's request, in a language, with the token that their form showed."""


class CarryOut(Protocol):
    """The door of the graph."""

    async def carry_out(self, asked: GraphQLRequest, context: object) -> ExecutionResult:
        """The result of a query or mutation."""


class Unanswered(Exception):
    """The graph did not answer what a page cannot do without."""

    def __init__(self, codes: Sequence[str]) -> None:
        """`codes` are those of its errors."""
        super().__init__(f"the graph answered {', '.join(codes) or 'nothing'}")
        self.codes = frozenset(codes)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the graph answered."""

    data: Mapping[str, Any]
    errors: Sequence[Mapping[str, Any]]
    """As they leave the graph: with `path`, and `code` in `extensions`."""

    def failed(self, name: str) -> bool:
        """Whether the field `name` of the document could not be answered."""
        return any(each.get("path", ())[:1] == [name] for each in self.errors)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    role: str
    token: str
    """Of the session: forms show it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The case that this browser has opened by its code."""

    reference: str
    token: str
    """Of that session: forms show it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request in one language, by somebody with their own authority and no other."""

    request: Request
    tongue: Tongue
    door: CarryOut
    make_context: MakeContext
    sign_in: SignIn
    rendering: Rendering
    policy: str
    """The Content-Security-Policy of pages."""
    person: Person | None = None
    """None: nobody is signed in."""
    case: Opened | None = None
    """None: none is opened, or somebody is signed in."""
    form: Form = field(default_factory=Form)

    async def ask(self, document: str, *, operation: str | None = None, **variables: Any) -> Answer:
        """What the graph answers to a document of `pages/`, or to an operation that it names.

        Raises `Unanswered` if it answers nothing at all.
        """
        token = self.form.get(TOKEN) or None
        context = await self.make_context(self.request, self.tongue.language, token)
        asked = GraphQLRequest(DOCUMENTS[document], operation, variables)
        result = await self.door.carry_out(asked, context)
        if result.data is None:
            raise Unanswered([code_of(error) or "" for error in result.errors or ()])
        return Answer(result.data, [dict(error.formatted) for error in result.errors or ()])

    def show(
        self,
        page: str,
        *,
        status: int = HTTPStatus.OK,
        problems: Problems | None = None,
        **values: Any,
    ) -> Response:
        """The page of the template `page`; with problems its status says so."""
        found = problems or Problems()
        if found:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        shown_by = self.person or self.case
        shown = {
            "visit": self,
            "person": self.person,
            "token": shown_by.token if shown_by else "",
            "problems": found,
            "form": self.form,
            "here": self.request.url.path.removeprefix(f"/{self.tongue}"),
            "asked": urlencode(list(self.request.query_params.multi_items())),
        }
        text = self.rendering.page(f"{page}.html", shown | values)
        headers = HEADERS | {
            "Content-Security-Policy": self.policy,
            "Content-Language": str(self.tongue),
        }
        return HTMLResponse(text, status_code=status, headers=headers)

    def path(self, to: str) -> str:
        """The address of a page in this language."""
        return f"/{self.tongue}{to}"

    def onward(self, to: str) -> Response:
        """Send the browser to a page of this language."""
        return RedirectResponse(self.path(to), HTTPStatus.SEE_OTHER, headers=HEADERS)

    def sign_in_at(self) -> str:
        """Where one signs in, and comes back from to what was asked for."""
        url = self.request.url
        back = url.path + (f"?{url.query}" if url.query else "")
        at = self.path("/sign-in") if self.sign_in.demonstration else "/auth/login"
        return f"{at}?{urlencode({'next': back})}"

    @property
    def can_sign_in(self) -> bool:
        """Whether anybody can."""
        return bool(self.sign_in.provider or self.sign_in.demonstration)

    def to_sign_in(self) -> Response:
        """Send the browser to where one signs in; where nobody can, say that this is for others."""
        if not self.can_sign_in:
            return self.show("unable", status=HTTPStatus.FORBIDDEN, code=403, error_id=None)
        return RedirectResponse(self.sign_in_at(), HTTPStatus.SEE_OTHER, headers=HEADERS)

    def say(self, message: str, **values: object) -> str:
        """A sentence of ours in this language."""
        return self.rendering.sentence(message, **values)
