"""Decide which cases a viewer reaches, and in which of them what may be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from connectors.contract.acts import Act
from connectors.contract.query import ComplaintQuery, Condition, Field, Op
from connectors.contract.records import AgencyCode, Channel
from resolvers.outcome import Forbidden
from resolvers.policy.roles import Role
from resolvers.policy.table import ACTS, CHANNELS, LIST, ONE, QUESTIONS, Reach
from resolvers.policy.viewer import Viewer

LOOKS_AT: Final[Mapping[Field, tuple[str, ...]]] = {
    Field.AGENCY: ("Complaint.agency_code",),
    Field.STATUS: ("Complaint.status",),
    Field.KIND: ("Complaint.kind",),
    Field.CHANNEL: ("Complaint.channel",),
    Field.SERVICE: ("Complaint.service_code",),
    Field.CATEGORY: ("Complaint.category",),
    Field.AREA: ("Location.area_code",),
    Field.POSITION: ("Location.latitude", "Location.longitude"),
    Field.CREATED: ("Complaint.created_at",),
    Field.UPDATED: ("Complaint.updated_at",),
    Field.RECEIVED: ("Complaint.received_at",),
    Field.DUE: ("Complaint.due_at",),
    Field.CLOSED: ("Complaint.closed_at",),
    Field.OVERDUE: ("Complaint.overdue",),
    Field.TEXT: ("Complaint.title", "Complaint.description"),
}
"""The fields of the table that a filter tells something about."""


@dataclass(frozen=True, slots=True)
class Case:
    """What rights in a case are decided by."""

    agency: AgencyCode
    """The agency responsible; of a filing, the one it is about."""
    filed_here: bool = False
    """Whether it was filed through the gateway; as far as this is asked for."""
    filed_by: str | None = None
    """The subject of whoever complains; None if that is not known, empty if they have none."""
    taking_part: frozenset[AgencyCode] = frozenset()
    """Other agencies that may do this in it, or read it, if theirs is a part that allows it."""
    opened: bool = False
    """Whether whoever asks gave its reference and tracking code."""


def scope(viewer: Viewer, query: ComplaintQuery) -> ComplaintQuery:
    """The part of `query` that `viewer` may ask. Raises `Forbidden` for who may not ask it."""
    match QUESTIONS[LIST].by_role[viewer.role]:
        case Reach.ALL:
            narrowed = query
        case Reach.AGENCIES if not viewer.agencies:
            raise Forbidden("lists of complaints are for staff of an agency; you serve none")
        case Reach.AGENCIES:
            own = Condition(Field.AGENCY, Op.IN, viewer.agencies)
            narrowed = ComplaintQuery(where=(*query.where, own), order=query.order)
        case _:
            raise Forbidden(
                "lists of complaints are for signed-in staff who handle or oversee them; a "
                "complaint can be read with its reference and tracking code"
            )
    _refuse_blind(viewer, query.where)
    return narrowed


def agencies_for(
    viewer: Viewer, question: str, asked: frozenset[AgencyCode] | None
) -> frozenset[AgencyCode] | None:
    """Those of the agencies `asked` about that `viewer` may ask this question about; None: all.

    Raises `Forbidden` for who may ask it about none.
    """
    match QUESTIONS[question].by_role[viewer.role]:
        case Reach.ALL:
            return asked
        case Reach.AGENCIES if viewer.agencies:
            return viewer.agencies if asked is None else viewer.agencies & asked
        case _:
            raise Forbidden(
                "this is for signed-in staff who handle or oversee cases, and whoever runs the "
                "gateway"
            )


def may_read(viewer: Viewer, case: Case) -> bool:
    """Whether `viewer` may read this one case without its tracking code."""
    return may_ask(viewer, ONE, case)


def may_ask(viewer: Viewer, question: str, case: Case) -> bool:
    """Whether `viewer` may ask this question about this one case without its tracking code."""
    return _reaches(QUESTIONS[question].by_role[viewer.role], viewer, case)


def may(viewer: Viewer, act: Act, case: Case) -> bool:
    """Whether `viewer` may do this in `case`, as far as rights go."""
    row = ACTS[act]
    if case.opened and row.with_code is Reach.ALL:
        return True
    return _reaches(row.by_role[viewer.role], viewer, case)


def require(viewer: Viewer, act: Act, case: Case) -> None:
    """Raise `Forbidden` unless `viewer` may do this in `case`."""
    if not may(viewer, act, case):
        raise Forbidden(f"{act} is not for you: {_for_whom(act)}")


def may_say(viewer: Viewer, channel: Channel) -> bool:
    """Whether `viewer` may say that a complaint came this way."""
    return viewer.role in who_may_say(channel)


def who_may_say(channel: Channel) -> tuple[Role, ...]:
    """Who may say that a complaint came this way."""
    by_role = CHANNELS[channel].by_role
    return tuple(role for role, reach in by_role.items() if reach is Reach.ALL)


def _reaches(reach: Reach, viewer: Viewer, case: Case) -> bool:
    match reach:
        case Reach.ALL:
            return True
        case Reach.AGENCIES:
            return case.agency in viewer.agencies
        case Reach.PART:
            return not viewer.agencies.isdisjoint({case.agency, *case.taking_part})
        case Reach.FILED:
            return case.filed_here
        case Reach.OWN:
            # Nobody has the name that a case without a complainant's is kept under.
            return bool(case.filed_by) and case.filed_by == viewer.subject
        case Reach.NONE:
            return False


def _refuse_blind(viewer: Viewer, conditions: Iterable[Condition]) -> None:
    """Refuse to filter by what is not shown: whether a row is there would tell it."""
    for condition in conditions:
        if not viewer.sight.covers(*LOOKS_AT[condition.field]):
            raise Forbidden(
                f"complaints cannot be filtered by {condition.field.name} by who is not shown it"
            )


def _for_whom(act: Act) -> str:
    row = ACTS[act]
    whom = [
        f"{role} ({_IN_WHICH[reach]})"
        for role, reach in row.by_role.items()
        if reach is not Reach.NONE
    ]
    if row.with_code is Reach.ALL:
        whom.insert(0, "whoever gives reference and tracking code")
    return f"it is for {', '.join(whom)}"


_IN_WHICH: Final[Mapping[Reach, str]] = {
    Reach.OWN: "in cases they filed",
    Reach.FILED: "in cases filed here",
    Reach.AGENCIES: "in cases of agencies they serve",
    Reach.PART: "in cases in which agencies they serve take part",
    Reach.ALL: "in any",
}
