"""An OpenID provider of our own on a socket: its keys change, it fails and falls silent at will."""

import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.testing.serving import serve

AUDIENCE = "chikaya"
METHODS = ("RS256", "RS512", "PS256", "ES256", "ES512", "Ed25519", "EdDSA")
SigningKey = RSAKey | ECKey | OKPKey


@cache
def key(method: str, key_id: str = "one") -> SigningKey:
    """A key for signing by `method`; made once, since good RSA keys take their time."""
    named = {"kid": key_id, "use": "sig"}
    match method[:2]:
        case "ES":
            curve = {"ES256": "P-256", "ES512": "P-521"}[method]
            return ECKey.generate_key(curve, named)
        case "Ed":
            return OKPKey.generate_key("Ed25519", named)
        case _:
            return RSAKey.generate_key(2048, named)


@dataclass
class Provider:
    """What it publishes, and how often it was asked."""

    url: str = ""
    keys: list[Any] = field(default_factory=lambda: [key("RS256")])
    failing: bool = False
    asked: list[str] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    """What its discovery document says otherwise."""

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/jwks", self._jwks),
            ]
        )

    async def _discovery(self, request: Request) -> Response:
        told = {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"} | self.document
        return self._answer(request, told)

    async def _jwks(self, request: Request) -> Response:
        public = [
            each.as_dict(private=False) if isinstance(each, SigningKey) else each
            for each in self.keys
        ]
        return self._answer(request, {"keys": public})

    def _answer(self, request: Request, told: object) -> Response:
        self.asked.append(request.url.path)
        return Response(status_code=503) if self.failing else JSONResponse(told)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What a token says that is good for ten minutes; None leaves a claim out."""
        now = int(time.time())
        told = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "somebody",
            "iat": now,
            "exp": now + 600,
        } | changes
        return {name: value for name, value in told.items() if value is not None}

    def token(self, method: str = "RS256", *, signed_with: Any = None, **changes: Any) -> str:
        """A token as this provider signs it, or somebody else with another key."""
        used = signed_with or key(method)
        return jwt.encode(
            {"alg": method, "kid": used.kid}, self.claims(**changes), used, algorithms=[method]
        )


@asynccontextmanager
async def provided() -> AsyncIterator[Provider]:
    """A provider that answers."""
    provider = Provider()
    async with serve(provider.app) as url:
        provider.url = url
        yield provider


def by_hand(header: Mapping[str, Any], claims: Mapping[str, Any], signature: bytes = b"") -> str:
    """A token that no library would make."""
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def signed_by_public_key(claims: Mapping[str, Any]) -> str:
    """HS256, with what everyone knows of the provider's RSA key for a secret."""
    unsigned = by_hand({"alg": "HS256", "kid": "one"}, claims).rpartition(".")[0]
    secret = key("RS256").as_pem(private=False)
    signature = hmac.digest(secret, unsigned.encode(), "sha256")
    return f"{unsigned}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
