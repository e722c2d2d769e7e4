"""Bring the children that no list brings: by key, in as few calls as the source's batch allows."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from connectors.contract.errors import ConnectorError
from connectors.contract.query import Selection
from connectors.contract.records import Complaint, SourceId
from resolvers.asking import Asker, Authority
from resolvers.plan import Plan, Step


@dataclass(frozen=True, slots=True)
class Detailed:
    """Rows with their late children, and the sources for which not all could be brought."""

    rows: tuple[Complaint, ...]
    failed: Mapping[SourceId, ConnectorError] = field(default_factory=dict)
    """Sources that did not bring all, and why; the rows concerned have null."""
    stale: frozenset[SourceId] = frozenset()
    """Sources that did not answer and of which older children were known."""
    truncated: frozenset[SourceId] = frozenset()
    """Sources that would have cost more calls than allowed; the rest of their rows have null."""


async def add_details(
    rows: Sequence[Complaint],
    plan: Plan,
    askers: Mapping[SourceId, Asker],
    authority: Authority,
) -> Detailed:
    """`rows` with the children that their steps read late. Never raises for a source's sake."""
    steps = {step.source.id: step for step in plan.steps if step.late_children}
    if not steps:
        return Detailed(tuple(rows))
    wanted: defaultdict[SourceId, list[str]] = defaultdict(list)
    for row in rows:
        if row.origin.source in steps:
            wanted[row.origin.source].append(row.origin.source_id)
    allowed = {source: _affordable(steps[source], ids) for source, ids in wanted.items()}
    answers = await asyncio.gather(
        *(
            askers[source].get(ids, _only(steps[source], plan.selection), authority)
            for source, ids in allowed.items()
        )
    )
    details: dict[tuple[SourceId, str], Complaint] = {}
    failed: dict[SourceId, ConnectorError] = {}
    for source, answer in zip(allowed, answers, strict=True):
        for case, found in answer.items():
            if isinstance(found, ConnectorError):
                failed[source] = found
            else:
                details[source, case] = found
    return Detailed(
        tuple(_with_children(row, steps, details) for row in rows),
        failed,
        frozenset(source for (source, _), found in details.items() if found.origin.stale),
        frozenset(source for source, ids in wanted.items() if len(allowed[source]) < len(ids)),
    )


def _affordable(step: Step, ids: list[str]) -> list[str]:
    can = step.source.capabilities.get
    return ids[: step.source.guard.detail_calls * can.max_batch] if can else []


def _only(step: Step, selection: Selection) -> Selection:
    return Selection(children=step.late_children, internal=selection.internal)


def _with_children(
    row: Complaint,
    steps: Mapping[SourceId, Step],
    details: Mapping[tuple[SourceId, str], Complaint],
) -> Complaint:
    detail = details.get((row.origin.source, row.origin.source_id))
    if detail is None:
        return row
    children = steps[row.origin.source].late_children
    return msgspec.structs.replace(
        row, **{child.value: getattr(detail, child.value) for child in children}
    )
