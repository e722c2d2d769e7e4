"""Put everything that happened in a case into one order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Entry = Mapping[str, Any]


def timeline(case: Mapping[str, Any]) -> Sequence[Entry]:
    """The newest first: events, messages and decisions, each with its `sort` and `at`.

    An event that only says what a message or a decision of the same moment says is left out.
    """
    told = [*_of(case, "messages", "message"), *_of(case, "decisions", "decision")]
    moments = {(each["sort"], each["at"]) for each in told}
    spoken = {"MESSAGE_ADDED": "message", "ANSWERED_IN_PART": "message", "DECIDED": "decision"}
    events = [
        each
        for each in _of(case, "events", "event")
        if (spoken.get(each["kind"]), each["at"]) not in moments
    ]
    # Of what happened at one moment the last is the newest too.
    return sorted([*events, *told], key=lambda each: each["at"])[::-1]


def _of(case: Mapping[str, Any], name: str, sort: str) -> Iterator[Entry]:
    for each in case[name] or ():
        yield {**each, "sort": sort}
