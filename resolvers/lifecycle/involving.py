"""Decide who has to do with a case after an act, beside the agency that is responsible."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.contract.acts import Act
from connectors.contract.changes import Standing
from connectors.contract.records import AgencyCode, EventKind, Part, Participant
from resolvers.lifecycle.handing_over import HandOverPolicy
from resolvers.lifecycle.request import Request

OF_AN_AGENCY: Final = frozenset(
    {EventKind.TRANSFERRED, EventKind.CO_AGENCY_ADDED, EventKind.HANDED_OVER}
)
"""The events that name one."""


@dataclass(frozen=True, slots=True)
class Involved:
    """Who takes part from now on."""

    participants: tuple[Participant, ...] | None = None
    """None: as before."""
    of_event: AgencyCode | None = None
    """The agency that the event of it names."""


def involve(
    request: Request, standing: Standing, now: datetime, hand_over: HandOverPolicy
) -> Involved:
    """Who takes part after `request`, done at `now` in a case that stands like that."""
    match request.act:
        case Act.TRANSFER:
            left = Participant(agency_code=standing.agency_code, part=Part.FORMER, since=now)
            return Involved(_with(standing, left, gone=request.agency), request.agency)
        case Act.ADD_CO_AGENCY:
            joins, part = request.agency, Part.CO_AGENCY
        case Act.HAND_OVER:
            joins, part = hand_over.ombudsman, Part.OMBUDSMAN
        case _:
            return Involved()
    # Whoever is responsible sees more than a part would show.
    if joins is None or joins == standing.agency_code:
        return Involved(of_event=joins)
    return Involved(_with(standing, Participant(agency_code=joins, part=part, since=now)), joins)


def _with(
    standing: Standing, joining: Participant, *, gone: AgencyCode | None = None
) -> tuple[Participant, ...]:
    others = (
        each
        for each in standing.participants
        if each.agency_code not in {joining.agency_code, gone}
    )
    return (*others, joining)
