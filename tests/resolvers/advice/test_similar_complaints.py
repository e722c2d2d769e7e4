"""Similar open cases are shown to who reads them, and counted, never shown, for anyone else."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.query import Selection
from connectors.contract.records import (
    STORE,
    AgencyCode,
    Complaint,
    Kind,
    LocalizedText,
    Location,
    Mode,
    Origin,
    Service,
    SourceId,
)
from connectors.memory.full import FULL
from resolvers.advice.advice import Advice
from resolvers.advice.similar import LOOKED_AT, AskedSource, SimilarComplaints, SimilarQuestion
from resolvers.outcome import Refusal, SourceStatus
from resolvers.policy import ANONYMOUS, Role, Viewer
from resolvers.registry import GuardSettings
from tests.resolvers.world import NOON, SUPERVISOR, World, make_world

OWN, MIRRORED, LIVE = (AgencyCode(f"{name}-agency") for name in ("own", "mirrored", "live"))
LAMP = "Le lampadaire devant chez moi est éteint"
OTHERS = [
    Viewer(role, "somebody", frozenset({LIVE}) if role is Role.OFFICER else frozenset())
    for role in Role
    if not Viewer(role, "somebody", frozenset({OWN})).reads_cases or role is Role.OFFICER
]
"""Those who do not read the cases of `OWN`, an officer of another agency among them."""


def lamp_case(
    number: int,
    text: str = "Lampadaire éteint dans la rue",
    *,
    agency: AgencyCode = OWN,
    source: SourceId = STORE,
    **changes: object,
) -> Complaint:
    told: dict[str, object] = {
        "status": Status.IN_PROGRESS,
        "kind": Kind.COMPLAINT,
        "description": text,
        "created_at": NOON - timedelta(minutes=number),
    }
    return Complaint(
        origin=Origin(
            source=source,
            source_id=f"{number}",
            mode=Mode.OWN if source == STORE else Mode.LIVE,
            fetched_at=NOON,
        ),
        agency_code=agency,
        **(told | changes),  # type: ignore[arg-type]
    )


def lamps(count: int) -> list[Complaint]:
    return [lamp_case(number) for number in range(count)]


def world_of(
    records: Sequence[Complaint], source: SourceId = STORE, guard: GuardSettings | None = None
) -> World:
    """An administration in which all look after lamps, and `source` holds just `records`."""
    world = make_world({"live": FULL}, guard=guard)
    agencies = {
        code: msgspec.structs.replace(
            agency,
            services=(
                Service(
                    agency_code=code,
                    code="lighting",
                    name=LocalizedText(fr="Éclairage public", ar="الإنارة العمومية"),
                    keywords=("lampadaire", "مصباح"),
                ),
            ),
        )
        for code, agency in world.engine.registry.agencies.items()
    }
    registry = replace(world.engine.registry, agencies=agencies)
    world.engine = replace(world.engine, registry=registry)
    world.complaints = type(world.complaints)(world.engine)
    world.hold(source, records)
    return world


async def find(
    world: World,
    text: str = LAMP,
    *,
    viewer: Viewer = SUPERVISOR,
    agency: AgencyCode = OWN,
    first: int = 5,
    seconds: float = 30.0,
    **narrowed: str,
) -> SimilarComplaints:
    return await Advice(world.engine, world.complaints).similar(
        viewer,
        SimilarQuestion(text, agency, **narrowed),
        Selection(fields=frozenset({"created_at"})),
        first=first,
        most=100,
        deadline=asyncio.get_running_loop().time() + seconds,
    )


def numbers(found: SimilarComplaints) -> list[str]:
    assert found.complaints is not None
    return [each.complaint.origin.source_id for each in found.complaints]


async def test_who_reads_the_cases_gets_the_most_alike_first() -> None:
    records = [
        lamp_case(1, "Poteau penché avec son lampadaire, rien d'autre à dire sur cette rue sombre"),
        lamp_case(2, "Lampadaire éteint devant chez moi"),
        lamp_case(3, "Ordures devant chez moi"),
        lamp_case(4, "Lampadaires éteints, rue noire"),
    ]
    found = await find(world_of(records))
    assert numbers(found) == ["2", "4", "1"]
    assert found.complaints is not None
    scores = [each.score for each in found.complaints]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0
    assert (found.searched_for, found.looked_at, found.at_least) == ("lampadair", 3, None)
    assert found.sources == (AskedSource(STORE, SourceStatus.OK),)
    assert found.complete


async def test_only_open_cases_are_alike() -> None:
    records = [lamp_case(n, status=status) for n, status in enumerate(Status)]
    found = await find(world_of(records), first=20)
    assert found.complaints is not None
    assert {each.complaint.status for each in found.complaints} == OPEN


async def test_equally_alike_ones_come_newest_first() -> None:
    found = await find(world_of(lamps(8)), first=3)
    assert numbers(found) == ["0", "1", "2"]
    assert (found.at_least, found.looked_at) == (5, 8)


async def test_cases_are_narrowed_by_service_and_area() -> None:
    records = [
        lamp_case(1, service_code="lighting"),
        lamp_case(2, service_code="roads"),
        lamp_case(3, location=Location(area_code="MA-CAS")),
        lamp_case(4, location=Location(area_code="MA-06")),
        lamp_case(5, location=Location(area_code="MA-FES")),
    ]
    world = world_of(records)
    assert numbers(await find(world, service_code="lighting")) == ["1"]
    assert numbers(await find(world, area_code="MA-CAS")) == ["3"]
    assert numbers(await find(world, area_code="MA-06")) == ["3", "4"]


@pytest.mark.parametrize("viewer", OTHERS, ids=lambda viewer: viewer.role)
@pytest.mark.parametrize(
    ("held", "told"), [(0, None), (1, None), (4, None), (5, 5), (9, 5), (10, 10), (14, 10)]
)
async def test_anyone_else_is_told_about_how_many_and_no_case(
    viewer: Viewer, held: int, told: int | None
) -> None:
    found = await find(world_of(lamps(held)), viewer=viewer)
    assert found == SimilarComplaints(
        at_least=told,
        complaints=None,
        looked_at=None,
        searched_for="lampadair",
        sources=(AskedSource(STORE, SourceStatus.OK),),
        complete=True,
    )


@pytest.mark.parametrize("viewer", OTHERS, ids=lambda viewer: viewer.role)
async def test_whether_a_case_names_somebody_cannot_be_found_out_by_trying(viewer: Viewer) -> None:
    planted = [lamp_case(n, "Zoubida Benchekroun, lampadaire éteint") for n in range(4)]
    with_the_person = [*planted, lamp_case(9, "Zoubida Benchekroun, lampadaire éteint")]
    names_another = [*planted, lamp_case(9, "Quelqu'un d'autre, lampadaire éteint")]
    for text in ("Zoubida Benchekroun", "Benchekroun lampadaire", "06 12 34 56 78"):
        answers = [
            await find(world_of(records), text, viewer=viewer)
            for records in (with_the_person, names_another)
        ]
        assert answers[0] == answers[1]
    alone = await find(world_of(with_the_person), "Zoubida Benchekroun", viewer=viewer)
    assert (alone.at_least, alone.searched_for, alone.sources) == (None, None, ())


async def test_who_reads_the_cases_finds_them_by_any_word() -> None:
    records = [lamp_case(1, "Zoubida Benchekroun attend"), lamp_case(2)]
    found = await find(world_of(records), "Dossier de Benchekroun")
    assert numbers(found) == ["1"]


async def test_an_officer_reads_the_cases_of_their_own_agency_only() -> None:
    officer = Viewer(Role.OFFICER, "officer", frozenset({OWN}))
    records = [lamp_case(1), lamp_case(2, agency=AgencyCode("mirrored-agency"))]
    world = world_of(records)
    assert numbers(await find(world, viewer=officer)) == ["1"]
    assert (await find(world, viewer=officer, agency=MIRRORED)).complaints is None
    nobody = Viewer(Role.OFFICER, "officer of nobody")
    assert (await find(world, viewer=nobody)).complaints is None


@pytest.mark.parametrize("viewer", [SUPERVISOR, ANONYMOUS], ids=lambda viewer: viewer.role)
async def test_one_page_is_looked_at_and_it_is_told_if_there_is_more(viewer: Viewer) -> None:
    world = world_of(lamps(LOOKED_AT + 1))
    found = await find(world, viewer=viewer)
    assert (found.at_least, found.complete) == (LOOKED_AT, False)
    assert found.looked_at == (LOOKED_AT if viewer is SUPERVISOR else None)
    assert world.weather.count("store") == 1
    world = world_of(lamps(LOOKED_AT))
    assert (await find(world, viewer=viewer)).complete


@pytest.mark.parametrize("viewer", [SUPERVISOR, ANONYMOUS], ids=lambda viewer: viewer.role)
async def test_a_text_without_a_telling_word_asks_nobody(viewer: Viewer) -> None:
    world = world_of(lamps(9))
    for text in ("", "Bonjour, merci", "12 34", "لا"):
        found = await find(world, text, viewer=viewer)
        assert (found.at_least, found.searched_for, found.complete) == (None, None, True)
    assert world.weather.calls == []


@pytest.mark.parametrize("viewer", [SUPERVISOR, ANONYMOUS], ids=lambda viewer: viewer.role)
async def test_a_source_that_is_down_or_hangs_is_told(viewer: Viewer) -> None:
    live = SourceId("live")
    records = [lamp_case(n, agency=LIVE, source=live) for n in range(7)]
    world = world_of(records, live)
    assert (await find(world, viewer=viewer, agency=LIVE)).at_least == 5
    world = world_of(records, live)
    world.weather.down.add(live)
    found = await find(world, viewer=viewer, agency=LIVE)
    assert AskedSource(live, SourceStatus.UNAVAILABLE) in found.sources
    assert (found.at_least, found.complete) == (None, False)
    world = world_of(records, live)
    world.weather.hanging.add(live)
    found = await find(world, viewer=viewer, agency=LIVE, seconds=0.2)
    assert AskedSource(live, SourceStatus.TIMEOUT) in found.sources
    assert not found.complete


@pytest.mark.parametrize("viewer", [SUPERVISOR, ANONYMOUS], ids=lambda viewer: viewer.role)
async def test_a_mirror_that_was_never_heard_is_told(viewer: Viewer) -> None:
    world = world_of([lamp_case(1, agency=MIRRORED, source=SourceId("mirrored"))])
    assert (await find(world, viewer=viewer, agency=MIRRORED)).complete
    world.mirrors.heard.clear()
    found = await find(world, viewer=viewer, agency=MIRRORED)
    assert AskedSource(SourceId("mirrored"), SourceStatus.UNAVAILABLE) in found.sources
    assert not found.complete


async def test_what_makes_no_sense_is_refused_by_name() -> None:
    world = world_of([])
    for narrowed, message in (
        ({"agency": AgencyCode("nobody")}, "agency: no agency"),
        ({"area_code": "MA-99"}, "areaCode: expected"),
        ({"area_code": "Rabat"}, "areaCode: expected"),
    ):
        with pytest.raises(Refusal, match=message):
            await find(world, **narrowed)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="text: at most 20000 characters; came 20001"):
        await find(world, "a" * 20_001)
