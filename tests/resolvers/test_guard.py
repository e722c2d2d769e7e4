"""How a source is protected from us, and we from it; time is the loop's own."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

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


async def test_retry_after_is_waited_for_when_the_deadline_allows_it() -> None:
    ask, asked = answers(RateLimited("slow down", retry_after=0.2), "up")
    assert await guard(retries=1).read(ask, deadline=now() + 5) == "up"
    assert asked[1] - asked[0] >= 0.2


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


async def test_after_failures_in_a_row_the_source_rests_and_then_one_call_tries() -> None:
    one = guard(retries=0, breaker_failures=3, breaker_seconds=0.2)
    ask, asked = answers(*[SourceUnavailable("down")] * 3, "up", "up")
    for _ in range(3):
        with pytest.raises(SourceUnavailable):
            await one.read(ask, deadline=now() + 5)
    assert one.health is SourceHealth.DOWN
    with pytest.raises(Skipped) as skipped:
        await one.read(ask, deadline=now() + 5)
    assert skipped.value.retry_after is not None
    assert len(asked) == 3
    await asyncio.sleep(skipped.value.retry_after)
    assert await one.read(ask, deadline=now() + 5) == "up"
    assert one.health is SourceHealth.UP


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


async def test_calls_are_spread_to_the_rate_allowed() -> None:
    one = guard(per_second=50, max_concurrent=100)
    ask, asked = answers(*["up"] * 110)
    await asyncio.gather(*(one.read(ask, deadline=now() + 10) for _ in range(110)))
    # A hundred may burst; the ten that follow take a fiftieth of a second each.
    assert asked[-1] - asked[0] >= 0.15
