"""Hold what is in the store, and what the agency has, to what was promised."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.contract.acts import Act
from connectors.contract.outbox import Delivery, DeliveryState, Verb, Which
from connectors.store import Store
from tests.crash.agency import Taken, kept_in
from tests.crash.citizens import Case
from tests.crash.registry import DESKS

_PATIENCE_SECONDS = 2400
_ON_THE_WAY = frozenset({DeliveryState.PENDING, DeliveryState.SENDING})


@asynccontextmanager
async def looking_into(url: str) -> AsyncIterator[Store]:
    """The store, beside whoever writes to it."""
    async with aclosing(await Store.open(url, writes=False)) as store:
        yield store


async def drained(url: str, sources: Collection[str] = DESKS) -> None:
    """Return when nothing more is going to be tried at `sources`."""
    given_up_at = time.monotonic() + _PATIENCE_SECONDS
    async with looking_into(url) as store:
        while left := [each for each in await _on_the_way(store) if each.source in sources]:
            assert time.monotonic() < given_up_at, left
            await asyncio.sleep(0.2)


async def _on_the_way(store: Store) -> list[Delivery]:
    """What is still going to be tried: nothing is, after a filing of which nobody knows."""
    every = await _deliveries(store)
    stuck = {
        each.reference
        for each in every
        if each.verb is Verb.FILE and each.state is DeliveryState.UNCERTAIN
    }
    return [each for each in every if each.state in _ON_THE_WAY and each.reference not in stuck]


@dataclass(frozen=True)
class Account:
    """What came of it all."""

    cases: Sequence[Case]
    deliveries: Sequence[Delivery]
    taken: Sequence[Taken]
    done: Counter[tuple[str, str]]
    """Links of the histories, by reference and act."""
    filed: Counter[str]
    """Events that say that a case was filed, by reference."""
    said: dict[str, list[str]]
    """Messages, by reference."""

    @property
    def told(self) -> str:
        """A line about it."""
        states = Counter((each.source, each.state.value) for each in self.deliveries)
        attempts = sum(each.attempts for each in self.deliveries)
        return f"{dict(states)}; {attempts} attempts"

    @property
    def uncertain(self) -> list[int]:
        """The deliveries of which nobody knows whether they arrived, oldest first."""
        return [each.id for each in self.deliveries if each.state is DeliveryState.UNCERTAIN]

    def check_store(self) -> None:
        """Every act that was acknowledged is there, once, and no other."""
        expected = Counter({(case.reference, Act.FILE.value): 1 for case in self.cases})
        expected += Counter({(c.reference, Act.ADD_MESSAGE.value): len(c.said) for c in self.cases})
        assert self.done == expected
        assert self.filed == Counter(case.reference for case in self.cases)
        assert self.said == {case.reference: case.said for case in self.cases if case.said}

    def check_agency(self) -> None:
        """Nothing is there twice; what is not delivered says so; what is certain came in order."""
        there: dict[str, list[str]] = defaultdict(list)
        counts = Counter((each.desk, each.text) for each in self.taken)
        assert set(counts.values()) <= {1}, counts.most_common(3)
        numbers = {(each.desk, each.case): each.text for each in self.taken if each.filed}
        for each in self.taken:
            if not each.filed:
                there[numbers[each.desk, each.case]].append(each.text)
        told: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in self.deliveries:
            told[delivery.reference].append(delivery)
        for case in self.cases:
            self._check_case(case, told[case.reference], counts)
            # What was given up in doubt may be taken at any time after.
            certain = [
                text
                for text, delivery in zip(case.said, told[case.reference][1:], strict=True)
                if delivery.state is DeliveryState.DELIVERED
            ]
            assert [text for text in there[case.reference] if text in certain] == certain

    def _check_case(
        self, case: Case, told: Sequence[Delivery], counts: Counter[tuple[str, str]]
    ) -> None:
        texts = [case.reference, *case.said]
        assert [each.verb for each in told] == [Verb.FILE, *[Verb.SAY] * len(case.said)]
        doubted = told[0].state is DeliveryState.UNCERTAIN
        for delivery, text in zip(told, texts, strict=True):
            there = counts[case.desk, text]
            match delivery.state:
                case DeliveryState.DELIVERED:
                    assert there == 1, delivery
                case DeliveryState.UNCERTAIN:
                    assert case.desk == "none", delivery
                case _:
                    # Nothing is said in a case of which nobody knows whether it is there.
                    assert doubted, delivery
                    assert there == 0, delivery


async def account_of(url: str, folder: Path, cases: Sequence[Case]) -> Account:
    """Read it all."""
    async with looking_into(url) as store:
        done = await _rows(
            store,
            "SELECT l.reference, h.act, count(*) FROM history h JOIN ledger l ON"
            " l.id = h.ledger_id GROUP BY l.reference, h.act",
        )
        filed = await _rows(
            store,
            "SELECT l.reference, count(*) FROM event e JOIN ledger l ON"
            " l.complaint_id = e.complaint_id WHERE e.kind = 'FILED' GROUP BY l.reference",
        )
        messages = await _rows(
            store,
            "SELECT l.reference, m.body FROM message m JOIN ledger l ON"
            " l.complaint_id = m.complaint_id ORDER BY m.complaint_id, m.position",
        )
        said: dict[str, list[str]] = defaultdict(list)
        for reference, body in messages:
            said[reference].append(body)
        return Account(
            cases=cases,
            deliveries=await _deliveries(store),
            taken=kept_in(folder),
            done=Counter({(reference, act): count for reference, act, count in done}),
            filed=Counter(dict(filed)),
            said=dict(said),
        )


async def _rows(store: Store, statement: str) -> Sequence[Any]:
    return [tuple(row) for row in await store._engine.fetch(statement)]


async def _deliveries(store: Store) -> Sequence[Delivery]:
    return await store.outbox.deliveries(Which(states=frozenset(DeliveryState)), most=1_000_000)
