"""What all lying connectors share: the scenario, a true answer, and a way to bend it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from connectors.contract.capabilities import Capabilities, Paging
from connectors.contract.connector import Call
from connectors.contract.query import ListQuestion, Page
from connectors.contract.records import Complaint, Service
from connectors.memory import FULL, MemoryConnector
from connectors.testing import scenario
from connectors.testing.suite import ConnectorSuite

TOKENS = replace(FULL, paging=Paging.TOKEN)
WHOLE = replace(FULL, paging=Paging.WHOLE)
NOTHING = Capabilities(fields=frozenset())


class Suite(ConnectorSuite):
    def expected(self) -> Sequence[Complaint]:
        return scenario.complaints()

    def expected_services(self) -> Sequence[Service]:
        return scenario.services()


@dataclass(frozen=True)
class Lie:
    """A connector that breaks a promise, and the suite's test that must notice."""

    liar: Callable[[], Any]
    broken: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.liar.__name__}-{self.broken}"


class Liar(MemoryConnector):
    promised: ClassVar[Capabilities] = FULL

    def __init__(self) -> None:
        super().__init__(
            scenario.complaints(), capabilities=self.promised, services=scenario.services()
        )

    async def list(self, question: ListQuestion, call: Call) -> Page:
        return self.bend(await super().list(question, call), question)

    def bend(self, page: Page, question: ListQuestion) -> Page:
        return page


Bend = Callable[[Page, ListQuestion], Page]


def bent(bend: Bend, promised: Capabilities = FULL) -> type[Liar]:
    """A liar that gives each page through `bend`."""
    return type(
        bend.__name__,
        (Liar,),
        {"promised": promised, "bend": lambda _, page, question: bend(page, question)},
    )


def with_rows(page: Page, rows: Sequence[Complaint]) -> Page:
    return replace(page, records=tuple(rows))
