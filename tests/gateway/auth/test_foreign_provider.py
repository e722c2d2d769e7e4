"""The tokens of a provider that somebody else wrote are understood."""

import warnings
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import anyio.to_thread
import httpx2
import pytest

from tests.gateway.auth.doors import opened, signing_in

with warnings.catch_warnings(record=True):
    # It uses what its own library advises against, and that insists on saying so.
    from oidc_provider_mock import User, run_server_in_thread

CLIENT = "chikaya-portal"


def signed_in(provider: str, subject: str) -> str:
    """The token that somebody gets who signs in there, as a browser would."""
    back = "http://127.0.0.1/back"
    with httpx2.Client(base_url=provider) as browser:
        asked = {
            "client_id": CLIENT,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "openid",
        }
        sent_back = browser.post("/oauth2/authorize", params=asked, data={"sub": subject})
        code = parse_qs(urlsplit(sent_back.headers["location"]).query)["code"][0]
        exchanged = browser.post(
            "/oauth2/token",
            auth=(CLIENT, "a secret"),
            data={"grant_type": "authorization_code", "code": code, "redirect_uri": back},
        )
        token: str = exchanged.json()["id_token"]
        return token


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_who_signs_in_there_is_known_here(tmp_path: Path, sqlite_url: str) -> None:
    users = [
        User(sub="amina", claims={"roles": ["agent"], "agencies": ["water"]}),
        User(sub="brahim", claims={"roles": ["visiteur"]}),
    ]
    with run_server_in_thread(user_claims=users) as server:
        provider = f"http://localhost:{server.server_port}"
        tokens = [await anyio.to_thread.run_sync(signed_in, provider, user.sub) for user in users]
        environ = signing_in(provider, CLIENT) | {
            "CHIKAYA_OIDC_ROLES_CLAIM": "roles",
            "CHIKAYA_OIDC_ROLES": "agent=officer",
        }
        async with opened(tmp_path, sqlite_url, environ) as door:
            assert [await door.who(token) for token in tokens] == [
                ("OFFICER", ["water"]),
                ("CITIZEN", []),
            ]
