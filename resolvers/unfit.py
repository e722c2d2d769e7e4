"""What can be unfit wherever it is given: texts that are too long, agencies and services that are none."""

from collections.abc import Iterator
from typing import Final

from resolvers.wording import Problem, Sentence

LONGEST_CODE: Final = 64
"""What of a code that is none is told back."""


def too_long(text: str | None, most: int, *path: str) -> Iterator[Problem]:
    """What is wrong with `text`, given at `path`, if it has more than `most` characters."""
    if text is not None and len(text) > most:
        yield Problem("TOO_LONG", Sentence.TOO_LONG, path, {"most": most, "came": len(text)})


def unknown_agency(code: str) -> Problem:
    """No agency has this code."""
    told = {"agency": code[:LONGEST_CODE]}
    return Problem("UNKNOWN_AGENCY", Sentence.UNKNOWN_AGENCY, ("agency",), told)


def files_elsewhere(code: str) -> Problem:
    """The agency of this code takes cases only in its own system."""
    path, told = ("agency",), {"agency": code}
    return Problem("AGENCY_FILES_ELSEWHERE", Sentence.AGENCY_FILES_ELSEWHERE, path, told)


def unknown_service(agency: str, code: str) -> Problem:
    """The agency has no service of this code."""
    told = {"agency": agency, "service": code[:LONGEST_CODE]}
    return Problem("UNKNOWN_SERVICE", Sentence.UNKNOWN_SERVICE, ("serviceCode",), told)
