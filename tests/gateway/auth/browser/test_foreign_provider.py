"""Browsers sign in at a provider that somebody else wrote, and are signed out there."""

import warnings
from pathlib import Path

import httpx2
import pytest

from tests.gateway.auth.browser.place import Browser, by_browser, placed, query_of, refused

with warnings.catch_warnings(record=True):
    # It uses what its own library advises against, and that insists on saying so.
    from oidc_provider_mock import User, run_server_in_thread


async def at_provider(browser: Browser, address: str, subject: str) -> httpx2.Response:
    """Where the provider sends a browser in which somebody has signed in there."""
    return await browser.client.post(address, data={"sub": subject})


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_one_signs_in_there_and_out_again(tmp_path: Path, sqlite_url: str) -> None:
    users = [
        User(sub="amina", claims={"roles": ["agent"], "agencies": ["water"]}),
        User(sub="brahim", claims={}),
    ]
    with run_server_in_thread(user_claims=users, require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        environ = by_browser(issuer) | {
            "CHIKAYA_OIDC_ROLES_CLAIM": "roles",
            "CHIKAYA_OIDC_ROLES": "agent=officer",
        }
        async with placed(tmp_path, sqlite_url, environ) as place, place.browser() as browser:
            sent_off = await browser.get("/auth/login?next=/desk")
            back = await at_provider(browser, sent_off.headers["location"], "amina")
            arrived = await browser.back_from(back)
            assert (arrived.status_code, arrived.headers["location"]) == (303, "/desk")
            assert await browser.who() == "OFFICER"

            # It does not hold a code to its verifier; then the nonce tells whose it is.
            async with place.browser() as other:
                elsewhere = await other.get("/auth/login")
                theirs = await at_provider(other, elsewhere.headers["location"], "brahim")
                sent_off = await browser.get("/auth/login")
                own = await at_provider(browser, sent_off.headers["location"], "amina")
                mixed = query_of(own.headers["location"]) | {
                    "code": query_of(theirs.headers["location"])["code"]
                }
                answer = await browser.client.get("/auth/callback", params=mixed)
                assert refused(answer) == (400, "SIGN_IN_FAILED")
            assert await browser.who() == "OFFICER"

            out = await browser.post("/auth/logout", {})
            assert await browser.who() == "ANONYMOUS"
            there = await browser.get(out.headers["location"])
            assert there.status_code == 200
            assert f"{place.url}/" in there.text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_who_says_no_there_is_nobody_here(tmp_path: Path, sqlite_url: str) -> None:
    with run_server_in_thread() as server:
        environ = by_browser(f"http://localhost:{server.server_port}")
        async with placed(tmp_path, sqlite_url, environ) as place, place.browser() as browser:
            sent_off = await browser.get("/auth/login")
            denied = await browser.client.post(
                sent_off.headers["location"], data={"action": "deny"}
            )
            address = denied.headers["location"]
            assert query_of(address)["error"] == "access_denied"
            answer = await browser.get(address)
            assert refused(answer) == (400, "SIGN_IN_FAILED")
            assert await browser.who() == "ANONYMOUS"
