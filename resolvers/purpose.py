"""Hold what somebody says they do something for to what is fit to be kept."""

from collections.abc import Iterator
from typing import Final

from resolvers.filing_request import Problem

LONGEST_PURPOSE: Final = 1_000


def problems_of_purpose(purpose: str) -> Iterator[Problem]:
    """What is wrong with `purpose`."""
    if not purpose.strip():
        yield Problem("REQUIRED", "a purpose is required; got none", ("purpose",))
    if len(purpose) > LONGEST_PURPOSE:
        yield Problem(
            "TOO_LONG", f"at most {LONGEST_PURPOSE} characters; got {len(purpose)}", ("purpose",)
        )
