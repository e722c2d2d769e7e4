"""What a source last said is kept within bounds, and equal calls share one."""

import asyncio

import pytest

from connectors.contract.errors import SourceUnavailable
from resolvers.cache import LastKnown, SingleFlight
from tests.resolvers.clockwork import run


def test_the_answers_used_longest_ago_make_room_by_their_weight() -> None:
    async def scenario() -> None:
        kept: LastKnown[str] = LastKnown(10, seconds=60, weigh=len)
        for answer in ("aaaa", "bbbb"):
            kept.keep(answer[0], answer)
        assert kept.find("a") == "aaaa"
        kept.keep("c", "cccc")
        assert [kept.find(key) for key in "abc"] == ["aaaa", None, "cccc"]
        kept.keep("a", "a")
        kept.keep("d", "ddddd")
        assert [kept.find(key) for key in "acd"] == ["a", "cccc", "ddddd"]
        kept.keep("e", "e" * 11)
        assert [kept.find(key) for key in "acde"] == [None] * 4

    run(scenario())


def test_no_answer_is_kept_beyond_its_time() -> None:
    async def scenario() -> None:
        kept: LastKnown[str] = LastKnown(10, seconds=60)
        kept.keep("a", "an answer")
        await asyncio.sleep(59)
        assert kept.find("a") == "an answer"
        assert kept.find("a", younger_than=59) is None
        assert kept.find("a", younger_than=60) == "an answer"
        await asyncio.sleep(1)
        assert kept.find("a") is None

    run(scenario())


def test_nobody_boards_a_call_that_its_last_waiter_has_cancelled() -> None:
    async def scenario() -> None:
        flights = SingleFlight()
        calls = 0

        async def slow() -> str:
            nonlocal calls
            calls += 1
            if calls > 1:
                return "answered"
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0.1)
            raise AssertionError

        leaver = asyncio.create_task(flights.call("key", slow))
        await asyncio.sleep(0)
        leaver.cancel()
        # The first call is still being cancelled when the second one comes.
        await asyncio.wait([leaver])
        assert await flights.call("key", slow) == "answered"
        assert calls == 2
        await asyncio.sleep(0.2)

    run(scenario())


def test_a_call_goes_on_while_anyone_waits_and_ends_with_the_last() -> None:
    async def scenario() -> None:
        flights = SingleFlight()
        ended = asyncio.Event()
        calls = 0

        async def hang() -> None:
            nonlocal calls
            calls += 1
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        waiters = [asyncio.create_task(flights.call("key", hang)) for _ in range(3)]
        await asyncio.sleep(0)
        for waiter in waiters[:2]:
            waiter.cancel()
        await asyncio.wait(waiters[:2])
        assert not ended.is_set()
        waiters[2].cancel()
        await asyncio.wait_for(ended.wait(), 1)
        assert calls == 1

    run(scenario())


def test_a_failure_that_nobody_waits_for_any_more_is_heard_all_the_same() -> None:
    async def scenario() -> None:
        flights = SingleFlight()

        async def fail_when_cancelled() -> None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise SourceUnavailable("reset") from None

        leaver = asyncio.create_task(flights.call("key", fail_when_cancelled))
        await asyncio.sleep(0)
        leaver.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaver

    run(scenario())
