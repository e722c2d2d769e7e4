"""Know the languages in which problems are told, and how each counts."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """A language in which the gateway speaks to people; the value is its BCP 47 tag."""

    AR = "ar"
    FR = "fr"
    EN = "en"


class Plural(StrEnum):
    """The forms that a number asks of a noun, as Unicode CLDR names them."""

    ZERO = "zero"
    ONE = "one"
    TWO = "two"
    FEW = "few"
    MANY = "many"
    OTHER = "other"


def plural(language: Language, number: int) -> Plural:
    """The form that `number`, a natural one, asks for; rules of CLDR 45 for cardinals."""
    return _RULES[language](number)


def _arabic(number: int) -> Plural:
    if number in _ARABIC_ALONE:
        return _ARABIC_ALONE[number]
    match number % 100:
        case 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10:
            return Plural.FEW
        case 0 | 1 | 2:
            return Plural.OTHER
        case _:
            return Plural.MANY


def _french(number: int) -> Plural:
    if number in {0, 1}:
        return Plural.ONE
    # « un million de caractères »
    return Plural.MANY if number % 1_000_000 == 0 else Plural.OTHER


def _english(number: int) -> Plural:
    return Plural.ONE if number == 1 else Plural.OTHER


_ARABIC_ALONE: Final[Mapping[int, Plural]] = {0: Plural.ZERO, 1: Plural.ONE, 2: Plural.TWO}
_RULES: Final[Mapping[Language, Callable[[int], Plural]]] = {
    Language.AR: _arabic,
    Language.FR: _french,
    Language.EN: _english,
}
FORMS: Final[Mapping[Language, frozenset[Plural]]] = {
    Language.AR: frozenset(Plural),
    Language.FR: frozenset({Plural.ONE, Plural.MANY, Plural.OTHER}),
    Language.EN: frozenset({Plural.ONE, Plural.OTHER}),
}
"""The forms that each language has."""
