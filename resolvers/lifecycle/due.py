"""When an answer is due after something was done in a case, where that moves the day."""

from collections.abc import Sequence

from msgspec.structs import replace

from connectors.contract.changes import Due
from connectors.contract.lifecycle import Status
from connectors.contract.records import Complaint, Decision, Event
from resolvers.clock import Clock, ClockPolicy, clock_of, facts_of


def due_after(
    events: Sequence[Event],
    decision: Decision | None,
    status: Status | None,
    policy: ClockPolicy,
    case: Complaint,
) -> Due | None:
    """What is due once these were added to `case`; None if they do not move it.

    Pauses and extensions move it, and reopening. A changed policy alone does not: what a receipt
    promised stays until something happens that the clock counts.
    """
    after = replace(
        case,
        status=status or case.status,
        events=(*(case.events or ()), *events),
        decisions=(*(case.decisions or ()), *([] if decision is None else [decision])),
    )
    now, before = (clock_of(facts_of(each), policy) for each in (after, case))
    if not isinstance(now, Clock):
        return None
    if isinstance(before, Clock) and before.current.due_at == now.current.due_at:
        return None
    return Due(now.current.due_at)
