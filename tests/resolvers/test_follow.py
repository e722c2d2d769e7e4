"""A case opens by its reference and code, and says nothing to who tries."""

import asyncio

import pytest
from msgspec.structs import replace

from connectors.contract.errors import SourceUnavailable
from connectors.contract.query import EVERYTHING
from connectors.contract.records import (
    STORE,
    AuthorRole,
    Complaint,
    Message,
    Mode,
    SourceId,
    Visibility,
)
from connectors.memory.full import FULL
from resolvers.attempts import WITHIN_SECONDS, TooManyAttempts
from resolvers.receipt import TrackingCodes, draw_reference
from tests.resolvers.clockwork import run
from tests.resolvers.world import NOON, make_world

CODE = "12345-67890"
WRONG = "00000-00000"


class CountedCodes(TrackingCodes):
    hashed = 0

    def hash(self, reference: str, code: str) -> bytes:
        self.hashed += 1
        return super().hash(reference, code)


class Case:
    """A world in which one case of `source` went through the ledger."""

    def __init__(self, source: str = "store") -> None:
        self.world = make_world({"city": FULL}, each=3)
        self.record = next(
            each
            for each in self.world.records
            if each.origin.source == source and each.origin.mode is not Mode.MIRROR
        )
        self.reference = draw_reference()
        self.codes = CountedCodes(b"t" * 32)
        self.world.enter(self.record, reference=self.reference, code=CODE)
        object.__setattr__(self.world.engine.opening, "codes", self.codes)

    async def follow(
        self,
        reference: str,
        code: str,
        *,
        caller: str | None = None,
    ) -> Complaint | None:
        return await self.world.complaints.follow(
            reference,
            code,
            EVERYTHING,
            caller=caller,
            deadline=asyncio.get_running_loop().time() + 5,
        )


@pytest.mark.parametrize("source", ["store", "city"])
async def test_the_right_code_opens_the_case_wherever_it_is_held(source: str) -> None:
    case = Case(source)
    found = await case.follow(case.reference, CODE)
    assert found is not None
    assert found.origin.source_id == case.record.origin.source_id
    assert found.id == f"Complaint:{case.reference}"
    assert found.agency is not None
    typed = case.reference.translate(str.maketrans("0123456789-", "٠١٢٣٤٥٦٧٨٩ "))
    assert await case.follow(typed, "١٢٣٤٥ ٦٧٨٩٠") == found


async def test_wrong_code_unknown_and_malformed_reference_get_one_answer_for_the_same_work() -> (
    None
):
    case = Case()
    work = []
    for reference, code in [
        (case.reference, WRONG),
        (case.reference, "not a code"),
        (draw_reference(), CODE),
        ("not a reference", CODE),
        ("1234-5678-9012-0", CODE),
        ("", ""),
    ]:
        case.world.register.asked.clear()
        case.world.weather.calls.clear()
        case.codes.hashed = 0
        assert await case.follow(reference, code) is None
        statements = [verb for verb, *_ in case.world.register.asked]
        work.append((statements, case.codes.hashed, len(case.world.weather.calls)))
    assert work == [(["find"], 1, 0)] * len(work)


def test_too_many_wrong_codes_close_a_reference_for_a_while_even_to_the_right_one() -> None:
    async def scenario() -> None:
        case = Case()
        for _ in range(10):
            assert await case.follow(case.reference, WRONG) is None
        case.world.register.asked.clear()
        with pytest.raises(TooManyAttempts) as refused:
            await case.follow(case.reference, CODE)
        assert refused.value.extensions_code == "TOO_MANY_ATTEMPTS"
        assert refused.value.retry_after == pytest.approx(WITHIN_SECONDS)
        assert not case.world.register.asked
        assert await case.follow(draw_reference(), WRONG) is None
        await asyncio.sleep(refused.value.retry_after)
        assert await case.follow(case.reference, CODE) is not None

    run(scenario())


async def test_unknown_and_malformed_references_close_just_as_known_ones_do() -> None:
    case = Case()
    for reference in (draw_reference(), "not a reference"):
        for _ in range(10):
            assert await case.follow(reference, CODE) is None
        with pytest.raises(TooManyAttempts):
            await case.follow(reference, CODE)


async def test_tries_made_at_once_are_all_counted() -> None:
    case = Case()
    tries = (case.follow(case.reference, WRONG) for _ in range(50))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert answers.count(None) == 10
    assert sum(isinstance(each, TooManyAttempts) for each in answers) == 40


async def test_a_caller_who_tries_many_references_is_refused_and_others_are_not() -> None:
    case = Case()
    for _ in range(100):
        assert await case.follow(draw_reference(), WRONG, caller="192.0.2.1") is None
    for _ in range(20):
        with pytest.raises(TooManyAttempts):
            await case.follow(case.reference, WRONG, caller="192.0.2.1")
    assert await case.follow(case.reference, CODE, caller="192.0.2.2") is not None


async def test_right_codes_and_failures_of_ours_are_not_counted() -> None:
    case = Case()
    for _ in range(30):
        assert await case.follow(case.reference, CODE, caller="192.0.2.1") is not None
    case.world.register.broken = True
    for _ in range(30):
        with pytest.raises(SourceUnavailable):
            await case.follow(case.reference, WRONG, caller="192.0.2.1")
    case.world.register.broken = False
    assert await case.follow(case.reference, CODE, caller="192.0.2.1") is not None


async def test_internal_messages_are_withheld_from_whoever_comes_with_a_code() -> None:
    case = Case()
    said = [
        Message(id=each, author=AuthorRole.AGENCY, visibility=each, body="…", at=NOON)
        for each in Visibility
    ]
    case.world.hold(STORE, [replace(case.record, messages=tuple(said))])
    found = await case.follow(case.reference, CODE)
    assert found is not None
    assert [each.visibility for each in found.messages or ()] == [Visibility.PUBLIC]


async def test_a_silent_source_is_an_error_only_for_who_has_the_code() -> None:
    case = Case("city")
    case.world.weather.down = {SourceId("city")}
    with pytest.raises(SourceUnavailable):
        await case.follow(case.reference, CODE)
    assert await case.follow(case.reference, WRONG) is None


async def test_the_last_known_copy_is_served_when_the_source_is_silent() -> None:
    case = Case("city")
    fresh = await case.follow(case.reference, CODE)
    case.world.weather.down = {SourceId("city")}
    stale = await case.follow(case.reference, CODE)
    assert fresh is not None
    assert stale == replace(fresh, origin=replace(fresh.origin, stale=True))
