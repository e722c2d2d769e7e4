"""Weigh every page, and time it on a slow line and a slow phone: `just weigh`.

Bytes are those over the wire, without fonts, of which no page asks for any. The line has 400 ms from
end to end and back, and 400 kbit/s; the phone has a fourth of this machine's speed. Nothing is kept
from an earlier page.
"""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from typing import Any, Final

from playwright.sync_api import CDPSession, Page

from gateway.catalogues import Tongue
from tests.browser.portal.every_page import windows
from tests.browser.portal.looking import every_look, looking

LATENCY_MS: Final = 400
BYTES_A_SECOND: Final = 400_000 // 8
SLOWER: Final = 4


@dataclass(frozen=True)
class Weight:
    """What one page costs whoever opens it for the first time."""

    page: str
    language: str
    requests: int
    bytes: int
    content_ms: int | None
    """Until something of it is read; None for what comes of a form, whose sending is not timed."""


def main() -> None:
    """Weigh all in one language, or in each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="as JSON, not as a table")
    parser.add_argument("--languages", default="ar", help="between commas; ar if it is not said")
    given = parser.parse_args()
    tongues = tuple(Tongue(each) for each in given.languages.split(","))
    weights: list[Weight] = []
    with (
        looking() as (browser, place, prepared),
        windows(browser, place, viewport={"width": 360, "height": 640}) as found,
    ):
        for shown, tongue, page in every_look(found, prepared, "weighing", tongues):
            weights.append(weighed(page, shown.name, tongue))
    if given.json:
        sys.stdout.write(json.dumps([asdict(each) for each in weights], indent=1) + "\n")
        return
    sys.stdout.write(
        "| page | language | requests | bytes | ms to content |\n|---|---|---|---|---|\n"
    )
    for each in weights:
        content = "" if each.content_ms is None else f"{each.content_ms:,}"
        sys.stdout.write(
            f"| {each.page} | {each.language} | {each.requests} | {each.bytes:,} | {content} |\n"
        )


def weighed(page: Page, name: str, tongue: Tongue) -> Weight:
    """What the page costs, opened anew with nothing kept."""
    wire = page.context.new_cdp_session(page)
    counted = Counted(wire)
    _slow(wire)
    page.reload(wait_until="networkidle")
    content = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    return Weight(
        name,
        str(tongue),
        counted.requests,
        counted.bytes,
        None if content is None else round(content),
    )


def _slow(wire: CDPSession) -> None:
    line = {
        "offline": False,
        "latency": LATENCY_MS,
        "downloadThroughput": BYTES_A_SECOND,
        "uploadThroughput": BYTES_A_SECOND,
    }
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.send("Network.emulateNetworkConditions", line)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


class Counted:
    """What goes over the wire, headers included."""

    def __init__(self, wire: CDPSession) -> None:
        self.requests = 0
        self.bytes = 0
        wire.on("Network.loadingFinished", self._finished)

    def _finished(self, told: dict[str, Any]) -> None:
        self.requests += 1
        self.bytes += int(told["encodedDataLength"])


if __name__ == "__main__":
    main()
