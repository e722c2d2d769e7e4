"""Find the open cases of an agency that are like a text, for whoever may read them; else count.

Who does not read an agency's cases is told only about how many there are: never below five, in
steps of five, and by the words of the service catalogue alone, so that nobody can find out by
trying whether a case names somebody.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from connectors.contract.errors import ConnectorError
from connectors.contract.lifecycle import OPEN
from connectors.contract.query import ComplaintQuery, Condition, Field, Op, Selection
from connectors.contract.records import AgencyCode, Complaint, SourceId, utc_now
from resolvers.advice.catalogue import words_of_services
from resolvers.advice.likely import Competence
from resolvers.advice.likeness import LEAST, Likeness
from resolvers.advice.places import AREAS
from resolvers.asking import Authority
from resolvers.complaints import Complaints, Engine
from resolvers.cursor import Place
from resolvers.deadline import part_of
from resolvers.execute import execute
from resolvers.outcome import Forbidden, Refusal, SourceStatus
from resolvers.plan import Plan, plan
from resolvers.policy import Viewer, scope

LOOKED_AT: Final = 100
"""The most cases that one question looks at: the newest that have its most telling word."""
_FEWEST: Final = 5
"""Smaller numbers are not told to who does not read the cases; larger ones in steps of it."""
_FOR_SOURCES: Final = 0.9
_TEXTS: Final = frozenset({"title", "description"})
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class SimilarQuestion:
    """What is about to be filed."""

    text: str
    agency: AgencyCode
    service_code: str | None = None
    area_code: str | None = None
    """ISO 3166-2:MA code; a region stands for its provinces and prefectures too."""


@dataclass(frozen=True, slots=True)
class SimilarComplaint:
    """An open case that is like the text."""

    complaint: Complaint
    score: float
    """Above 0, up to 1."""


@dataclass(frozen=True, slots=True)
class AskedSource:
    """How a source did that holds cases of the agency."""

    source: SourceId
    status: SourceStatus


@dataclass(frozen=True, slots=True)
class SimilarComplaints:
    """What open cases are like the text."""

    at_least: int | None
    """How many, rounded down to a multiple of five; None if fewer than five were found."""
    complaints: tuple[SimilarComplaint, ...] | None
    """The most alike first, then the newest; None for who does not read the agency's cases."""
    looked_at: int | None
    """How many cases were compared; None where `complaints` is."""
    searched_for: str | None
    """The part of a word that every case looked at has; None if no word told enough to look."""
    sources: tuple[AskedSource, ...]
    complete: bool
    """Whether every open case with that word was looked at."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """The cases looked at."""

    cases: Sequence[Complaint]
    sources: tuple[AskedSource, ...]
    complete: bool


class Similar:
    """Looks for similar cases; one for as long as the configuration stays."""

    def __init__(self, engine: Engine, complaints: Complaints, competence: Competence) -> None:
        """Read by `complaints`, count by `engine`, compare by the catalogue of `competence`."""
        self._engine = engine
        self._complaints = complaints
        self._competence = competence

    async def find(
        self,
        viewer: Viewer,
        question: SimilarQuestion,
        selection: Selection,
        *,
        first: int,
        most: int,
        deadline: float,
    ) -> SimilarComplaints:
        """At most `first` cases, of at most `most` looked at; `deadline` is loop time.

        Raises `Refusal` for an agency or area that is not known.
        """
        query = self._query(question)
        reads = self._reads(viewer, query)
        catalogue = self._competence.catalogue
        likeness = Likeness(catalogue, question.text, known_only=not reads)
        agency = self._engine.registry.agencies[question.agency]
        word = likeness.word_to_search(words_of_services(agency))
        if word is None:
            return _told((), None, _Looked((), (), complete=True), first=first, reads=reads)
        query = replace(query, where=(*query.where, Condition(Field.TEXT, Op.CONTAINS, (word,))))
        count = min(most, LOOKED_AT)
        looked = (
            await self._read(viewer, query, selection, count, deadline)
            if reads
            else await self._counted(query, count, deadline)
        )
        alike = _alike(likeness, looked.cases)
        return _told(alike, word, looked, first=first, reads=reads)

    def _query(self, question: SimilarQuestion) -> ComplaintQuery:
        if question.agency not in self._engine.registry.agencies:
            raise Refusal("agency: no agency has this code; `likelyAgencies` tells codes")
        where = [
            Condition(Field.AGENCY, Op.IN, frozenset({question.agency})),
            Condition(Field.STATUS, Op.IN, OPEN),
        ]
        if question.service_code is not None:
            where.append(Condition(Field.SERVICE, Op.IN, frozenset({question.service_code})))
        if question.area_code is not None:
            where.append(Condition(Field.AREA, Op.IN, _areas(question.area_code)))
        return ComplaintQuery(where=tuple(where))

    def _reads(self, viewer: Viewer, query: ComplaintQuery) -> bool:
        """Whether `viewer` reads the cases of the agency that `query` names."""
        if not viewer.reads_cases:
            return False
        try:
            return bool(self._engine.registry.select(scope(viewer, query).where))
        except Forbidden:
            return False

    async def _read(
        self,
        viewer: Viewer,
        query: ComplaintQuery,
        selection: Selection,
        count: int,
        deadline: float,
    ) -> _Looked:
        page = await self._complaints.search(
            viewer,
            query,
            replace(selection, fields=selection.fields | _TEXTS, total=False),
            first=count,
            deadline=deadline,
        )
        return _Looked(
            page.nodes,
            tuple(AskedSource(each.source, each.status) for each in page.sources),
            page.complete and not page.page_info.has_next_page,
        )

    async def _counted(self, query: ComplaintQuery, count: int, deadline: float) -> _Looked:
        """The cases for counting: for nobody to see, so that no viewer's rights bound them."""
        engine = self._engine
        decided = plan(query, Selection(fields=_TEXTS), engine.registry)
        authority = Authority("counted", part_of(deadline, _FOR_SOURCES))
        done, silent = await asyncio.gather(
            execute(
                decided,
                engine.askers,
                start=Place(),
                count=count,
                authority=authority,
                limits=engine.limits,
                now=utc_now(),
            ),
            self._silent_mirrors(decided, authority.deadline),
        )
        sources = (*(AskedSource(each.source, each.status) for each in done.outcomes), *silent)
        return _Looked(
            [record for record, _ in done.merged.rows],
            sources,
            not done.merged.more and all(each.status is SourceStatus.OK for each in sources),
        )

    async def _silent_mirrors(self, decided: Plan, deadline: float) -> Sequence[AskedSource]:
        """The mirrored sources of which nothing is known here."""
        names = [each.id for each in decided.mirrored]
        try:
            heard = await self._complaints.heard(names, deadline=deadline) if names else {}
        except ConnectorError:
            heard = {}
        return [AskedSource(name, SourceStatus.UNAVAILABLE) for name in names if name not in heard]


def _areas(code: str) -> frozenset[str]:
    if code not in AREAS:
        raise Refusal("areaCode: expected the ISO 3166-2:MA code of a region, province, prefecture")
    return frozenset(each.code for each in AREAS.values() if code in (each.code, each.region))


def _alike(likeness: Likeness, cases: Iterable[Complaint]) -> Sequence[SimilarComplaint]:
    scored = [
        SimilarComplaint(
            case, round(likeness.of(f"{case.title or ''} {case.description or ''}"), _DIGITS)
        )
        for case in cases
    ]
    # Stable: equal ones stay in the order they were read in, the newest first.
    return sorted((each for each in scored if each.score >= LEAST), key=lambda each: -each.score)


def _told(
    alike: Sequence[SimilarComplaint],
    word: str | None,
    looked: _Looked,
    *,
    first: int,
    reads: bool,
) -> SimilarComplaints:
    return SimilarComplaints(
        at_least=len(alike) // _FEWEST * _FEWEST or None,
        complaints=tuple(alike[:first]) if reads else None,
        looked_at=len(looked.cases) if reads else None,
        searched_for=word,
        sources=looked.sources,
        complete=looked.complete,
    )
