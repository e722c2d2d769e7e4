"""Hold what somebody says they do something for to what is fit to be kept."""

from collections.abc import Iterator
from typing import Final

from resolvers.wording import Problem, Sentence

LONGEST_PURPOSE: Final = 1_000


def problems_of_purpose(purpose: str) -> Iterator[Problem]:
    """What is wrong with `purpose`."""
    if not purpose.strip():
        yield Problem("REQUIRED", Sentence.PURPOSE_REQUIRED, ("purpose",))
    if len(purpose) > LONGEST_PURPOSE:
        parameters = {"most": LONGEST_PURPOSE, "came": len(purpose)}
        yield Problem("TOO_LONG", Sentence.TOO_LONG, ("purpose",), parameters)
