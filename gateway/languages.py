"""Find the language in which a person wants to be told things."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from resolvers.wording import Language

USUAL: Final = Language.EN
"""For programs, which say nothing about it."""

_MOST_RANGES: Final = 32

TagT = TypeVar("TagT", bound=StrEnum)


@lru_cache(maxsize=256)
def preferred(header: str | None) -> Language:
    """What `Accept-Language` asks for most of what there is; the usual one if it asks for none."""
    return accepted(header, Language) or USUAL


def accepted(header: str | None, there_are: Iterable[TagT]) -> TagT | None:
    """Which of the tags `Accept-Language` asks for most; None if it asks for none of them.

    RFC 9110 12.5.4; a range stands for whatever begins with it, as in RFC 4647 3.4. A header that
    is no such list asks for nothing.
    """
    known = {each.value: each for each in there_are}
    wanted = sorted(_ranges(header or ""), key=lambda each: -each[1])
    return next((known[tag] for tag, quality in wanted if quality > 0 and tag in known), None)


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    """The primary tags of the header with their weights, in its order."""
    for item in header.split(",")[:_MOST_RANGES]:
        tag, _, parameter = item.strip().partition(";")
        weight = parameter.strip().removeprefix("q=") if parameter else "1"
        try:
            quality = float(weight)
        except ValueError:
            continue
        yield tag.strip().lower().partition("-")[0], quality
