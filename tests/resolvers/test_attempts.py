"""What was tried in vain is counted for a while, within bounds."""

import asyncio

import pytest

from resolvers import attempts
from resolvers.attempts import Attempts, TooManyAttempts
from tests.resolvers.clockwork import run


def test_tries_are_forgotten_one_by_one_as_they_grow_old() -> None:
    async def scenario() -> None:
        tried = Attempts(2)
        tried.begin("door")
        await asyncio.sleep(600)
        tried.begin("door")
        with pytest.raises(TooManyAttempts) as refused:
            tried.begin("door")
        assert refused.value.retry_after == pytest.approx(300)
        tried.begin("another door")
        await asyncio.sleep(300)
        tried.begin("door")
        with pytest.raises(TooManyAttempts):
            tried.begin("door")

    run(scenario())


async def test_a_try_taken_back_does_not_count() -> None:
    tried = Attempts(1)
    for _ in range(5):
        tried.begin("door")
        tried.take_back("door")
    tried.take_back("never tried")
    tried.begin("door")
    with pytest.raises(TooManyAttempts):
        tried.begin("door")


async def test_the_memory_is_bounded_and_forgets_what_was_tried_longest_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attempts, "_KEPT", 3)
    tried = Attempts(1)
    for door in "abcd":
        tried.begin(door)
    assert list(tried._tried) == ["b", "c", "d"]
    with pytest.raises(TooManyAttempts):
        tried.begin("d")
    tried.begin("a")
