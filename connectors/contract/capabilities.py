"""What a connector promises, as data that the planner reads before it calls.

Each entry is a promise that the shared suite holds its maker to; what is not declared is refused
with `NotSupported`. Promise less rather than nearly.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.contract.errors import NotSupported
from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    Child,
    Condition,
    Field,
    ListQuestion,
    Op,
    Order,
    Selection,
)
from connectors.contract.records import Visibility


class Exactness(StrEnum):
    """How a filter or a total can be trusted."""

    EXACT = "EXACT"
    """Just the rows for which `Condition.holds`."""
    APPROXIMATE = "APPROXIMATE"
    """At least those rows; the engine looks at each again."""


class Paging(StrEnum):
    """How the next page is asked for."""

    KEYSET = "KEYSET"
    """By `after`: any place in a declared order will do."""
    TOKEN = "TOKEN"  # noqa: S105 - a way of paging, no secret
    """By the `next_token` of the page before, whatever the wire calls it."""
    WHOLE = "WHOLE"
    """Not at all: one page holds everything, up to `max_page`, else the source says `more`."""


class Idempotency(StrEnum):
    """What makes a repeated write safe."""

    KEY = "KEY"
    """The source keeps the key we send."""
    SEARCH = "SEARCH"
    """A search by our reference finds what an earlier attempt left."""
    NONE = "NONE"
    """Nothing: a write of unknown result must not be repeated."""


@dataclass(frozen=True, slots=True)
class GetCapability:
    """How cases can be read by the source's ids."""

    max_batch: int = 1
    """Ids per call."""
    children: frozenset[Child] = frozenset()
    """What a get can bring beside the case itself."""


@dataclass(frozen=True, slots=True)
class MessageCapability:
    """How messages can be added."""

    visibilities: frozenset[Visibility]
    idempotency: Idempotency


@dataclass(frozen=True, slots=True)
class AttachmentCapability:
    """How files can be added."""

    max_bytes: int
    idempotency: Idempotency


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Everything a source can do; the default is a source that lists, and nothing else."""

    fields: frozenset[str]
    """The selectable fields it can supply; the others are null and named to the reader."""
    filters: Mapping[tuple[Field, Op], Exactness] = field(default_factory=dict)
    orders: frozenset[Order] = frozenset()
    """Empty: rows come in any order and the engine sorts what fits its buffer."""
    paging: Paging = Paging.WHOLE
    max_page: int = 1000
    total: Exactness | None = None
    """Whether `Page.total` comes when asked for. None: never."""
    children: frozenset[Child] = frozenset()
    """What a list can bring at no further call."""
    get: GetCapability | None = None
    files: Idempotency | None = None
    """How a filing is made safe to repeat. None: the source takes no filings."""
    settles_seconds: float = 0.0
    """How long after an attempt was given up a search may still miss what it left; with SEARCH."""
    tells_references: bool = False
    """Whether lists can tell in `Page.carries` which references of ours the cases carry."""
    services: bool = False
    """Whether the source lists its services."""
    says: MessageCapability | None = None
    """How messages can be added. None: not at all."""
    moves: frozenset[Status] = frozenset()
    """The states that a case can be put in; to put it there twice is harmless."""
    attaches: AttachmentCapability | None = None
    """How files can be added. None: not at all."""

    def supports(self, condition: Condition) -> Exactness | None:
        """How `condition` is seen to; None if it is not."""
        return self.filters.get((condition.field, condition.op))

    def refuse_undeclared(self, question: ListQuestion) -> None:
        """Raise `NotSupported`, naming what `question` uses that is not declared here."""
        for use in self._undeclared(question):
            raise _refusal(use)

    def refuse_undeclared_get(self, ids: Collection[str], selection: Selection) -> GetCapability:
        """Raise likewise for a get; else say how it is declared, as those below do."""
        count = len(set(ids))
        if self.get is None:
            raise _refusal("a get")
        if count > self.get.max_batch:
            raise _refusal(f"a get of {count} ids (1 to {self.get.max_batch})")
        for child in sorted(selection.children - self.get.children):
            raise _refusal(f"a get of the children {child.value}")
        return self.get

    def refuse_undeclared_services(self) -> None:
        """Raise likewise for services and their attributes."""
        if not self.services:
            raise _refusal("a list of services")

    def refuse_undeclared_filing(self) -> Idempotency:
        """Raise likewise for a filing, and for what became of one."""
        if self.files is None:
            raise _refusal("a filing")
        return self.files

    def refuse_undeclared_search(self) -> None:
        """Raise likewise for a search for a filing."""
        if self.files is not Idempotency.SEARCH:
            raise _refusal("a search for a filing")

    def refuse_undeclared_saying(self, visibility: Visibility) -> MessageCapability:
        """Raise likewise for a message of that `visibility`."""
        if self.says is None or visibility not in self.says.visibilities:
            raise _refusal(f"a message that is {visibility.value}")
        return self.says

    def refuse_undeclared_move(self, status: Status) -> None:
        """Raise likewise for a move to `status`."""
        if status not in self.moves:
            raise _refusal(f"a move to {status.value}")

    def refuse_undeclared_upload(self) -> AttachmentCapability:
        """Raise likewise for a file; how large it may be is told by a `Rejected`."""
        if self.attaches is None:
            raise _refusal("a file")
        return self.attaches

    def _undeclared(self, question: ListQuestion) -> list[str]:
        uses = [
            f"a filter {condition.field.name} {condition.op.name}"
            for condition in question.where
            if self.supports(condition) is None
        ]
        if question.order is not None and question.order not in self.orders:
            uses.append(f"the order {question.order.by.name} {question.order.direction}")
        uses += [
            f"the children {child.value}" for child in question.selection.children - self.children
        ]
        if question.selection.total and self.total is None:
            uses.append("a total")
        if question.selection.carried and not self.tells_references:
            uses.append("references of ours")
        if question.after is not None and (self.paging is not Paging.KEYSET or not question.order):
            uses.append("a page after a key")
        if question.token is not None and self.paging is not Paging.TOKEN:
            uses.append("a page token")
        if not 1 <= question.limit <= self.max_page:
            uses.append(f"a page of {question.limit} (1 to {self.max_page})")
        return uses


def _refusal(use: str) -> NotSupported:
    return NotSupported(f"{use} was asked of a source that does not declare it", sent=False)
