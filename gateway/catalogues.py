"""Say to people what a part of the program has to say, in the language that they read.

A message is its English sentence; a catalogue, `<tag>.po` in the folder of the part that says it,
has the same in another language, as gettext keeps it.
"""

from enum import StrEnum
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from resolvers.wording import Language

__all__ = ["Language", "Tongue", "catalogue"]


class Tongue(StrEnum):
    """A language in which pages and letters are written; the value is its BCP 47 tag."""

    AR = "ar"
    FR = "fr"
    EN = "en"
    ZGH = "zgh"

    @property
    def whole(self) -> "Tongue":
        """The language of what this one does not say yet, in which everything is said."""
        return _WHOLE.get(self, self)

    @property
    def language(self) -> Language:
        """That, as the graph's own sentences know it."""
        return Language(self.whole)

    @cached_property
    def locale(self) -> Locale:
        """How dates and numbers are written."""
        return Locale.parse(_LOCALES[self])

    @property
    def direction(self) -> str:
        """As HTML says it: rtl or ltr."""
        return self.locale.text_direction

    @property
    def own_name(self) -> str:
        """What those who speak it call it."""
        return _OWN_NAMES[self]


_WHOLE: Final = {
    # Tifinagh is written from left to right, and so is what stands beside it.
    Tongue.ZGH: Tongue.FR,
}
_LOCALES: Final = {
    Tongue.AR: "ar_MA",
    Tongue.FR: "fr_MA",
    Tongue.EN: "en_GB",
    Tongue.ZGH: "zgh_MA",
}
_OWN_NAMES: Final = {
    Tongue.AR: "العربية",
    Tongue.FR: "Français",
    Tongue.EN: "English",
    Tongue.ZGH: "ⵜⴰⵎⴰⵣⵉⵖⵜ",
}


@cache
def catalogue(folder: Path, tongue: Tongue) -> NullTranslations:
    """What the part of the program that has its catalogues in `folder` says in `tongue`.

    What it does not say there it says in `tongue.whole`. Raises `FileNotFoundError`.
    """
    if tongue is Tongue.EN:
        return NullTranslations()
    path = folder / f"{tongue}.po"
    with path.open("rb") as file:
        messages = read_po(file, locale=tongue, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    found = Translations(compiled)
    if tongue.whole is not tongue:
        found.add_fallback(catalogue(folder, tongue.whole))
    return found
