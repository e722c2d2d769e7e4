"""Find the services that the words of a text speak of, by an index made once per registry.

What many agencies offer in the same words is one *offer*: the words of a text are looked up among
offers, however many agencies there are. A word tells the more, the fewer offers use it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import log
from typing import Final

from connectors.contract.records import Agency, AgencyClass, AgencyCode, LocalizedText, Service
from resolvers.advice.words import stem, telling

_KEYWORD: Final = 1.0
_NAME: Final = 0.9
_GROUP: Final = 0.4
_AGENCY_NAME: Final = 0.6
_WORDS_OF_A_PHRASE: Final = 1.3
"""What the words of a keyword weigh together, if it has several."""
_LEAST_RARITY: Final = 0.25


class Offer:
    """The same service of one agency or more."""

    def __init__(self, services: Sequence[Service], agencies: Mapping[AgencyCode, Agency]) -> None:
        """Sort the `services`, which stand in the order of their agencies' codes."""
        self.everywhere: Final[list[Service]] = []
        """Those of agencies that serve the whole country, or may."""
        self.local: Final[dict[AgencyCode, Service]] = {}
        self.by_region: Final[defaultdict[str | None, list[Service]]] = defaultdict(list)
        """The local ones, by their agencies' regions."""
        for service in services:
            agency = agencies[service.agency_code]
            if is_local(agency):
                self.local[agency.code] = service
                self.by_region[agency.region].append(service)
            else:
                self.everywhere.append(service)


class Index:
    """Weighted words, and the numbers of what they stand for."""

    def __init__(self, entries: Iterable[Mapping[str, float]]) -> None:
        """Number the `entries`, each by its words with their weights, from 0 on."""
        self._entries = tuple(entries)
        found: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            for word, weight in entry.items():
                found[word].append((number, weight))
        count = len(self._entries)
        self._found: dict[str, tuple[float, Sequence[tuple[int, float]]]] = {
            word: (_rarity(len(places), count), places) for word, places in found.items()
        }

    def __contains__(self, word: str) -> bool:
        return word in self._found

    def rarity(self, word: str) -> float:
        """How much an indexed word tells: 1 if it stands for one thing only."""
        return self._found[word][0]

    def weights(self, stems: Iterable[str]) -> Mapping[int, float]:
        """What all of `stems` weigh together, for each number that any of them stands for."""
        together: defaultdict[int, float] = defaultdict(float)
        for each in stems:
            rarity, places = self._found.get(each, (0.0, ()))
            for number, weight in places:
                together[number] += weight * rarity
        return together

    def among(self, number: int, stems: Iterable[str]) -> Iterator[str]:
        """Those of `stems` that stand for `number`."""
        return (each for each in stems if each in self._entries[number])


class Catalogue:
    """The offers of a registry, and the words for them and for the agencies themselves."""

    def __init__(self, agencies: Mapping[AgencyCode, Agency]) -> None:
        """Index what `agencies` offer."""
        alike: defaultdict[tuple[object, ...], list[Service]] = defaultdict(list)
        for code in sorted(agencies):
            for service in agencies[code].services:
                alike[service.name, service.group, service.keywords].append(service)
        self.offers: Final = tuple(Offer(services, agencies) for services in alike.values())
        self.by_words: Final = Index(_words_of_service(services[0]) for services in alike.values())
        self._offered: Final[defaultdict[AgencyCode, list[tuple[int, Service]]]] = defaultdict(list)
        for number, services in enumerate(alike.values()):
            for service in services:
                self._offered[service.agency_code].append((number, service))
        named = [agencies[code] for code in sorted(agencies) if not is_local(agencies[code])]
        self.named: Final = tuple(agency.code for agency in named)
        """The agencies whose names tell what they do; those of communes tell where they are."""
        self.by_name: Final = Index(_words_of_agency(agency) for agency in named)

    def __contains__(self, word: str) -> bool:
        return word in self.by_words or word in self.by_name

    def offered_by(self, code: AgencyCode) -> Sequence[tuple[int, Service]]:
        """The numbers of the offers of an agency, each with its own service."""
        return self._offered.get(code, ())


def is_local(agency: Agency) -> bool:
    """Whether an agency serves the place that it is named after, and no other."""
    return agency.agency_class is AgencyClass.COLLECTIVITE


def stems_of(*texts: str | None) -> Iterator[str]:
    """The stems of what tells something in `texts`."""
    return (stem(word) for text in texts if text for word in telling(text))


def words_of_services(agency: Agency) -> frozenset[str]:
    """The stems by which what `agency` offers is found."""
    return frozenset(word for service in agency.services for word in _words_of_service(service))


def labels(name: LocalizedText) -> Iterator[str]:
    """A name in each language that it has."""
    return (label for label in (name.ar, name.fr, name.en, name.zgh) if label)


def _words_of_service(service: Service) -> Mapping[str, float]:
    weights: dict[str, float] = {}
    _weigh(weights, stems_of(service.group), _GROUP)
    for label in labels(service.name):
        _weigh_phrase(weights, label, _NAME)
    for keyword in service.keywords:
        _weigh_phrase(weights, keyword, _KEYWORD)
    return weights


def _words_of_agency(agency: Agency) -> Mapping[str, float]:
    weights: dict[str, float] = {}
    _weigh(weights, stems_of(*labels(agency.name)), _AGENCY_NAME)
    # A code is an acronym by which people know the agency, or else words of its name.
    _weigh(weights, [each for each in stems_of(agency.code) if each not in weights], _KEYWORD)
    return weights


def _weigh_phrase(weights: dict[str, float], phrase: str, weight: float) -> None:
    stems: Collection[str] = frozenset(stems_of(phrase))
    if stems:
        _weigh(weights, stems, weight * min(1.0, _WORDS_OF_A_PHRASE / len(stems)))


def _weigh(weights: dict[str, float], stems: Iterable[str], weight: float) -> None:
    for each in stems:
        weights[each] = max(weight, weights.get(each, 0.0))


def _rarity(count: int, of: int) -> float:
    if of <= 1:
        return 1.0
    return max(_LEAST_RARITY, 1 - log(count) / log(of))
