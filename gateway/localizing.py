"""Tell days, moments and names as the readers of a language know them, by the clocks of Morocco."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from babel.dates import format_date, format_time, get_datetime_format

from gateway.catalogues import Tongue
from resolvers.clock import MOROCCO, day_of

_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Local:
    """A text, and the language that it is in."""

    text: str
    tongue: Tongue

    def __str__(self) -> str:
        return self.text


def local(text: Mapping[str, str | None] | None, tongue: Tongue) -> Local | None:
    """What `text`, a LocalizedText of the graph, says in `tongue`, or else in another; None: nothing."""
    tags = dict.fromkeys((tongue, tongue.whole, Tongue.AR, Tongue.FR, Tongue.EN))
    return next((Local(said, tag) for tag in tags if text and (said := text.get(tag))), None)


def day(at: datetime, tongue: Tongue) -> str:
    """The local day of a moment."""
    return format_date(day_of(at), "long", locale=tongue.locale)


def last_day(at: datetime, tongue: Tongue) -> str:
    """The day at whose end `at` is: a term ends when its last day is over."""
    return day(at - _INSTANT, tongue)


def moment(at: datetime, tongue: Tongue) -> str:
    """Day and hour."""
    time = format_time(at.astimezone(MOROCCO), "short", locale=tongue.locale)
    joined = str(get_datetime_format("medium", locale=tongue.locale))
    return joined.format(time, day(at, tongue))
