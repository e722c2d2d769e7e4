"""The portal as `chikaya serve` opens it, an agency's own system beside it, and browsers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.portal.place import Place, opened, registry
from tests.clients.serving import serving
from tests.life.systems import City


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Two agencies that are kept here, and a city with a system of its own."""
    city = City()
    with (
        serving(city.app) as url,
        opened(tmp_path_factory.mktemp("portal"), json.dumps(registry(url)), city) as place,
    ):
        yield place


_PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "has_touch": True,
    "locale": "ar-MA",
}


@pytest.fixture
def phone(browser: Browser, place: Place) -> Iterator[BrowserContext]:
    """A cheap phone without a script."""
    context = browser.new_context(base_url=place.url, java_script_enabled=False, **_PHONE)
    yield context
    context.close()


@pytest.fixture
def phone_with_script(browser: Browser, place: Place) -> Iterator[BrowserContext]:
    """The same with one."""
    context = browser.new_context(base_url=place.url, **_PHONE)
    yield context
    context.close()


@pytest.fixture
def desk(browser: Browser, place: Place) -> Iterator[BrowserContext]:
    """A window on a desk, with a script."""
    context = browser.new_context(base_url=place.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    yield context
    context.close()
