"""How a source is protected from us, and we from it; time is the loop's own."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest
import structlog

from connectors.contract.connector import Call
from connectors.contract.errors import (
    BadData,
    NotFound,
    RateLimited,
    SourceTimeout,
    SourceUnavailable,
)
from connectors.contract.records import SourceId
from resolvers.guard import Guard, Skipped, SourceHealth
from resolvers.registry import GuardSettings
from tests.resolvers.clockwork import run

Asked = Callable[[Call], Awaitable[str]]


def now() -> float:
    return asyncio.get_running_loop().time()


def answers(*results: str | Exception) -> tuple[Asked, list[float]]:
    """A source that gives `results` in turn, and the times it was asked."""
    left, asked = list(results), []

    async def ask(call: Call) -> str:
        asked.append(now())
        result = left.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    return ask, asked


def guard(**settings: float) -> Guard:
    return Guard(SourceId("city"), GuardSettings(**settings))  # type: ignore[arg-type]


async def test_a_read_that_may_succeed_later_is_asked_again() -> None:
    ask, asked = answers(SourceUnavailable("down"), "up")
    assert await guard(retries=1).read(ask, deadline=now() + 5) == "up"
    assert len(asked) == 2


async def test_no_more_often_than_the_retries_allow() -> None:
    ask, asked = answers(*[SourceUnavailable("down")] * 5)
    with pytest.raises(SourceUnavailable):
        await guard(retries=2).read(ask, deadline=now() + 5)
    assert len(asked) == 3


async def test_what_a_person_must_mend_is_not_asked_again() -> None:
    ask, asked = answers(BadData("HTML"), "up")
    with pytest.raises(BadData):
        await guard(retries=3).read(ask, deadline=now() + 5)
    assert len(asked) == 1


def test_retry_after_is_waited_for_when_the_deadline_allows_it() -> None:
    async def scenario() -> None:
        ask, asked = answers(RateLimited("slow down", retry_after=3), "up")
        assert await guard(retries=1).read(ask, deadline=now() + 5) == "up"
        assert asked[1] - asked[0] == pytest.approx(3)

    run(scenario())


def test_a_source_that_asked_for_a_pause_is_left_alone_by_everyone() -> None:
    async def scenario() -> None:
        one = guard(retries=0, breaker_failures=99)
        ask, asked = answers(RateLimited("slow down", retry_after=30), "up", "up")
        with pytest.raises(RateLimited):
            await one.read(ask, deadline=now() + 5)
        with pytest.raises(Skipped, match="asked not to be called") as skipped:
            await one.read(ask, deadline=now() + 5)
        assert skipped.value.retry_after == pytest.approx(30)
        # Who has the time waits for it.
        assert await one.read(ask, deadline=now() + 60) == "up"
        assert [each - asked[0] for each in asked] == pytest.approx([0, 30])
        assert await one.read(ask, deadline=now() + 5) == "up"

    run(scenario())


def test_however_long_a_source_wants_to_be_left_alone_it_is_tried_again_within_the_hour() -> None:
    async def scenario() -> None:
        one = guard(retries=0)
        ask, _ = answers(RateLimited("slow down", retry_after=1e9), "up")
        with pytest.raises(RateLimited):
            await one.read(ask, deadline=now() + 5)
        await asyncio.sleep(3600)
        assert await one.read(ask, deadline=now() + 5) == "up"

    run(scenario())


async def test_retry_after_beyond_the_deadline_fails_at_once() -> None:
    ask, asked = answers(RateLimited("slow down", retry_after=60), "up")
    before = now()
    with pytest.raises(RateLimited):
        await guard(retries=1).read(ask, deadline=before + 2)
    assert now() - before < 1
    assert len(asked) == 1


async def test_a_silent_source_is_given_up_at_the_deadline_and_its_call_is_cancelled() -> None:
    ended = asyncio.Event()

    async def hang(call: Call) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    with pytest.raises(SourceTimeout):
        await guard(timeout_seconds=60).read(hang, deadline=now() + 0.05)
    assert ended.is_set()


async def test_the_call_is_told_how_long_it_has() -> None:
    told: list[float] = []

    async def ask(call: Call) -> str:
        told.append(call.deadline)
        return "up"

    start = now()
    await guard(timeout_seconds=1).read(ask, deadline=start + 60)
    await guard(timeout_seconds=60).read(ask, deadline=start + 1)
    assert all(start < each <= start + 1.5 for each in told)


def test_after_failures_in_a_row_the_source_rests_and_then_one_call_tries() -> None:
    async def scenario() -> None:
        one = guard(retries=0, breaker_failures=3, breaker_seconds=10)
        down = SourceUnavailable("down")
        ask, asked = answers(down, down, down, down, "up", "up")
        for _ in range(3):
            with pytest.raises(SourceUnavailable):
                await one.read(ask, deadline=now() + 5)
        assert one.health is SourceHealth.DOWN
        # The fourth failure is that of the trial, after which it rests as long again.
        for trial in (4, 5):
            with pytest.raises(Skipped) as skipped:
                await one.read(ask, deadline=now() + 5)
            assert skipped.value.retry_after == pytest.approx(10)
            assert skipped.value.sent is False
            assert len(asked) == trial - 1
            await asyncio.sleep(10)
            if trial == 4:
                with pytest.raises(SourceUnavailable):
                    await one.read(ask, deadline=now() + 5)
        assert await one.read(ask, deadline=now() + 5) == "up"
        assert one.health is SourceHealth.UP
        assert await one.read(ask, deadline=now() + 5) == "up"

    run(scenario())


async def test_the_failure_that_opens_the_breaker_is_told_and_not_asked_again() -> None:
    ask, asked = answers(SourceUnavailable("down"), "up")
    with pytest.raises(SourceUnavailable, match="down"):
        await guard(retries=3, breaker_failures=1).read(ask, deadline=now() + 5)
    assert len(asked) == 1


def resting(**settings: float) -> Guard:
    """One that a first failure lets rest for ten seconds."""
    return guard(retries=0, breaker_failures=1, breaker_seconds=10, **settings)


async def fail(one: Guard) -> None:
    ask, _ = answers(SourceUnavailable("down"))
    with pytest.raises(SourceUnavailable):
        await one.read(ask, deadline=now() + 5)


async def hang(call: Call) -> str:
    await asyncio.Event().wait()
    raise AssertionError


def test_who_tries_a_source_that_still_hangs_hardly_waits() -> None:
    async def scenario() -> None:
        one = resting(timeout_seconds=2)
        await fail(one)
        await asyncio.sleep(10)
        start = now()
        with pytest.raises(Skipped, match="is tried"):
            await one.read(hang, deadline=start + 60)
        assert now() - start == pytest.approx(0.05)
        # The trial has all its time, and rests as long again when that is over.
        await asyncio.sleep(2)
        with pytest.raises(Skipped, match="rests") as skipped:
            await one.read(hang, deadline=now() + 60)
        assert skipped.value.retry_after == pytest.approx(10, abs=0.1)

    run(scenario())


def test_who_tries_a_source_waits_for_it_as_long_as_its_answers_used_to_take() -> None:
    async def scenario() -> None:
        one = resting(timeout_seconds=5)

        async def answer(seconds: float) -> str:
            async def slowly(call: Call) -> str:
                await asyncio.sleep(seconds)
                return "up"

            return await one.read(slowly, deadline=now() + 60)

        assert await answer(1.0) == "up"
        assert await answer(0.1) == "up"
        await fail(one)
        await asyncio.sleep(10)
        assert await answer(1.5) == "up"
        await fail(one)
        await asyncio.sleep(10)
        with pytest.raises(Skipped):
            await answer(4.0)
        # What came too late for who asked is heard all the same.
        await asyncio.sleep(2)
        assert one.health is SourceHealth.UP

    run(scenario())


@pytest.mark.parametrize("rate", [1000, 0.01], ids=["while-it-asks", "while-it-waits"])
def test_a_trial_goes_on_without_who_asked_and_leaves_the_way_free_for_the_next(
    rate: float,
) -> None:
    async def scenario() -> None:
        one = resting(per_second=rate, timeout_seconds=2)
        await fail(one)
        await asyncio.sleep(10)
        trial = asyncio.create_task(one.read(hang, deadline=now() + 60))
        await asyncio.sleep(0)
        trial.cancel()
        await asyncio.wait([trial])
        ask, asked = answers("up")
        with pytest.raises(Skipped):
            await one.read(ask, deadline=now() + 5)
        await asyncio.sleep(80)
        with contextlib.suppress(Skipped):
            # At a hundredth of a call a second it is asked when nobody waits any more.
            await one.read(ask, deadline=now() + 1000)
        await asyncio.sleep(100)
        assert (len(asked), one.health) == (1, SourceHealth.UP)

    run(scenario())


def test_who_waited_while_the_breaker_opened_is_refused_unasked() -> None:
    async def scenario() -> None:
        one = guard(retries=0, breaker_failures=1, max_concurrent=1)
        ask, asked = answers(SourceUnavailable("down"))

        async def slowly(call: Call) -> str:
            await asyncio.sleep(1)
            return await ask(call)

        reads = (one.read(slowly, deadline=now() + 5) for _ in range(5))
        results = await asyncio.gather(*reads, return_exceptions=True)
        assert [type(each) for each in results] == [SourceUnavailable, *[Skipped] * 4]
        assert len(asked) == 1

    run(scenario())


async def test_while_one_call_tries_no_other_does() -> None:
    one = guard(retries=0, breaker_failures=1, breaker_seconds=0.0)
    ask, _ = answers(SourceUnavailable("down"))
    with pytest.raises(SourceUnavailable):
        await one.read(ask, deadline=now() + 5)
    release = asyncio.Event()

    async def wait(call: Call) -> str:
        await release.wait()
        return "up"

    trial = asyncio.create_task(one.read(wait, deadline=now() + 5))
    await asyncio.sleep(0)
    with pytest.raises(Skipped):
        await one.read(wait, deadline=now() + 5)
    release.set()
    assert await trial == "up"


async def test_a_refusal_is_an_answer_and_keeps_the_breaker_closed() -> None:
    one = guard(retries=0, breaker_failures=1)
    ask, asked = answers(NotFound("no such case"), NotFound("no such case"), "up")
    for _ in range(2):
        with pytest.raises(NotFound):
            await one.read(ask, deadline=now() + 5)
    assert await one.read(ask, deadline=now() + 5) == "up"
    assert len(asked) == 3


async def test_no_more_calls_at_once_than_allowed_and_permits_come_back() -> None:
    one = guard(max_concurrent=3, per_second=10_000)
    running = most = 0

    async def ask(call: Call) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1
        return "up"

    await asyncio.gather(*(one.read(ask, deadline=now() + 10) for _ in range(20)))
    assert most == 3
    assert running == 0


async def test_a_call_that_never_got_a_permit_sent_nothing() -> None:
    one = guard(max_concurrent=1, timeout_seconds=5)
    release = asyncio.Event()

    async def hold(call: Call) -> str:
        await release.wait()
        return "up"

    holder = asyncio.create_task(one.read(hold, deadline=now() + 5))
    await asyncio.sleep(0)
    with pytest.raises(SourceTimeout) as busy:
        await one.read(hold, deadline=now() + 0.05)
    assert busy.value.sent is False
    release.set()
    assert await holder == "up"


def test_calls_are_spread_to_the_rate_allowed() -> None:
    async def scenario() -> None:
        one = guard(per_second=50, max_concurrent=100)
        ask, asked = answers(*["up"] * 110)
        await asyncio.gather(*(one.read(ask, deadline=now() + 10) for _ in range(110)))
        # A hundred may burst; the ten that follow take a fiftieth of a second each.
        late = [each - asked[0] for each in asked]
        assert late[:100] == pytest.approx([0] * 100)
        assert late[100:] == pytest.approx([place / 50 for place in range(1, 11)])

    run(scenario())


def test_without_time_left_the_source_is_not_asked_and_not_blamed() -> None:
    async def scenario() -> None:
        one = guard(retries=3)
        ask, asked = answers("up")
        with pytest.raises(SourceTimeout) as late:
            await one.read(ask, deadline=now())
        assert late.value.sent is False
        assert not asked
        assert one.health is SourceHealth.UNKNOWN

    run(scenario())


async def test_a_mistake_of_a_connector_is_its_sources_failure_and_repeats_nobodys_words() -> None:
    one = guard(retries=3)

    async def stumble(call: Call) -> str:
        raise KeyError("Fatima, 0612345678")

    with structlog.testing.capture_logs() as logs, pytest.raises(BadData) as broken:
        await one.read(stumble, deadline=now() + 5)
    assert one.health is SourceHealth.FAILING
    assert str(broken.value) == 'the connector of source "city" failed'
    assert "test_guard.py" in str(broken.value.detail)
    assert "KeyError" in str(broken.value.detail)
    assert [each["event"] for each in logs] == ["source_failed"]
    assert "Fatima" not in repr((logs, broken.value.detail))
