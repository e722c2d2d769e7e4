"""Find which places a text speaks of, and how near to them each local agency is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connectors.contract.records import Agency, AgencyCode
from resolvers.advice.catalogue import is_local, labels, stems_of
from resolvers.advice.places import ALSO_COMMON_WORDS, AREAS, Area
from resolvers.advice.words import readings, telling
from resolvers.outcome import Refusal

_KINDS: Final = frozenset(
    stems_of(
        "commune arrondissement district province préfecture région conseil ville council region "
        "municipality city جماعة مقاطعة إقليم عمالة جهة مجلس مدينة"
    )
)
"""What local agencies are called beside the place."""
_CODE: Final = re.compile(r"MA-[A-Z0-9]{2,3}")
_LONGEST: Final = 5
"""Words of a place's name."""

Name = tuple[str, ...]


class Nearness(StrEnum):
    """How a local agency lies to the places that were named."""

    NAMED = "NAMED"
    AROUND = "AROUND"
    """It is a part of what was named, or what was named is a part of it."""
    REGION = "REGION"
    ELSEWHERE = "ELSEWHERE"
    UNKNOWN = "UNKNOWN"
    """No place was named, or the agency has no region."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The places that were named."""

    near: Mapping[AgencyCode, Nearness]
    """The local agencies NAMED and AROUND."""
    regions: frozenset[str]
    """ISO 3166-2:MA codes."""
    words: Mapping[AgencyCode, str]
    """By which words an agency was NAMED; without those named by a code."""

    def of_region(self, region: str | None) -> Nearness:
        """How the other local agencies of `region` lie."""
        if not self.regions or region is None:
            return Nearness.UNKNOWN
        return Nearness.REGION if region in self.regions else Nearness.ELSEWHERE


class Localities:
    """The places of a registry by their names."""

    def __init__(self, agencies: Mapping[AgencyCode, Agency]) -> None:
        """Index the local ones of `agencies`."""
        self._agencies = agencies
        self._parts: defaultdict[AgencyCode, list[AgencyCode]] = defaultdict(list)
        self._by_name: defaultdict[Name, list[Agency | Area]] = defaultdict(list)
        for area in AREAS.values():
            self._enter(area, area.names)
        for code in sorted(agencies):
            agency = agencies[code]
            if agency.parent is not None:
                self._parts[agency.parent].append(code)
            if is_local(agency):
                self._enter(agency, labels(agency.name))
        self._first = frozenset(word for name in self._by_name for word in name)
        self._common = frozenset(_name(each) for each in ALSO_COMMON_WORDS)

    def named_in(self, text: str) -> Whereabouts:
        """The places in `text`, but for those whose names mean something else more often."""
        return self._whereabouts(self._found(text, without=self._common))

    def of_place(self, place: str) -> Whereabouts:
        """The places that `place` means: an ISO 3166-2:MA code, or names.

        Raises `Refusal` for what looks like a code and is none.
        """
        if not _CODE.fullmatch(place):
            return self._whereabouts(self._found(place))
        area = AREAS.get(place)
        if area is None:
            raise Refusal("place: no region, province or prefecture has this ISO 3166-2:MA code")
        if area.code == area.region:
            return Whereabouts({}, frozenset({area.region}), {})
        named = [each for name in area.names for each in self._by_name.get(_name(name), ())]
        return self._whereabouts((found, None) for found in (area, *named))

    def _enter(self, what: Agency | Area, names: Iterable[str]) -> None:
        for name in {_name(each) for each in names}:
            if name:
                self._by_name[name].append(what)

    def _found(
        self, text: str, *, without: frozenset[Name] = frozenset()
    ) -> Sequence[tuple[Agency | Area, str]]:
        words = list(telling(text))
        stems = [self._reading(word) for word in words]
        found: list[tuple[Agency | Area, str]] = []
        start = 0
        while start < len(stems):
            name = next((n for n in self._names_at(stems, start) if n not in without), ())
            said = " ".join(words[start : start + len(name)])
            found += [(each, said) for each in self._by_name.get(name, ())]
            start += len(name) or 1
        return found

    def _names_at(self, stems: Sequence[str], start: int) -> Iterable[Name]:
        """The names that begin there, the longest first."""
        if stems[start] not in self._first:
            return ()
        cuts = (tuple(stems[start : start + length]) for length in range(_LONGEST, 0, -1))
        return (cut for cut in cuts if cut in self._by_name)

    def _reading(self, word: str) -> str:
        every = readings(word)
        return next((each for each in every if each in self._first), every[0])

    def _whereabouts(self, found: Iterable[tuple[Agency | Area, str | None]]) -> Whereabouts:
        near: dict[AgencyCode, Nearness] = {}
        words: dict[AgencyCode, str] = {}
        regions: set[str] = set()
        for what, said in found:
            if what.region is not None:
                regions.add(what.region)
            if isinstance(what, Agency):
                near[what.code] = Nearness.NAMED
                if said is not None:
                    words[what.code] = said
        for code in tuple(near):
            parent = self._agencies[code].parent
            for other in (*self._parts.get(code, ()), *((parent,) if parent else ())):
                if other in self._agencies and is_local(self._agencies[other]):
                    near.setdefault(other, Nearness.AROUND)
        return Whereabouts(near, frozenset(regions), words)


def _name(label: str) -> Name:
    every = tuple(stems_of(label))
    return tuple(each for each in every if each not in _KINDS) or every
