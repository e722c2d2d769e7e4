"""Know what is written to an agency about each of its services, in the languages people use."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from connectors.contract.records import Agency, Kind, Service
from gateway.demonstration.places import Place
from gateway.demonstration.wording import (
    REMARKS,
    SPANS,
    SUGGESTIONS,
    TRIED,
    WISHES,
    Words,
    named,
    troubles_of,
)
from gateway.generating import darija
from gateway.generating.drawing import one_of

Tongue = Literal["ar", "fr", "ary-Latn"]

_NUMBERED: Final = 4
"""Every so many complaints name the number of a file or a bill."""

_AID: Final = (
    Words("عدم التوصل بالدعم المؤقت", "Aide temporaire non reçue"),
    Words("رفض طلب الدعم دون تعليل", "Demande d'aide refusée sans motif"),
    Words("رسالة الدعم لم تصل", "Message d'aide jamais arrivé"),
)
"""What the surge is about."""

_ABOUT: Final = {"ar": "الخدمة المعنية:", "fr": "Service concerné :", "ary-Latn": "lkhidma:"}
_NUMBER: Final = {"ar": "رقم الملف", "fr": "Dossier n°", "ary-Latn": "ra9m dosi"}


@dataclass(frozen=True, slots=True)
class Said:
    """What one person wrote."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Subject:
    """One service of an agency, or none, as people speak of it."""

    service: Service | None
    troubles: tuple[Words, ...]

    def name(self, tongue: Tongue) -> str | None:
        """What the holder calls it, as the record's category."""
        if self.service is None:
            return None
        return named(self.service.name, "ar" if tongue == "ar" else "fr")

    def said(
        self,
        chance: Random,
        kind: Kind,
        tongue: Tongue,
        place: Place,
        district: Words,
        *,
        surge: bool,
    ) -> Said:
        """A title and a text about it."""
        title = self._title(chance, kind, tongue, surge=surge)
        name = self.name(tongue)
        about = f" {_ABOUT[tongue]} {name}." if name else ""
        where = _where(tongue, place, district)
        if kind is not Kind.COMPLAINT:
            return Said(title, f"{title} {where}{about}")
        number = (
            f" {_NUMBER[tongue]} {int(chance.random() * 9_000_000) + 1_000_000}."
            if chance.random() * _NUMBERED < 1
            else ""
        )
        span, tried, wish = _phrases(chance, tongue)
        return Said(title, f"{title} {span} {where}{about}{number} {tried} {wish}")

    def _title(self, chance: Random, kind: Kind, tongue: Tongue, *, surge: bool) -> str:
        if tongue == "ary-Latn":
            return one_of(chance, darija.AID if surge else darija.TROUBLES)
        if surge:
            words: Sequence[Words] = _AID
        elif kind is Kind.OBSERVATION:
            words = REMARKS
        elif kind is Kind.SUGGESTION:
            words = SUGGESTIONS
        else:
            words = self.troubles
        return one_of(chance, words).said(tongue)


def subjects_of(agency: Agency) -> tuple[Subject, ...]:
    """What can be written about to `agency`."""
    services: Sequence[Service | None] = agency.services or (None,)
    return tuple(Subject(service, troubles_of(service)) for service in services)


def _phrases(chance: Random, tongue: Tongue) -> tuple[str, str, str]:
    if tongue == "ary-Latn":
        parts = (darija.SPANS, darija.TRIED, darija.WISHES)
        return one_of(chance, parts[0]), one_of(chance, parts[1]), one_of(chance, parts[2])
    return (
        one_of(chance, SPANS).said(tongue),
        one_of(chance, TRIED).said(tongue),
        one_of(chance, WISHES).said(tongue),
    )


def _where(tongue: Tongue, place: Place, district: Words) -> str:
    match tongue:
        case "ar":
            return f"في مدينة {place.ar}، {district.ar}."
        case "fr":
            return f"à {place.fr}, {district.fr}."
        case "ary-Latn":
            return f"f {place.fr}, {district.fr}."
