"""Write a receipt as PDF, with a QR code that leads to where the case is followed."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlencode

import segno
import typst
from anyio import CapacityLimiter, to_thread

from gateway.catalogues import Tongue, catalogue
from gateway.localizing import Local, last_day, local, moment
from gateway.receipts.receipt import Names, Receipt
from resolvers.cleaning import line
from resolvers.clock import day_of

FOLDER: Final = Path(__file__).parent
_TEMPLATE: Final = FOLDER / "receipt.typ"
_ONE_AT_A_TIME: Final = CapacityLimiter(1)
"""Typst holds the interpreter for as long as it sets a page: between two pages others have a turn."""


def _(message: str) -> str:
    """Marks a message for the catalogues."""
    return message


_KINDS: Final[Mapping[str, str]] = {
    "COMPLAINT": _("Complaint"),
    "OBSERVATION": _("Observation"),
    "SUGGESTION": _("Suggestion"),
    "INFORMATION_REQUEST": _("Request for information"),
}


async def receipt_pdf(receipt: Receipt, language: Tongue) -> bytes:
    """The receipt in `language`, or in that in which it is whole, as PDF.

    The same receipt is written with the same bytes. The QR code holds the reference, and the code
    stands beside it only: who finds a picture of it alone cannot open the case.
    """
    return await to_thread.run_sync(_written, receipt, language.whole, limiter=_ONE_AT_A_TIME)


def _written(receipt: Receipt, tongue: Tongue) -> bytes:
    # What is told goes in as data, which typst shows as it is: nothing in it is markup.
    told = json.dumps(_told(receipt, tongue))
    try:
        return _compiled(told, ["a-2a", "ua-1"])
    except typst.TypstError:
        # A name has letters that we cannot draw: an empty frame stands for each, which neither
        # standard allows. A person has to have their receipt all the same.
        return _compiled(told, [])


def _compiled(told: str, standards: list[Literal["a-2a", "ua-1"]]) -> bytes:
    """The page by those standards: to be kept for long (ISO 19005), to be read aloud (ISO 14289)."""
    return typst.compile(
        _TEMPLATE,
        root=FOLDER,
        font_paths=_fonts(),
        sys_inputs={"receipt": told},
        format="pdf",
        pdf_standards=[*standards],
    )


@cache
def _fonts() -> typst.Fonts:
    """The letters of the package, so that a page is the same on every machine."""
    with as_file(files("fontpkg_amiri") / "files") as folder:
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
        )


def _told(receipt: Receipt, tongue: Tongue) -> dict[str, Any]:
    """What the template says, in the order of the page."""
    say = catalogue(FOLDER, tongue).ugettext
    received = day_of(receipt.received_at)
    form = f"{receipt.site}/{tongue}/follow"
    address = f"{form}?{urlencode({'reference': receipt.reference})}"
    return {
        "language": tongue.value,
        "direction": tongue.direction,
        "portal": say("Complaints to the administration"),
        "title": say("Receipt"),
        # What is kept for long says of which day it is: that of the receipt, whenever it is written.
        "day": {"year": received.year, "month": received.month, "day": received.day},
        "keys": [
            [say("Number"), receipt.reference],
            [say("Code"), receipt.tracking_code],
        ],
        "qr": segno.make(address, error="m", micro=False).svg_inline(border=4),
        "qr_said": say("QR code: the page where you follow your case"),
        "facts": [
            [name, {"text": said.text, "language": said.tongue, "direction": said.tongue.direction}]
            for name, said in _facts(receipt, tongue)
        ],
        "how": say("How to follow your case"),
        "steps": [
            say("Open this page, or read the QR code with a telephone:"),
            say("Enter the number and the code."),
            say("There you see where your case stands, and can add to it or take it back."),
        ],
        "page": form,
        "keep": say(
            "Keep this receipt, and give the code to nobody: who has number and code can read your "
            "case and act in your place."
        ),
        "law": say("The rules are those of decree 2-17-265 of 23 June 2017."),
    }


def _facts(receipt: Receipt, tongue: Tongue) -> Iterator[tuple[str, Local]]:
    say = catalogue(FOLDER, tongue).ugettext
    yield say("Received"), Local(moment(receipt.received_at, tongue), tongue)
    if receipt.due_at is not None:
        last = last_day(receipt.due_at, tongue)
        yield say("An answer is due at the latest"), Local(last, tongue)
    yield from _named(say("Administration"), receipt.agency, tongue)
    yield from _named(say("Service"), receipt.service, tongue)
    if receipt.kind in _KINDS:
        yield say("Kind"), Local(say(_KINDS[receipt.kind]), tongue)


def _named(name: str, names: Names | None, tongue: Tongue) -> Iterator[tuple[str, Local]]:
    said = local(names, tongue)
    if said is not None:
        yield name, Local(line(said.text), said.tongue)
