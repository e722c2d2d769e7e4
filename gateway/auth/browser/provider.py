"""Sign people in at an OpenID Connect provider: authorization code with PKCE, state and nonce.

OpenID Connect Core 1.0 section 3.1, RFC 7636, and RFC 9700 for what has been learnt since.
"""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote_plus

import structlog
from aiohttp import encode_basic_auth
from yarl import URL

from connectors.contract.errors import BadData, ConnectorError
from connectors.http import AiohttpClient
from gateway.auth.browser.attempt import Attempt
from gateway.auth.browser.endpoints import BASIC, POST, Endpoints, PublishedEndpoints
from gateway.auth.browser.refusals import SignInFailed
from gateway.auth.claims import viewer_of
from gateway.auth.discovery import call, object_of
from gateway.auth.published import PAUSE_SECONDS
from gateway.auth.refusals import IssuerSilent, Unauthenticated
from gateway.auth.tokens import Issuer, unverified
from gateway.config.oidc import Client
from resolvers.policy import Viewer

_log = structlog.get_logger(__name__)

_MOST_BYTES: Final = 1024 * 1024


class Provider:
    """The provider, as the client that we are there."""

    def __init__(
        self,
        issuer: Issuer,
        client: Client,
        *,
        back: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Believe `issuer`, whose audience is the client's id; people come back to the URL `back`."""
        self._issuer = issuer
        self._client = client
        self._back = back
        self._clock = clock
        self._http = AiohttpClient(issuer.name, max_bytes=_MOST_BYTES)
        self._endpoints = PublishedEndpoints(issuer.name, self._http)

    async def sign_in_at(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in. Raises `CannotCheck`."""
        with _answering():
            endpoints = await self._endpoints.get()
        challenge = urlsafe_b64encode(sha256(attempt.verifier.encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self._back,
            "scope": self._client.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge.decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return str(URL(endpoints.authorization).extend_query(asked))

    async def sign_out_at(self, home: str) -> str | None:
        """Where the browser goes to be signed out there too, and then to `home`; None if nowhere.

        OpenID Connect RP-Initiated Logout 1.0. The token that it recommends to send along would
        stand in a URL, with what it tells of the person: without it the provider asks them.
        Raises `CannotCheck`.
        """
        with _answering():
            endpoint = (await self._endpoints.get()).end_session
        if endpoint is None:
            return None
        asked = {"client_id": self._client.id, "post_logout_redirect_uri": home}
        return str(URL(endpoint).extend_query(asked))

    async def signed_in(self, answered: Mapping[str, str], attempt: Attempt) -> Viewer:
        """Who came back from `attempt` with what the provider had them bring.

        Raises `SignInFailed`, and `CannotCheck` if the provider does not answer.
        """
        with _answering():
            endpoints = await self._endpoints.get()
        said = answered.get("iss")
        if said != self._issuer.name and (said is not None or endpoints.names_itself):
            raise SignInFailed("it was answered by another provider")
        code = answered.get("code")
        if "error" in answered or not code:
            raise SignInFailed("the provider did not agree")
        text = await self._redeemed(endpoints, code, attempt.verifier)
        try:
            claims = await self._issuer.vouched(unverified(text), self._clock())
            self._check(claims, attempt)
            return viewer_of(claims, self._issuer.name, self._issuer.names)
        except Unauthenticated as wrong:
            _log.warning("sign_in_failed", reason=str(wrong))
            raise SignInFailed("what the provider says does not hold") from wrong

    async def aclose(self) -> None:
        """Give back what it holds."""
        await self._http.aclose()
        await self._issuer.keys.aclose()

    def _check(self, claims: Mapping[str, Any], attempt: Attempt) -> None:
        """Raise `Unauthenticated` unless the token was made for this attempt, by this client."""
        if claims.get("nonce") != attempt.nonce:
            raise Unauthenticated("The token was made for another attempt to sign in.")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self._client.id) != self._client.id:
            raise Unauthenticated("The token was made for another client.")

    async def _redeemed(self, endpoints: Endpoints, code: str, verifier: str) -> str:
        """The ID token that `code` stands for, which it does once."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": verifier,
        }
        proof, headers = self._proof(endpoints)
        with _answering():
            answer = await self._http.request(
                "POST",
                endpoints.token,
                call=call(),
                form=[*form.items(), *proof.items()],
                headers=headers,
            )
            if 400 <= answer.status < 500:  # noqa: PLR2004 - it heard us, and does not agree
                _log.warning("sign_in_failed", reason=f"the code was answered {answer.status}")
                raise SignInFailed("the provider does not know what it was answered with")
            token = object_of(answer).get("id_token")
            if not isinstance(token, str):
                raise BadData("the issuer gives no ID token")
            return token

    def _proof(self, endpoints: Endpoints) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """What tells the provider who we are: in the form, and in headers."""
        id_, secret = self._client.id, self._client.secret
        if secret is None:
            return {"client_id": id_}, {}
        if BASIC not in endpoints.takes and POST in endpoints.takes:
            return {"client_id": id_, "client_secret": secret}, {}
        # RFC 6749 section 2.3.1 escapes both first.
        return {}, {"Authorization": encode_basic_auth(quote_plus(id_), quote_plus(secret))}


@contextmanager
def _answering() -> Iterator[None]:
    """Around what the provider is asked: one that cannot be asked is no reason to doubt a person."""
    try:
        yield
    except ConnectorError as error:
        _log.warning("sign_in_failed", reason=str(error), detail=error.detail)
        raise IssuerSilent(PAUSE_SECONDS) from error
