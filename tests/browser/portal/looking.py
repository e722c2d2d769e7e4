"""Open the portal to look at: a served place, a browser, and every page in every language."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.progress import track

from gateway.catalogues import Tongue
from tests.browser.conftest import QUIET
from tests.browser.portal.every_page import PAGES, Prepared, Shown, Windows, prepare
from tests.browser.portal.place import Place, opened, registry
from tests.clients.serving import serving
from tests.life.systems import City


@contextmanager
def looking() -> Iterator[tuple[Browser, Place, Prepared]]:
    """A browser, and a portal with some cases."""
    city = City()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(city.app) as url,
        opened(Path(folder), json.dumps(registry(url)), city) as place,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(QUIET))
        yield browser, place, prepare(place)
        browser.close()


def every_look(
    found: Windows, prepared: Prepared, what: str, tongues: tuple[Tongue, ...] = tuple(Tongue)
) -> Iterator[tuple[Shown, Tongue, Page]]:
    """Each page in each language, just opened; a bar shows how far it has come."""
    looks = [(shown, tongue) for tongue in tongues for shown in PAGES]
    for shown, tongue in track(looks, description=what, console=Console(stderr=True)):
        page = found.page(shown.role)
        shown.go(page, tongue, prepared)
        yield shown, tongue, page
        page.close()
