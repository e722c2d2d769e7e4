"""Tell what whoever sees a case may do in it as it stands, by what the acts themselves are held to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from connectors.contract.acts import Act, Inadmissibility
from connectors.contract.changes import Change, Standing
from connectors.contract.errors import ConnectorError
from connectors.contract.ledger import FIRST_GENERATION
from connectors.contract.query import Selection
from connectors.contract.records import AuthorRole, Complaint, Mode, Outcome, utc_now
from resolvers.deadline import store_given_up_at
from resolvers.lifecycle import WAYS, HandOverPolicy, Request, decide, way_of
from resolvers.outgoing import NotTaken, outgoing
from resolvers.policy import Viewer
from resolvers.ports import Ledger
from resolvers.refusing import WITH_TEXT
from resolvers.registry import Desk, Registry
from resolvers.sides import side_of

_K = TypeVar("_K")
_Answer = TypeVar("_Answer", bound=Complaint | ConnectorError)

_WORDS: Final = "."


@dataclass(frozen=True, slots=True)
class Possible:
    """Adds to cases what can be done in them, by the ledger and what systems take."""

    ledger: Ledger
    registry: Registry
    hand_over: HandOverPolicy

    async def add(
        self,
        viewer: Viewer,
        cases: Mapping[_K, _Answer],
        selection: Selection,
        *,
        opened: bool = False,
        deadline: float,
    ) -> Mapping[_K, _Answer]:
        """`cases` with what `viewer` may do in each, if the selection wants that.

        They are whole: references are not yet pseudonyms. One statement for all of them; if the
        store fails, it stays unknown. `opened` by their tracking codes, `deadline` in loop time.
        """
        if not selection.acts:
            return cases
        records = [each for each in cases.values() if isinstance(each, Complaint)]
        references = [each.reference for each in records if each.reference is not None]
        standings: Mapping[str, Standing] = {}
        try:
            if references:
                async with store_given_up_at(deadline):
                    standings = await self.ledger.standings(references)
        except ConnectorError:
            return cases
        now = utc_now()
        return {
            key: self._with_acts(viewer, case, standings, now, opened=opened)
            for key, case in cases.items()
        }

    def _with_acts(
        self,
        viewer: Viewer,
        case: _Answer,
        standings: Mapping[str, Standing],
        now: datetime,
        *,
        opened: bool,
    ) -> _Answer:
        if not isinstance(case, Complaint):
            return case
        unfiled = case.reference is None
        standing = _untouched(case) if unfiled else standings.get(str(case.reference))
        acts = () if standing is None else self.acts(viewer, standing, now, opened=opened)
        return msgspec.structs.replace(case, possible_acts=tuple(acts))

    def acts(
        self, viewer: Viewer, standing: Standing, now: datetime, *, opened: bool
    ) -> Iterator[Act]:
        """What `viewer` may do in a case that stands like that, in the order of the lifecycle."""
        for act in WAYS:
            side = side_of(viewer, act, standing, opened=opened)
            if side is None or not isinstance(way_of(act, standing, now, self.hand_over), tuple):
                continue
            if act is Act.TRANSFER:
                # Whatever its system does not take of a transfer an officer does there.
                taken = standing.places is None or not standing.places.on_its_way
            else:
                taken = side is AuthorRole.COMPLAINANT or self._is_taken(act, standing, now)
            if taken:
                yield act

    def _is_taken(self, act: Act, standing: Standing, now: datetime) -> bool:
        """Whether what an officer does here is taken by whoever holds the case."""
        if standing.mode is Mode.OWN:
            return True
        source = self.registry.system_for(standing.source, standing.agency_code)
        if source is None or source.desk is Desk.PORTAL:
            return True
        decided = (decide(each, AuthorRole.AGENCY, standing, now) for each in _least(act))
        return any(
            isinstance(done, Change) and not isinstance(outgoing(done, source), NotTaken)
            for done in decided
        )


def _least(act: Act) -> Iterable[Request]:
    """The least that has to be given for `act`, in each way that it can be done."""
    yield Request(
        act,
        text=_WORDS if act in WITH_TEXT else None,
        outcome=Outcome.INFORMATION_GIVEN if act is Act.DECIDE else None,
    )
    if act is Act.ASSESS:
        yield Request(act, text=_WORDS, inadmissible=Inadmissibility.UNCLEAR)


def _untouched(case: Complaint) -> Standing:
    """How a case that never passed the gateway would stand, were it taken into the ledger now.

    Nobody is known as its complainant, so what only they are held to by it says nothing.
    """
    return Standing(
        reference="",
        agency_code=case.agency_code,
        source=case.origin.source,
        mode=case.origin.mode,
        kind=case.kind,
        status=case.status,
        version=case.version,
        subject="",
        filed_here=False,
        generation=FIRST_GENERATION,
        received_at=case.origin.fetched_at,
        due_at=None,
        events=0,
        last_decision=None,
        participants=case.participants,
    )
