"""Name the kinds of weather that every connector is held to; docs/errors.md tells their outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.testing.weather.faults import (
    Cut,
    Delay,
    Endless,
    Fault,
    Garbage,
    HalfClose,
    Hang,
    Length,
    Reset,
    Trickle,
)


@dataclass(frozen=True, slots=True)
class Weather:
    """What befalls an exchange: a request and its answer."""

    request: Fault | None = None
    """On the way to the upstream."""
    answer: Fault | None = None
    """On the way back."""
    refused: bool = False
    """Nobody listens."""
    slammed: bool = False
    """A connection is taken, and reset before anything is read."""


FAIR: Final = Weather()

_SLOW: Final = 20.0
"""Bytes a second: a head of HTTP takes longer than anybody waits."""
_FOR_EVER: Final = 3600.0

KINDS: Final[Mapping[str, Weather]] = {
    "refused": Weather(refused=True),
    "reset at once": Weather(slammed=True),
    "request cut": Weather(request=Cut(after=20)),
    "request half-closed": Weather(request=HalfClose(after=20)),
    "request garbled": Weather(request=Garbage()),
    "request trickles": Weather(request=Trickle(per_second=_SLOW)),
    "request swallowed": Weather(request=Hang()),
    "answer dropped": Weather(answer=Reset()),
    "answer cut off": Weather(answer=Cut()),
    "answer swallowed": Weather(answer=Hang()),
    "answer after a pause": Weather(answer=Delay(seconds=0.01)),
    "answer too late": Weather(answer=Delay(seconds=_FOR_EVER)),
    "answer garbled": Weather(answer=Garbage()),
    "head cut": Weather(answer=Cut(after=20)),
    "head trickles": Weather(answer=Trickle(per_second=_SLOW)),
    "body cut": Weather(answer=Cut(after=10, in_body=True)),
    "body reset": Weather(answer=Reset(after=10, in_body=True)),
    "body half-closed": Weather(answer=HalfClose(after=10, in_body=True)),
    "body trickles": Weather(answer=Trickle(per_second=_SLOW, in_body=True)),
    "body stops": Weather(answer=Hang(after=10, in_body=True)),
    "body garbled": Weather(answer=Garbage(after=10, in_body=True)),
    "body endless": Weather(answer=Endless()),
    "length too long": Weather(answer=Length(by=10)),
    "length too short": Weather(answer=Length(by=-10)),
}
