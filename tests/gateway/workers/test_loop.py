"""A loop takes its turns whatever happens to one: raised, hanging, cancelled; hours pass at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import structlog

from connectors.contract.errors import SourceUnavailable
from gateway.workers.loop import Loop, Turn
from tests.resolvers.clockwork import run

PERIOD = 10.0


def now() -> float:
    return asyncio.get_running_loop().time() - 1000


class Turns:
    """Notes when each turn began; `does` is what a turn does."""

    def __init__(self, does: Turn | None = None) -> None:
        self.began: list[float] = []
        self.does = does

    async def __call__(self) -> float | None:
        self.began.append(now())
        return None if self.does is None else await self.does()


@asynccontextmanager
async def running(turns: Turns) -> AsyncIterator[Loop]:
    loop = Loop("tested", PERIOD, turns)
    task = asyncio.create_task(loop.run())
    try:
        await asyncio.sleep(0)
        yield loop
    finally:
        loop.end()
        await task


def told(main: Callable[[], Any]) -> list[Any]:
    """What is logged while `main` runs."""
    with structlog.testing.capture_logs() as events:
        run(main())
    return [event for event in events if event["event"] == "loop_broke"]


def test_a_turn_is_taken_at_once_and_then_one_a_period() -> None:
    async def main() -> None:
        turns = Turns()
        async with running(turns) as loop:
            await asyncio.sleep(35)
            assert not loop.late
        assert turns.began == [0, 10, 20, 30]

    run(main())


def test_a_turn_may_ask_for_the_next_sooner_and_not_later_than_a_period() -> None:
    async def main() -> None:
        asked = iter([3.0, 0.0, 60.0, None, None])

        async def asks() -> float | None:
            return next(asked)

        turns = Turns(asks)
        async with running(turns):
            await asyncio.sleep(20)
        assert turns.began == [0, 3, 3, 13]

    run(main())


def test_who_wakes_it_gets_a_turn_now_or_right_after_the_one_under_way() -> None:
    async def main() -> None:
        turns = Turns(lambda: asyncio.sleep(4))
        async with running(turns) as loop:
            await asyncio.sleep(1)
            loop.wake()
            await asyncio.sleep(10)
            loop.wake()
            await asyncio.sleep(1)
        assert turns.began == [0, 4, 11]

    run(main())


def test_turns_that_raise_are_followed_by_others_after_growing_pauses_and_each_is_logged() -> None:
    turns = Turns()

    async def raises() -> None:
        raise KeyError("made for the test")

    async def main() -> None:
        turns.does = raises
        async with running(turns) as loop:
            for _ in range(300):
                await asyncio.sleep(1)
                loop.wake()
            assert loop.late
            assert loop.failures == len(turns.began)
            turns.does = None
            await asyncio.sleep(80)
            assert (loop.failures, loop.late) == (0, False)

    broke = told(main)
    pauses = [later - earlier for earlier, later in pairwise(turns.began[: len(broke)])]
    assert pauses[0] < 2
    assert 40 < pauses[-1] < 80
    assert len({event["error_id"] for event in broke}) == len(broke) > 5
    assert {(event["loop"], type(event["exc_info"])) for event in broke} == {("tested", KeyError)}


def test_of_a_store_that_is_down_the_reason_is_logged_and_no_traceback() -> None:
    async def down() -> None:
        raise SourceUnavailable("the store's database cannot be used now")

    async def main() -> None:
        async with running(Turns(down)):
            await asyncio.sleep(0.5)

    (event,) = told(main)
    assert event["reason"] == "the store's database cannot be used now"
    assert "exc_info" not in event


def test_a_turn_that_hangs_is_cancelled_after_three_periods_and_another_one_is_taken() -> None:
    turns = Turns()

    async def hangs() -> None:
        turns.does = None
        await asyncio.Event().wait()

    async def main() -> None:
        turns.does = hangs
        async with running(turns) as loop:
            await asyncio.sleep(29.9)
            assert (loop.late, len(turns.began)) == (False, 1)
            await asyncio.sleep(0.2)
            assert (loop.late, loop.failures) == (True, 1)
            await asyncio.sleep(3)
            assert (loop.late, loop.failures, len(turns.began)) == (False, 0, 2)

    (event,) = told(main)
    assert event["reason"] == "not heard of for 30 s"


def test_a_turn_that_takes_long_is_left_alone_while_it_says_that_it_gets_on() -> None:
    async def main() -> None:
        turns = Turns()
        async with running(turns) as loop:

            async def long() -> None:
                for _ in range(20):
                    await asyncio.sleep(25)
                    loop.beat()

            turns.does = long
            await asyncio.sleep(520)
            assert (loop.late, loop.failures, len(turns.began)) == (False, 0, 2)

    run(main())


def test_a_turn_that_is_cancelled_from_within_ends_no_loop() -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    async def main() -> None:
        turns = Turns(cancelled)
        async with running(turns):
            await asyncio.sleep(5)
        assert len(turns.began) > 1

    assert told(main)


def test_a_time_limit_of_the_turn_itself_is_not_taken_for_silence() -> None:
    async def limited() -> None:
        async with asyncio.timeout(1):
            await asyncio.Event().wait()

    async def main() -> None:
        async with running(Turns(limited)):
            await asyncio.sleep(1.5)

    (event,) = told(main)
    assert isinstance(event["exc_info"], TimeoutError)


def test_the_turn_under_way_comes_to_its_end_and_no_other_begins() -> None:
    async def main() -> None:
        turns = Turns(lambda: asyncio.sleep(5))
        loop = Loop("tested", PERIOD, turns)
        task = asyncio.create_task(loop.run())
        await asyncio.sleep(1)
        loop.wake()
        loop.end()
        await task
        assert (turns.began, now()) == ([0], 5)

    run(main())
