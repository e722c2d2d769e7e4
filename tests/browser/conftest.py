"""A real browser for the tests of pages."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.requirements_gate import unavailable

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as Debian packages it.

    A module's: as long as its driver runs, its thread can run no other loop.
    """
    program = shutil.which("chromium")
    if program is None:
        unavailable("browser", "there is no chromium on the path")
    try:
        playwright = sync_playwright().start()
    except Exception as error:  # noqa: BLE001 - the driver fails in no better way
        unavailable(
            "browser", f"its driver does not start, perhaps for want of libatomic1: {error}"
        )
    opened = playwright.chromium.launch(executable_path=program, args=list(QUIET))
    yield opened
    opened.close()
    playwright.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a window on a desk, with a script."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()
