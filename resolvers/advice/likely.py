"""Rank the agencies that are likely competent for what a text tells, each with its reasons."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from heapq import nsmallest
from typing import Final

from connectors.contract.records import Agency, AgencyCode, Service
from resolvers.advice.catalogue import Catalogue, Offer
from resolvers.advice.localities import Localities, Nearness, Whereabouts
from resolvers.advice.words import readings, telling

_LEAST: Final = 0.3
"""What the words must weigh to suggest anything."""
_OF_NEARNESS: Final = {
    Nearness.NAMED: 1.0,
    Nearness.AROUND: 0.9,
    Nearness.UNKNOWN: 0.6,
    Nearness.REGION: 0.5,
    Nearness.ELSEWHERE: 0.2,
}
"""The part of the score that is left to a local agency."""
_DIGITS: Final = 4


class ReasonCode(StrEnum):
    """Why an agency is likely, or less likely."""

    SERVICE_WORDS = "SERVICE_WORDS"
    AGENCY_WORDS = "AGENCY_WORDS"
    PLACE_NAMED = "PLACE_NAMED"
    PLACE_AROUND = "PLACE_AROUND"
    SAME_REGION = "SAME_REGION"
    ELSEWHERE = "ELSEWHERE"


_REASON_OF: Final = {
    Nearness.NAMED: ReasonCode.PLACE_NAMED,
    Nearness.AROUND: ReasonCode.PLACE_AROUND,
    Nearness.REGION: ReasonCode.SAME_REGION,
    Nearness.ELSEWHERE: ReasonCode.ELSEWHERE,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for an agency or against it."""

    code: ReasonCode
    words: tuple[str, ...] = ()
    """The words of the text, folded."""
    region: str | None = None
    """The agency's, where that is the reason."""


@dataclass(frozen=True, slots=True)
class LikelyAgency:
    """An agency that may be competent."""

    agency: Agency
    service: Service | None
    """The one of its services that most speaks for; None if only its name does."""
    score: float
    """Above 0 and below 1; for comparing within one answer."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LikelyAgencies:
    """The agencies that may be competent, and which regions were understood."""

    suggestions: tuple[LikelyAgency, ...]
    """The likeliest first, then by code; each agency once; none if nothing speaks for any."""
    regions: tuple[str, ...]
    """ISO 3166-2:MA codes of where it is, as far as that was understood."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What speaks for one agency."""

    agency: Agency
    offer: int | None
    service: Service | None
    weight: float
    nearness: Nearness | None
    """None for an agency that serves the whole country, or may."""

    @property
    def score(self) -> float:
        part = 1.0 if self.nearness is None else _OF_NEARNESS[self.nearness]
        return round(self.weight / (self.weight + 1) * part, _DIGITS)


class Competence:
    """Ranks the agencies of one registry; indexes them when it is first asked."""

    def __init__(self, agencies: Mapping[AgencyCode, Agency]) -> None:
        """Rank `agencies`."""
        self._agencies = agencies

    @cached_property
    def catalogue(self) -> Catalogue:
        """What they offer, by words."""
        return Catalogue(self._agencies)

    @cached_property
    def _localities(self) -> Localities:
        return Localities(self._agencies)

    def likely(self, text: str, *, place: str | None, first: int) -> LikelyAgencies:
        """At most `first` agencies for what `text` tells.

        `place` is where it happened: an ISO 3166-2:MA code or a name; None looks for names of
        places in the text. Raises `Refusal` for an unknown code.
        """
        where = (
            self._localities.named_in(text) if place is None else self._localities.of_place(place)
        )
        words = self._known_words(text)
        ranking = _Ranking(self._agencies, self.catalogue, where, words, first)
        return LikelyAgencies(
            tuple(ranking.told(case) for case in ranking.best()), tuple(sorted(where.regions))
        )

    def _known_words(self, text: str) -> Mapping[str, str]:
        """The stems in `text` that the catalogue knows, each with the word it was read from."""
        found: dict[str, str] = {}
        for word in telling(text):
            known = next((each for each in readings(word) if each in self.catalogue), None)
            if known is not None:
                found.setdefault(known, word)
        return found


class _Ranking:
    """One question, by numbers."""

    def __init__(
        self,
        agencies: Mapping[AgencyCode, Agency],
        catalogue: Catalogue,
        where: Whereabouts,
        words: Mapping[str, str],
        first: int,
    ) -> None:
        self._agencies = agencies
        self._catalogue = catalogue
        self._where = where
        self._words = words
        self._first = first
        self._by_words = catalogue.by_words.weights(words)
        self._by_name = {
            catalogue.named[number]: (number, weight)
            for number, weight in catalogue.by_name.weights(words).items()
        }

    def best(self) -> Sequence[_Case]:
        """The likeliest first, then by code."""
        every = (*self._singled_out(), *self._others())
        return nsmallest(self._first, every, key=lambda each: (-each.score, each.agency.code))

    def told(self, case: _Case) -> LikelyAgency:
        """`case` with its reasons in words."""
        return LikelyAgency(case.agency, case.service, case.score, tuple(self._reasons(case)))

    def _singled_out(self) -> Iterator[_Case]:
        """Those of which something speaks for themselves: their names, or where they are."""
        for code in {*self._where.near, *self._by_name}:
            _, weight = self._by_name.get(code, (0, 0.0))
            offered = [
                (self._by_words[number], number, service)
                for number, service in self._catalogue.offered_by(code)
                if number in self._by_words
            ]
            of_offer, number, service = max(
                offered, key=lambda each: (each[0], -each[1]), default=(0.0, None, None)
            )
            if of_offer + weight >= _LEAST:
                near = self._where.near.get(code)
                yield _Case(self._agencies[code], number, service, of_offer + weight, near)

    def _others(self) -> Iterator[_Case]:
        """Of all others, as many of each nearness as might be among the first."""
        heavy = [pair for pair in self._by_words.items() if pair[1] >= _LEAST]
        heavy.sort(key=lambda pair: (-pair[1], pair[0]))
        seen = {*self._where.near, *self._by_name}
        left = Counter(dict.fromkeys((None, *Nearness), self._first))
        for number, weight in heavy:
            if all(left[nearness] <= 0 for nearness in self._usual):
                return
            for service, nearness in self._services_of(self._catalogue.offers[number], left):
                code = service.agency_code
                if code not in seen:
                    seen.add(code)
                    left[nearness] -= 1
                    yield _Case(self._agencies[code], number, service, weight, nearness)

    @property
    def _usual(self) -> Sequence[Nearness | None]:
        """What nearness others have; with enough of each there is nothing left to find."""
        if self._where.regions:
            return (None, Nearness.REGION, Nearness.ELSEWHERE)
        return (None, Nearness.UNKNOWN)

    def _services_of(
        self, offer: Offer, left: Mapping[Nearness | None, int]
    ) -> Iterator[tuple[Service, Nearness | None]]:
        """Each service of `offer` that may still be wanted, with how it lies."""
        yield from _while_wanted(offer.everywhere, None, left)
        regions = self._where.regions
        if not regions:
            yield from _while_wanted(offer.local.values(), Nearness.UNKNOWN, left)
            return
        near = (
            service for region in sorted(regions) for service in offer.by_region.get(region, ())
        )
        yield from _while_wanted(near, Nearness.REGION, left)
        far = (
            service
            for code, service in offer.local.items()
            if self._where.of_region(self._agencies[code].region) is Nearness.ELSEWHERE
        )
        yield from _while_wanted(far, Nearness.ELSEWHERE, left)
        yield from _while_wanted(offer.by_region.get(None, ()), Nearness.UNKNOWN, left)

    def _reasons(self, case: _Case) -> Iterator[Reason]:
        catalogue, words = self._catalogue, self._words
        if case.offer is not None:
            said = catalogue.by_words.among(case.offer, words)
            yield Reason(ReasonCode.SERVICE_WORDS, tuple(words[each] for each in said))
        if case.agency.code in self._by_name:
            said = catalogue.by_name.among(self._by_name[case.agency.code][0], words)
            yield Reason(ReasonCode.AGENCY_WORDS, tuple(words[each] for each in said))
        code = None if case.nearness is None else _REASON_OF.get(case.nearness)
        if code is not None:
            place = self._where.words.get(case.agency.code)
            yield Reason(code, () if place is None else (place,), case.agency.region)


def _while_wanted(
    services: Iterable[Service],
    nearness: Nearness | None,
    left: Mapping[Nearness | None, int],
) -> Iterator[tuple[Service, Nearness | None]]:
    for service in services:
        if left[nearness] <= 0:
            return
        yield service, nearness
