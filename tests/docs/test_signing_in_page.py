"""docs/signing-in.md tells the doors and settings there are, and its forms are taken."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette

from gateway.auth.browser.doors import Doors
from gateway.auth.browser.local_path import HOME
from gateway.auth.browser.opened import CASE_MINUTES
from gateway.config import read_settings
from gateway.config.settings import _KNOWN, PREFIX
from tests.docs.pages import page
from tests.gateway.auth.browser.code_provider import coding
from tests.gateway.auth.browser.place import by_browser, placed, refused

PAGE = page("signing-in")
TEXT = PAGE.path.read_text(encoding="utf-8")
FORMS = [block.text for block in PAGE.blocks if "<form" in block.text]


def test_every_door_is_told_with_its_method() -> None:
    told = {row[0].strip("`"): row[1] for row in PAGE.table("door")}
    routes = Starlette(routes=Doors().routes).routes
    ways = {each.path: (each.methods or set()) - {"HEAD"} for each in routes}  # type: ignore[attr-defined]
    assert {path: {method} for path, method in told.items()} == ways


def test_the_settings_that_are_told_exist_and_suffice() -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", TEXT))
    assert named <= {f"{PREFIX}{name}" for name in _KNOWN}
    block = next(block.text for block in PAGE.blocks if "CLIENT_ID" in block.text)
    lines = [line.removeprefix("export ").split("=", 1) for line in block.splitlines()]
    settings = read_settings({name: value.strip("'") for name, value in lines})
    assert settings.oidc is not None
    assert settings.oidc.client is not None
    assert f"`{settings.url}/auth/callback`" in TEXT
    assert f"`{settings.url}{HOME}`" in TEXT


def test_how_long_is_told() -> None:
    usual = read_settings({})
    assert f"after {usual.session_idle_minutes:g} minutes without a request" in TEXT
    assert f"after {usual.session_hours:g} hours in any" in TEXT
    assert f"for {CASE_MINUTES} minutes without giving" in TEXT


async def test_the_forms_and_the_link_are_taken(tmp_path: Path, sqlite_url: str) -> None:
    out, case = FORMS
    [link] = re.findall(r'<a href="([^"]+)"', TEXT)
    async with coding() as provider:
        environ = by_browser(provider.url)
        async with placed(tmp_path, sqlite_url, environ) as place, place.browser() as browser:
            sent_off = await browser.get(link)
            await browser.back_from(await browser.get(sent_off.headers["location"]))
            assert await browser.who() == "CITIZEN"
            token = (await browser.told())["person"]["csrfToken"]
            silent = {"X-Nothing": "1"}
            filled = dict.fromkeys(_fields(out), token)
            assert (await browser.post(_action(out), filled, **silent)).status_code == 303
            assert await browser.who() == "ANONYMOUS"
            answer = await browser.post(_action(case), dict.fromkeys(_fields(case), "1"))
            assert refused(answer) == (403, "NOT_OPENED")
            assert set(_fields(case)) == {"reference", "tracking_code", "next"}


def _action(form: str) -> str:
    found = re.search(r'method="post" action="([^"]+)"', form)
    assert found is not None
    return found[1]


def _fields(form: str) -> list[str]:
    return re.findall(r'name="([^"]+)"', form)


@pytest.mark.parametrize("name", ["chikaya", "csrf_token", "X-CSRF-Token", "__Host-chikaya"])
def test_the_names_are_told(name: str) -> None:
    assert f"`{name}`" in TEXT
