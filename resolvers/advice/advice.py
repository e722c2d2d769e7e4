"""Answer what somebody asks before they file, within bounds of length."""

from typing import Final

from connectors.contract.query import Selection
from resolvers.advice.excluded import ExcludedMatter, excluded_matters
from resolvers.advice.likely import Competence, LikelyAgencies
from resolvers.advice.similar import Similar, SimilarComplaints, SimilarQuestion
from resolvers.complaints import Complaints, Engine
from resolvers.outcome import Refusal
from resolvers.policy import Viewer

LONGEST_TEXT: Final = 20_000
"""As long as a description that is filed."""
LONGEST_PLACE: Final = 200


class Advice:
    """Advises by one configuration."""

    def __init__(self, engine: Engine, complaints: Complaints) -> None:
        """Advise by the registry of `engine` and the cases that `complaints` reads."""
        self._competence = Competence(engine.registry.agencies)
        self._similar = Similar(engine, complaints, self._competence)

    def likely(self, text: str, *, place: str | None, first: int) -> LikelyAgencies:
        """The agencies that are likely competent. Raises `Refusal`."""
        _bound("text", text, LONGEST_TEXT)
        _bound("place", place, LONGEST_PLACE)
        return self._competence.likely(text, place=place, first=first)

    def excluded(self, text: str | None) -> tuple[ExcludedMatter, ...]:
        """What the law excludes, and what `text` hints at. Raises `Refusal`."""
        _bound("text", text, LONGEST_TEXT)
        return excluded_matters(text)

    async def similar(
        self,
        viewer: Viewer,
        question: SimilarQuestion,
        selection: Selection,
        *,
        first: int,
        most: int,
        deadline: float,
    ) -> SimilarComplaints:
        """What open cases are like what is about to be filed. Raises `Refusal`."""
        _bound("text", question.text, LONGEST_TEXT)
        return await self._similar.find(
            viewer, question, selection, first=first, most=most, deadline=deadline
        )


def _bound(name: str, text: str | None, most: int) -> None:
    if text is not None and len(text) > most:
        raise Refusal(f"{name}: at most {most} characters; came {len(text)}")
