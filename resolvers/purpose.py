"""Hold what somebody says they do something for to what is fit to be kept."""

from collections.abc import Iterator
from typing import Final

from resolvers.unfit import too_long
from resolvers.wording import Problem, Sentence

LONGEST_PURPOSE: Final = 1_000


def problems_of_purpose(purpose: str) -> Iterator[Problem]:
    """What is wrong with `purpose`."""
    if not purpose.strip():
        yield Problem("REQUIRED", Sentence.PURPOSE_REQUIRED, ("purpose",))
    yield from too_long(purpose, LONGEST_PURPOSE, "purpose")
