"""Take a picture of every page, in every language, on a phone and on a desk: `just screenshots`."""

import argparse
import sys
from pathlib import Path

from tests.browser.portal.every_page import windows
from tests.browser.portal.looking import every_look, looking

SIZES = {"phone": {"width": 360, "height": 640}, "desk": {"width": 1280, "height": 800}}


def main() -> None:
    """Write them to a folder, one for each size and language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"), help="the folder")
    out: Path = parser.parse_args().out
    count = 0
    with looking() as (browser, place, prepared):
        for size, viewport in SIZES.items():
            with windows(browser, place, viewport=viewport) as found:
                for shown, tongue, page in every_look(found, prepared, size):
                    path = out / size / str(tongue) / f"{shown.name}.png"
                    page.screenshot(path=path, full_page=True)
                    count += 1
    sys.stdout.write(f"{count} pictures in {out}\n")


if __name__ == "__main__":
    main()
