"""Count the cycles of a case: when each began, when its answer is due, and how it went.

A cycle begins with the receipt or with a reopening, and stops when the complainant could read the
answer. A transfer changes nothing in it; the agency's own clock, which a transfer restarts, is
counted beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from resolvers.clock.counting import Counting, Pause, apart
from resolvers.clock.cycle import AgencySpan, Cycle, Finding, Promise
from resolvers.clock.days import day_of, end_of
from resolvers.clock.facts import Complement, End, Facts, Transfer
from resolvers.clock.policy import ClockPolicy, Pausing, Term, Unit


def due_day(start: date, days: int, counting: Counting, policy: ClockPolicy) -> date | None:
    """The last day in time for what may take `days` from `start`; None while a pause goes on."""
    last = counting.last(start, days)
    if last is None or not policy.ends_on_working_day:
        return last
    return policy.working_days.from_on(last)


def due_after(
    started_at: datetime, days: int, counting: Counting, policy: ClockPolicy
) -> datetime | None:
    """The end of that day."""
    day = due_day(day_of(started_at), days, counting, policy)
    return None if day is None else end_of(day)


def counting_by(term: Term, policy: ClockPolicy, pauses: tuple[Pause, ...] = ()) -> Counting:
    """How the days of a term are counted."""
    return Counting(pauses, policy.working_days if term.unit is Unit.WORKING else None)


def cycles_of(
    facts: Facts, started_at: datetime, term: Term, policy: ClockPolicy
) -> tuple[Cycle, ...]:
    """The cycles of a case that started then, in their order; at least one."""
    cycles: list[Cycle] = []
    days = term.days
    for number, stretch in enumerate(_stretches(facts, started_at), 1):
        cycle = _Counted(facts, term, policy, stretch, days).cycle(number)
        cycles.append(cycle)
        if not policy.reopening_restarts:
            days = max(0, cycle.promises[-1].days - (cycle.days_taken or 0))
    return tuple(cycles)


@dataclass(frozen=True, slots=True)
class _Stretch:
    began_at: datetime
    end: End | None

    @property
    def ended_at(self) -> datetime | None:
        return None if self.end is None else self.end.at

    def has(self, at: datetime) -> bool:
        return self.began_at <= at and (self.end is None or at < self.end.at)


def _stretches(facts: Facts, started_at: datetime) -> Iterator[_Stretch]:
    """From the start, and from each reopening of what had stopped, to the next end.

    A reopening of what had not stopped begins nothing: an answer that nobody was told of, and that
    is taken back, gives no new sixty days.
    """
    ends = sorted(facts.ends, key=lambda each: each.at)
    began_at, end = started_at, ends[0] if ends else None
    while True:
        yield _Stretch(began_at, end)
        later = [] if end is None else [at for at in facts.reopened if at >= end.at]
        if not later:
            return
        began_at = min(later)
        # What was told in the instant of the reopening is the answer that was not enough.
        end = next((each for each in ends if each.at > began_at), None)


@dataclass(frozen=True, slots=True)
class _Counted:
    """The counting of one stretch."""

    facts: Facts
    term: Term
    policy: ClockPolicy
    stretch: _Stretch
    days: int

    def cycle(self, number: int) -> Cycle:
        began_at, end = self.stretch.began_at, self.stretch.end
        pauses = self._pauses()
        legal = pauses if self.policy.complement_pauses is Pausing.BOTH else ()
        counting = counting_by(self.term, self.policy, legal)
        promises = self._promises(counting)
        return Cycle(
            number=number,
            started_at=began_at,
            due_at=due_after(began_at, promises[-1].days, counting, self.policy),
            stopped_at=self.stretch.ended_at,
            stopped_by=None if end is None else end.by,
            days_taken=None if end is None else counting.between(day_of(began_at), day_of(end.at)),
            pauses=legal,
            agencies=tuple(self._spans(pauses, promises)),
            promises=promises,
            findings=tuple(self._findings()),
            counting=counting,
        )

    def _pauses(self) -> tuple[Pause, ...]:
        """From the day after a request to the day of what was asked for, or of the end."""
        asked = [each for each in self.facts.complements if self.stretch.has(each.asked_at)]
        asked.sort(key=lambda each: each.asked_at)
        return apart(map(self._pause, asked[: self.policy.complements_that_pause]))

    def _pause(self, complement: Complement) -> Pause:
        after = day_of(complement.asked_at)
        over = [at for at in (complement.given_at, self.stretch.ended_at) if at is not None]
        return Pause(after, max(after, day_of(min(over))) if over else None)

    def _promises(self, counting: Counting) -> tuple[Promise, ...]:
        """Each interim answer puts the end off, as often as may be, unless it comes too late."""
        promises = [Promise(self.stretch.began_at, self.days)]
        for at in sorted(filter(self.stretch.has, self.facts.interim_answers)):
            days = promises[-1].days
            due_at = due_after(self.stretch.began_at, days, counting, self.policy)
            in_time = due_at is None or at <= due_at
            if in_time and len(promises) <= self.term.extensions:
                promises.append(Promise(at, days + self.term.extension_days))
        return tuple(promises)

    def _findings(self) -> Iterator[Finding]:
        ended_at = self.stretch.ended_at
        for at in sorted(self.facts.inadmissible):
            # Mostly the person is told in the same instant.
            if at < self.stretch.began_at or (ended_at is not None and ended_at < at):
                continue
            told_by = end_of(day_of(at) + timedelta(days=self.policy.notice_days))
            undone = [each for each in self.facts.reopened if at <= each and self.stretch.has(each)]
            yield Finding(at, told_by, min(undone, default=None))

    def _spans(
        self, pauses: tuple[Pause, ...], promises: tuple[Promise, ...]
    ) -> Iterator[AgencySpan]:
        began_at, ended_at = self.stretch.began_at, self.stretch.ended_at
        transfers = sorted(self.facts.transfers, key=lambda each: each.at)
        agency = self.facts.agency
        for each in transfers:
            if each.at <= began_at:
                agency = each.to
        moves = [Transfer(began_at, agency)]
        moves += [each for each in transfers if began_at < each.at and self.stretch.has(each.at)]
        untils: list[datetime | None] = [each.at for each in moves[1:]]
        for move, until in zip(moves, [*untils, ended_at], strict=True):
            yield self._span(move, until, pauses, promises)

    def _span(
        self,
        move: Transfer,
        until: datetime | None,
        pauses: tuple[Pause, ...],
        promises: tuple[Promise, ...],
    ) -> AgencySpan:
        start = day_of(move.at)
        within = tuple(_cut(pauses, start, None if until is None else day_of(until)))
        counting = counting_by(self.term, self.policy, within)
        days = self.days if self.policy.agency_days is None else self.policy.agency_days
        put_off = [
            each
            for each in promises[1:]
            if move.at <= each.made_at and (until is None or each.made_at < until)
        ]
        days += len(put_off) * self.term.extension_days
        return AgencySpan(
            agency=move.to,
            started_at=move.at,
            due_at=due_after(move.at, days, counting, self.policy),
            ended_at=until,
            days_taken=None if until is None else counting.between(start, day_of(until)),
            pauses=within,
        )


def _cut(pauses: tuple[Pause, ...], start: date, end: date | None) -> Iterator[Pause]:
    """What of the pauses lies after `start` and not after `end`."""
    for pause in pauses:
        ends = [day for day in (pause.through, end) if day is not None]
        cut = Pause(max(pause.after, start), min(ends, default=None))
        if cut.through is None or cut.through > cut.after:
            yield cut
