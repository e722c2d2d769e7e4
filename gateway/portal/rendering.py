"""Write pages: templates, the sentences of a language, and dates and numbers as it writes them."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.catalogues import Tongue, catalogue
from gateway.localizing import Local, day, last_day, local, moment

HERE: Final = Path(__file__).parent
PAGES: Final = HERE / "pages"
CATALOGUES: Final = HERE / "catalogues"
_LARGE: Final = 1_000_000
"""Bytes from which on they are told in megabytes."""

Labels = Mapping[tuple[str, str], Mapping[str, str]]
"""What the graph calls things, by kind and code, in each language."""


class Rendering:
    """Writes the pages of one language."""

    def __init__(self, tongue: Tongue, addresses: Mapping[str, str], labels: Labels) -> None:
        """Write in `tongue`; `addresses` are those of the files that pages load, by name."""
        self._tongue = tongue
        self._labels = labels
        self._environment = Environment(
            loader=FileSystemLoader(PAGES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
        )
        said = catalogue(CATALOGUES, tongue)
        self._environment.install_gettext_callables(  # type: ignore[attr-defined]
            said.ugettext, said.ungettext, newstyle=True, pgettext=said.upgettext
        )
        self._environment.globals |= {
            "tongue": tongue,
            "tongues": list(Tongue),
            "file": addresses.__getitem__,
        }
        self._environment.filters |= {
            "date": self._date,
            "last_day": self._last_day,
            "moment": self._moment,
            "month": self._month,
            "number": partial(format_decimal, locale=tongue.locale),
            "size": self._size,
            "share": partial(format_percent, locale=tongue.locale),
            "local": partial(local, tongue=tongue),
            "label": self.label,
            "isolated": isolated,
        }

    def page(self, template: str, values: Mapping[str, Any]) -> str:
        """The page of `template`, a file in `pages/`."""
        return self._environment.get_template(template).render(values)

    def sentence(self, message: str, **values: object) -> str:
        """`message` in this language."""
        return catalogue(CATALOGUES, self._tongue).ugettext(message) % values

    def _date(self, at: str) -> str:
        return day(datetime.fromisoformat(at), self._tongue)

    def _last_day(self, at: str) -> str:
        return last_day(datetime.fromisoformat(at), self._tongue)

    def _month(self, month: str) -> str:
        return format_skeleton(
            "yMMMM", date.fromisoformat(f"{month}-01"), locale=self._tongue.locale
        )

    def _moment(self, at: str) -> str:
        return moment(datetime.fromisoformat(at), self._tongue)

    def _size(self, count: int) -> str:
        """So many bytes, as people are told it."""
        unit, divisor = ("megabyte", 1_000_000) if count >= _LARGE else ("kilobyte", 1000)
        number = max(1, round(count / divisor))
        return format_unit(number, f"digital-{unit}", "short", locale=self._tongue.locale)

    def label(self, code: str, kind: str) -> Local | None:
        """What a code of that kind is called: STATUS, ACT or OUTCOME."""
        return local(self._labels.get((kind, code)), self._tongue)


def isolated(text: str) -> str:
    """`text`, read from left to right whatever stands around it, where no element can say so."""
    return f"\u2066{text}\u2069"
