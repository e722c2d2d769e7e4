"""Print the table as the documentation shows it."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from resolvers.policy.roles import Role
from resolvers.policy.table import ACTS, CHANNELS, FIELDS, QUESTIONS, Reach, Row, Shown

_WORDS: Final[Mapping[StrEnum, str]] = {
    Reach.NONE: "–",
    Reach.OWN: "own",
    Reach.FILED: "filed here",
    Reach.AGENCIES: "their agencies'",
    Reach.PART: "where they take part",
    Reach.ALL: "all",
    Shown.NO: "–",
    Shown.ALIAS: "alias",
    Shown.YES: "yes",
}


def printed_table() -> str:
    """Who may what, in Markdown: what can be asked for, what is shown, what is done."""
    return "\n\n".join(
        (
            _table("question", ((_in_the_graph(name), row) for name, row in QUESTIONS.items())),
            _table("field", ((_in_the_graph(name), row) for name, row in FIELDS.items())),
            _table("act", ((act.value, row) for act, row in ACTS.items())),
            _table("channel", ((way.value, row) for way, row in CHANNELS.items())),
        )
    )


def _table(first: str, rows: Iterable[tuple[str, Row[Reach] | Row[Shown]]]) -> str:
    """A line for all that have the same rights, in the order in which they come."""
    lines: dict[tuple[str, ...], list[str]] = {}
    for name, row in rows:
        cells = (row.with_code, *(row.by_role[role] for role in Role))
        lines.setdefault(tuple(_WORDS[cell] for cell in cells), []).append(f"`{name}`")
    roles = (role.word.replace("-", " ") for role in Role)
    return "\n".join(
        (
            f"| {first} | with the code | {' | '.join(roles)} |",
            "|---" * (len(Role) + 2) + "|",
            *(f"| {', '.join(names)} | {' | '.join(cells)} |" for cells, names in lines.items()),
        )
    )


def _in_the_graph(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
