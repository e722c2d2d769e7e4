"""What is remembered of a silence, and for how long."""

from datetime import UTC, datetime, timedelta

from connectors.open311.silence import Silence

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def test_who_comes_into_a_silence_reads_on_at_its_start() -> None:
    silence = Silence(Clock())
    silence.note(ago(200), ago(100))
    assert silence.past(ago(100)) == ago(200)
    assert silence.past(ago(150)) == ago(200)
    assert silence.past(ago(99)) == ago(99)
    assert silence.past(ago(200)) == ago(200)
    assert silence.past(ago(300)) == ago(300)


def test_silences_that_adjoin_are_one_and_another_takes_its_place() -> None:
    silence = Silence(Clock())
    silence.note(ago(200), ago(100))
    silence.note(ago(300), ago(200))
    assert silence.past(ago(100)) == ago(300)
    silence.note(ago(900), ago(800))
    assert silence.past(ago(100)) == ago(100)
    assert silence.past(ago(800)) == ago(900)


def test_a_silence_is_believed_for_an_hour_from_when_it_was_first_heard() -> None:
    clock = Clock()
    silence = Silence(clock)
    silence.note(ago(200), ago(100))
    clock.at += timedelta(minutes=59)
    silence.note(ago(300), ago(200))
    assert silence.past(ago(100)) == ago(300)
    clock.at += timedelta(minutes=1)
    assert silence.past(ago(100)) == ago(100)
    silence.note(ago(250), ago(150))
    assert silence.past(ago(150)) == ago(250)


def test_of_these_days_nothing_is_remembered() -> None:
    silence = Silence(Clock())
    silence.note(ago(50), ago(1))
    assert silence.past(ago(1)) == ago(1)
