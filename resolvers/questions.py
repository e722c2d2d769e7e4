"""Find out what a service asks of whoever files, and hold a filing to it."""

from dataclasses import dataclass
from typing import Final

from connectors.contract.errors import ConnectorError
from connectors.contract.records import Service
from resolvers.agencies import Agencies
from resolvers.answers import problems_of_answers
from resolvers.cache import LastKnown
from resolvers.deadline import part_of
from resolvers.filing_request import FilingRequest
from resolvers.unfit import unknown_service
from resolvers.wording import Language, Problem, Sentence
from resolvers.wording.saying import say

_FRESH_SECONDS: Final = 300.0
_KEPT_SECONDS: Final = 86_400.0
_MOST_KEPT: Final = 2_000
_PART_OF_TIME: Final = 0.5
"""Of what the request has; the rest is for making the filing durable."""


@dataclass(frozen=True, slots=True)
class Warned:
    """What could not be seen to although the filing was taken, as data."""

    code: str
    sentence: Sentence
    path: tuple[str, ...]
    """The input field it is about."""

    def message(self, language: Language) -> str:
        """The same in words."""
        return say(self.sentence, language, {})


UNCHECKED: Final = Warned("ANSWERS_UNCHECKED", Sentence.ANSWERS_UNCHECKED, ("attributes",))


class Questions:
    """What the services of all agencies ask, remembered for a while."""

    def __init__(self, agencies: Agencies) -> None:
        """Ask by `agencies`."""
        self._agencies = agencies
        self._known: LastKnown[Service] = LastKnown(_MOST_KEPT, seconds=_KEPT_SECONDS)

    async def check(
        self, request: FilingRequest, deadline: float
    ) -> tuple[tuple[Problem, ...], tuple[Warned, ...]]:
        """What is wrong with the service and answers of `request`, and what could not be checked.

        The agency is a known one. A system that is silent stops no filing: what it asked within
        the last day counts, and if that is not known either, a warning says so.
        """
        if request.service_code is None:
            return tuple(problems_of_answers(request.attributes, ())), ()
        try:
            service = await self._service(request, part_of(deadline, _PART_OF_TIME))
        except ConnectorError:
            return (), (UNCHECKED,)
        if service is None:
            return (unknown_service(request.agency_code, request.service_code),), ()
        return tuple(problems_of_answers(request.attributes, service.attributes or ())), ()

    async def _service(self, request: FilingRequest, deadline: float) -> Service | None:
        agency, code = request.agency_code, request.service_code or ""
        known = self._known.find((agency, code), younger_than=_FRESH_SECONDS)
        if known is not None:
            return known
        try:
            service = await self._agencies.service(agency, code, deadline=deadline)
        except ConnectorError:
            if (known := self._known.find((agency, code))) is None:
                raise
            return known
        if service is not None:
            self._known.keep((agency, code), service)
        return service
