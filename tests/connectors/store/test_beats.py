"""The last beat of every loop of every process is kept."""

from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

from connectors.contract.beats import Beat
from connectors.store import Store
from connectors.testing.scenario import NOON

DAY = timedelta(days=1)
MIRRORS = Beat(
    process="here:1", loop="mirrors", period_seconds=1.5, beat_at=NOON, failures=0, told_at=NOON
)
CLOCK = replace(MIRRORS, loop="clock", beat_at=NOON - timedelta(seconds=5), failures=3)


async def test_a_later_beat_stands_in_the_place_of_the_earlier(database_url: str) -> None:
    later = replace(MIRRORS, beat_at=NOON + DAY, told_at=NOON + DAY, failures=1)
    async with aclosing(await Store.open(database_url)) as store:
        await store.beats.put([MIRRORS, CLOCK], forget_before=NOON)
        assert await store.beats.all() == [CLOCK, MIRRORS]
        await store.beats.put([later], forget_before=NOON)
        assert await store.beats.all() == [CLOCK, later]


async def test_who_ended_or_has_long_been_silent_is_forgotten(database_url: str) -> None:
    there = replace(MIRRORS, process="there:2", told_at=NOON + DAY)
    third = replace(MIRRORS, process="third:3", told_at=NOON + DAY)
    async with aclosing(await Store.open(database_url)) as store:
        await store.beats.put([MIRRORS], forget_before=NOON)
        await store.beats.put([there, third], forget_before=NOON + timedelta(seconds=1))
        assert await store.beats.all() == [there, third]
        await store.beats.forget("there:2")
        assert await store.beats.all() == [third]


def test_a_loop_is_late_when_it_was_silent_for_more_than_three_periods() -> None:
    assert not replace(MIRRORS, told_at=NOON + timedelta(seconds=4.5)).late
    assert replace(MIRRORS, told_at=NOON + timedelta(seconds=4.6)).late
