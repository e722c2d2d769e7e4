"""A provider of our own that signs people in by code: as strict as the standard, and wrong at will."""

import base64
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.testing.serving import serve
from tests.gateway.auth.browser.place import CLIENT, SECRET
from tests.gateway.auth.provider import Provider

UPSTREAM = "marked words of the provider"


@dataclass
class CodeProvider(Provider):
    """Whoever comes is signed in there already, as `person`."""

    person: dict[str, Any] = field(default_factory=lambda: {"sub": "marked-amina"})
    secret: str | None = SECRET
    wrong: dict[str, Any] = field(default_factory=dict)
    """What its ID tokens say otherwise."""
    answers: dict[str, str] = field(default_factory=dict)
    """What it has browsers bring back besides."""
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    """What was sent to redeem codes."""

    @property
    def app(self) -> Starlette:
        more = [
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
        ]
        return Starlette(routes=[*super().app.routes, *more])

    def says(self, **changes: Any) -> None:
        """Tell of its endpoints, and of these otherwise."""
        usual = {
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "end_session_endpoint": f"{self.url}/logout",
        }
        self.document = {name: at for name, at in (usual | changes).items() if at is not None}

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = uuid4().hex
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]} | self.answers
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", status_code=302)

    async def _token(self, request: Request) -> Response:
        if self.failing:
            return JSONResponse({"error": UPSTREAM}, status_code=500)
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        self.forms.append(form)
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if (
            asked is None
            or self._client_of(request, form) != (CLIENT, self.secret)
            or form["redirect_uri"] != asked["redirect_uri"]
            or asked["code_challenge_method"] != "S256"
            or base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]
        ):
            told = {"error": "invalid_grant", "error_description": UPSTREAM}
            return JSONResponse(told, status_code=400)
        claims = {"aud": CLIENT, "nonce": asked["nonce"], "email": "marked@example"}
        token = self.token(**claims | self.person | self.wrong)
        self.tokens.append(token)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})

    @staticmethod
    def _client_of(request: Request, form: Mapping[str, str]) -> tuple[str, str | None]:
        shown = request.headers.get("authorization")
        if shown is None:
            return form["client_id"], form.get("client_secret")
        name, _, secret = base64.b64decode(shown.removeprefix("Basic ")).decode().partition(":")
        return unquote_plus(name), unquote_plus(secret)


@asynccontextmanager
async def coding() -> AsyncIterator[CodeProvider]:
    """A provider that answers."""
    provider = CodeProvider()
    async with serve(provider.app) as url:
        provider.url = url
        provider.says()
        yield provider
