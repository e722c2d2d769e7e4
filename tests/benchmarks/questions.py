"""The same questions for the product and for the baseline, and one form for both answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Row = tuple[Any, ...]

_OURS = "origin { sourceId } status kind title category channel createdAt updatedAt dueAt"
_THEIRS = "number status kind title category channel createdAt updatedAt dueAt"
_EVENTS = "events { kind at status }"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of both; a cursor stands for an offset."""

    name: str
    offset: int
    ours: Callable[[str | None], str]
    theirs: str


def ask(
    name: str,
    *,
    first: int = 50,
    offset: int = 0,
    events: bool = False,
    ours: str = "",
    theirs: str = "",
) -> Question:
    """A question; `ours` and `theirs` are its filters in the two graphs' words."""
    children = _EVENTS if events else ""

    def of_ours(cursor: str | None) -> str:
        after = f', after: "{cursor}"' if cursor else ""
        return (
            f"{{ complaints(first: {first}{after}{f', filter: {{ {ours} }}' if ours else ''})"
            f" {{ nodes {{ {_OURS} {children} }} }} }}"
        )

    of_theirs = (
        f"{{ complaints(first: {first}, offset: {offset}{f', {theirs}' if theirs else ''})"
        f" {{ {_THEIRS} {children} }} }}"
    )
    return Question(name, offset, of_ours, of_theirs)


def questions(rows: int) -> Sequence[Question]:
    """What lists are mostly asked for, and what costs most."""
    deep = min(10_000, rows // 2)
    return (
        ask("the latest 50"),
        ask("the latest 50 with their events", events=True),
        ask(f"50 from row {deep:,} on", offset=deep),
        ask(
            "one agency's open cases",
            ours='agencies: ["commune-tanger"], statuses: [SUBMITTED, IN_PROGRESS, REOPENED]',
            theirs='agencies: ["commune-tanger"], statuses: ["SUBMITTED", "IN_PROGRESS", "REOPENED"]',
        ),
        ask("a word", first=20, ours='text: "lampadaires"', theirs='text: "lampadaires"'),
        ask("a rare number", first=20, ours='text: "46370"', theirs='text: "46370"'),
    )


def rows_of(answer: Mapping[str, Any]) -> Sequence[Row]:
    """An answer of either graph as plain rows."""
    complaints = answer["data"]["complaints"]
    nodes = complaints["nodes"] if isinstance(complaints, dict) else complaints
    return [_row(node) for node in nodes]


def _row(node: Mapping[str, Any]) -> Row:
    number = node["number"] if "number" in node else node["origin"]["sourceId"]
    words = tuple(node[name] for name in ("status", "kind", "title", "category", "channel"))
    times = tuple(_time(node[name]) for name in ("createdAt", "updatedAt", "dueAt"))
    events = tuple(
        (event["kind"], _time(event["at"]), event["status"]) for event in node.get("events") or ()
    )
    return (number, *words, *times, events)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
