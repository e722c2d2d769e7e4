"""What is told to be possible is what the acts then accept: in every state, for everyone, wherever held."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from math import gcd
from typing import Any, Final
from uuid import uuid4

import pytest

from connectors.contract.acts import Act, Inadmissibility
from connectors.contract.capabilities import Capabilities, Idempotency, MessageCapability
from connectors.contract.changes import Change, Changed, Doing, Places, Standing
from connectors.contract.ledger import FIRST_GENERATION, LedgerRow
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    STORE,
    Agency,
    AgencyClass,
    AgencyCode,
    Kind,
    LocalizedText,
    Mode,
    Outcome,
    Part,
    Participant,
    SourceId,
    Visibility,
    utc_now,
)
from connectors.memory import FULL
from resolvers.acts import Acts, Which
from resolvers.lifecycle import AT_ONCE, WAYS, Request
from resolvers.opening import Opening
from resolvers.policy import ANONYMOUS, Role, Viewer
from resolvers.possible import Possible
from resolvers.receipt import TrackingCodes, draw_reference
from resolvers.registry import Desk, Registry, Source
from resolvers.uploads.claiming import Claiming
from resolvers.uploads.limits import AttachmentLimits
from tests.resolvers.desk import AnyFiles

NOW: Final = utc_now()
CITY, ROADS, TAXES = AgencyCode("city"), AgencyCode("roads"), AgencyCode("taxes")
SYSTEM: Final = SourceId("system")
CODES: Final = TrackingCodes(b"k" * 32)
REFERENCE: Final = draw_reference()
_STRIDE: Final = 31
CODE: Final = CODES.derive(REFERENCE, FIRST_GENERATION)
NOTHING: Final = Capabilities(fields=frozenset())
WORDS: Final = replace(
    NOTHING, says=MessageCapability(frozenset({Visibility.PUBLIC}), Idempotency.KEY)
)
SOME_MOVES: Final = replace(
    FULL, moves=frozenset({Status.IN_PROGRESS, Status.INADMISSIBLE, Status.ANSWERED})
)

VIEWERS: Final = {
    "with the code": (ANONYMOUS, True),
    "officer with the code": (Viewer(Role.OFFICER, "o", frozenset({CITY})), True),
    "who filed it": (Viewer(Role.CITIZEN, "citizen"), False),
    **{
        f"{role} of {agency}": (Viewer(role, "someone", frozenset({agency})), False)
        for role in (Role.OFFICER, Role.AGENCY_SYSTEM)
        for agency in (CITY, ROADS, TAXES)
    },
    **{role.word: (Viewer(role, "someone"), False) for role in Role if not role.serves_agencies},
}
"""By name, who asks and whether they gave the code."""

STATES: Final = {
    "new": {},
    "overdue": {"due_at": NOW - timedelta(days=2)},
    "answered before": {"last_decision": "d"},
    "handed over": {"last_decision": "d", "handed_over_at": NOW},
    "suggestion": {"kind": Kind.SUGGESTION},
    "on its way": {"places": Places(on_its_way=True)},
    "entered for them": {"subject": ""},
}

HELD: Final = {
    "own": (Mode.OWN, STORE, NOTHING, Desk.OWN),
    "pending": (Mode.PENDING, STORE, WORDS, Desk.OWN),
    "takes nothing": (Mode.LIVE, SYSTEM, NOTHING, Desk.OWN),
    "takes words": (Mode.MIRROR, SYSTEM, WORDS, Desk.OWN),
    "takes some moves": (Mode.LIVE, SYSTEM, SOME_MOVES, Desk.OWN),
    "takes all": (Mode.LIVE, SYSTEM, FULL, Desk.OWN),
    "answers here": (Mode.LIVE, SYSTEM, NOTHING, Desk.PORTAL),
    "left the registry": (Mode.LIVE, SourceId("gone"), FULL, Desk.OWN),
}


@dataclass
class OneCase:
    """A ledger with one case, in which whatever is decided is not kept."""

    standing: Standing

    async def find(self, reference: str) -> LedgerRow | None:
        now = self.standing
        return LedgerRow(
            reference=reference,
            source=now.source,
            source_id="1",
            agency_code=now.agency_code,
            mode=now.mode,
            generation=FIRST_GENERATION,
            code_hash=CODES.hash(REFERENCE, CODE),
            received_at=now.received_at,
            subject=now.subject,
        )

    async def change(
        self, case: object, doing: Doing, decide: Callable[[Standing], Any]
    ) -> Changed | Any:
        other = replace(self.standing, reference="another", status=Status.IN_PROGRESS)
        places = self.standing.places if doing.act is Act.TRANSFER else None
        decided = decide(replace(self.standing, other=other, places=places))
        return Changed(REFERENCE, 2, replayed=False) if isinstance(decided, Change) else decided


def standing(mode: Mode, source: SourceId, status: Status, **changes: Any) -> Standing:
    usual = Standing(
        reference=REFERENCE,
        agency_code=CITY,
        source=source,
        mode=mode,
        kind=Kind.COMPLAINT,
        status=status,
        version=1,
        subject="citizen",
        filed_here=True,
        generation=FIRST_GENERATION,
        received_at=NOW,
        due_at=NOW + timedelta(days=60),
        events=1,
        last_decision=None,
        participants=(Participant(agency_code=ROADS, part=Part.CO_AGENCY, since=NOW),),
    )
    return replace(usual, **changes)


def registry_with(mode: Mode, can: Capabilities, desk: Desk) -> Registry:
    """Three agencies, of which the city has a system unless its cases are the store's own."""
    agencies = {
        code: Agency(code=code, name=LocalizedText(ar=code, fr=code), agency_class=AgencyClass.EEP)
        for code in (CITY, ROADS, TAXES)
    }
    store = Source(STORE, "store", Mode.OWN, FULL)
    system = Source(SYSTEM, "memory", Mode.LIVE, can, (CITY,), desk=desk)
    return Registry(
        agencies, {STORE: store} if mode is Mode.OWN else {STORE: store, SYSTEM: system}
    )


def valid(act: Act) -> Iterator[Request]:
    """What somebody may well ask for who does `act`; of more than one the least will do."""
    given: dict[str, Any] = {"text": "Une phrase"}
    match act:
        case Act.DECIDE:
            given["outcome"] = Outcome.UPHELD
        case Act.RATE:
            given["score"] = 4
        case Act.LINK_DUPLICATE:
            given["original"] = REFERENCE
        case Act.TRANSFER | Act.ADD_CO_AGENCY:
            given["agency"] = TAXES
        case Act.HAND_OVER:
            given["no_court_seized"] = True
        case Act.ASSESS:
            yield Request(act)
            given["inadmissible"] = Inadmissibility.OUT_OF_SCOPE
    yield Request(act, **given)
    if act not in {Act.DECIDE, Act.ASSESS}:
        yield Request(act, **given | {"text": None})


async def accepted(acts: Acts, viewer: Viewer, act: Act, *, opened: bool, deadline: float) -> bool:
    """Whether `act` is done, given one way or another."""
    which = Which(reference=REFERENCE, tracking_code=CODE if opened else None)
    for request in valid(act):
        done = await acts.do(viewer, which, request, key=uuid4().hex, deadline=deadline)
        if not done.problems:
            return True
    return False


async def compared(held: str, combinations: Sequence[tuple[Status, str, str]]) -> set[Act]:
    """Asserts that what is told is what is accepted, in each of them; what was, in any."""
    mode, source, can, desk = HELD[held]
    registry = registry_with(mode, can, desk)
    ledger: Any = OneCase(standing(mode, source, Status.SUBMITTED))
    unread: Any = None
    claiming = Claiming(AnyFiles(), AttachmentLimits())
    acts = Acts(ledger, Opening(ledger, CODES), registry, unread, claiming)
    possible = Possible(ledger, registry, AT_ONCE)
    deadline = asyncio.get_running_loop().time() + 300
    seen: set[Act] = set()
    for status, state, name in combinations:
        ledger.standing = standing(mode, source, status, **STATES[state])
        viewer, opened = VIEWERS[name]
        told = set(possible.acts(viewer, ledger.standing, utc_now(), opened=opened))
        done = {
            act
            for act in WAYS
            if await accepted(acts, viewer, act, opened=opened, deadline=deadline)
        }
        assert told == done, (held, status, state, name)
        seen |= told
    return seen


async def test_some_of_everything_is_told_exactly_if_it_is_accepted() -> None:
    """Each state, each viewer and each holder, in combinations spread over all there are."""
    combinations = list(product(HELD, Status, STATES, VIEWERS))
    assert all(gcd(_STRIDE, len(each)) == 1 for each in (HELD, Status, STATES, VIEWERS))
    some = combinations[::_STRIDE]
    seen: set[Act] = set()
    for held in HELD:
        seen |= await compared(held, [each[1:] for each in some if each[0] == held])
    assert seen == set(WAYS)


@pytest.mark.long
@pytest.mark.parametrize("held", HELD)
async def test_everything_is_told_exactly_if_it_is_accepted(held: str) -> None:
    seen = await compared(held, list(product(Status, STATES, VIEWERS)))
    assert (seen == set(WAYS)) is (held in {"own", "takes all", "answers here"})
