"""Choose, from the Accept header, the media types to answer in, as RFC 9110 section 12.5.1 says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
EVENTS = "text/event-stream"
HTML = "text/html"


@dataclass(frozen=True, slots=True)
class _Range:
    media_type: str
    quality: float
    place: int

    def covers(self, offer: str) -> bool:
        kind = offer.partition("/")[0]
        return self.media_type in (offer, f"{kind}/*", "*/*")

    @property
    def exactness(self) -> int:
        return 2 - self.media_type.count("*")


@lru_cache(maxsize=256)
def ranked(accept: str, offers: tuple[str, ...]) -> Sequence[str]:
    """The `offers` that the Accept header allows, best first; none means anything goes.

    Between equal qualities the caller's order decides, then ours.
    """
    ranges = _parse(accept or "*/*")
    fitting = {offer: found for offer in offers if (found := _closest(offer, ranges))}
    return tuple(
        sorted(
            (offer for offer in fitting if fitting[offer].quality > 0),
            key=lambda offer: (-fitting[offer].quality, fitting[offer].place),
        )
    )


def _closest(offer: str, ranges: Iterable[_Range]) -> _Range | None:
    covering = (each for each in ranges if each.covers(offer))
    return max(covering, key=lambda each: each.exactness, default=None)


def _parse(accept: str) -> list[_Range]:
    ranges = []
    for place, part in enumerate(accept.split(",")):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        ranges.append(_Range(media_type, _quality(parameters), place))
    return ranges


def _quality(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
