"""Decide, without any I/O, what to ask of which source and what is left for us."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from connectors.contract.capabilities import Capabilities, Exactness, Paging
from connectors.contract.query import (
    Child,
    ComplaintQuery,
    Condition,
    Field,
    Op,
    Order,
    Selection,
)
from connectors.contract.records import STORE, AgencyCode, Mode, SourceId
from resolvers.outcome import SourceStatus
from resolvers.registry import Registry, Source


class Sorting(StrEnum):
    """Who puts a source's rows in order."""

    SOURCE = "SOURCE"
    BUFFER = "BUFFER"
    """We do, if all that matches fits the sort buffer."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one source is asked, and what we do to its answer."""

    source: Source
    pushed: tuple[Condition, ...]
    residual: tuple[Condition, ...]
    sorting: Sorting
    reading_order: Order | None
    """The order it is read in: the question's, or one that it can page by. None: any."""
    selection: Selection
    """What its list brings: selected, or needed to sort and to filter."""
    late_children: frozenset[Child]
    """Selected children that only a read by key brings."""
    fields_missing: tuple[str, ...]
    """Selected fields and children it cannot supply."""
    pending_of: frozenset[AgencyCode] = frozenset()
    """Agencies that another source lists: of theirs only what that has not got yet is this one's."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A source that holds asked-for agencies and yet cannot be asked."""

    source: Source
    status: SourceStatus
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole decision for one question; it can print itself."""

    query: ComplaintQuery
    selection: Selection
    steps: tuple[Step, ...]
    excluded: tuple[Exclusion, ...]
    mirrored: tuple[Source, ...]
    """The sources whose cases the store lists, as far as they were asked about."""

    def explain(self) -> str:
        """The plan as text, a block a source, in the order of the sources' names."""
        order = self.query.order
        lines = [f"order {order.by.name} {order.direction.value}, then source, source id"]
        for step in self.steps:
            lines += _explain_step(step)
            if step.pending_of:
                lines.append("  also for  what was filed here and is not delivered yet")
            if step.source.id == STORE and self.mirrored:
                names = ", ".join(source.id for source in self.mirrored)
                lines.append(f"  also for  {names} (mirrored here, not asked)")
        lines += [f"{each.source.id}: {each.status} ({each.reason})" for each in self.excluded]
        return "\n".join(lines)


_NEEDS: Final[Mapping[Field, frozenset[str]]] = {
    Field.CHANNEL: frozenset({"channel"}),
    Field.SERVICE: frozenset({"service_code"}),
    Field.CATEGORY: frozenset({"category"}),
    Field.AREA: frozenset({"location"}),
    Field.POSITION: frozenset({"location"}),
    Field.CREATED: frozenset({"created_at"}),
    Field.UPDATED: frozenset({"updated_at"}),
    Field.RECEIVED: frozenset({"received_at"}),
    Field.DUE: frozenset({"due_at"}),
    Field.CLOSED: frozenset({"closed_at"}),
    Field.OVERDUE: frozenset({"due_at"}),
    Field.TEXT: frozenset({"title", "description"}),
}
"""The record fields of which at least one must be there to look at a condition ourselves."""


def plan(query: ComplaintQuery, selection: Selection, registry: Registry) -> Plan:
    """Who is asked what, for the agencies that `query` (already narrowed to a viewer) names."""
    asked = registry.select(query.where)
    conditions = tuple(
        condition for condition in query.where if condition.field is not Field.AGENCY
    )
    mirrored = _mirrored(asked, registry)
    blind = [each for each in (_blind(source, conditions) for source in mirrored) if each]
    listed = asked.difference(*(each.source.agencies for each in blind))
    pending_of = _filed_here_listed_elsewhere(listed, registry)
    groups = _by_source(listed, registry)
    if pending_of:
        groups = {**groups, STORE: groups.get(STORE, frozenset()) | pending_of}
    decisions = [
        _decide(registry.sources[source], agencies, conditions, query, selection)
        for source, agencies in sorted(groups.items())
    ]
    return Plan(
        query,
        selection,
        tuple(
            replace(decision, pending_of=pending_of) if decision.source.id == STORE else decision
            for decision in decisions
            if isinstance(decision, Step)
        ),
        (*blind, *(decision for decision in decisions if isinstance(decision, Exclusion))),
        tuple(source for source in mirrored if not listed.isdisjoint(source.agencies)),
    )


def _mirrored(codes: frozenset[AgencyCode], registry: Registry) -> list[Source]:
    return [
        source
        for source in registry.sources.values()
        if source.mode is Mode.MIRROR and not codes.isdisjoint(source.agencies)
    ]


def _filed_here_listed_elsewhere(
    codes: frozenset[AgencyCode], registry: Registry
) -> frozenset[AgencyCode]:
    return frozenset(
        code
        for code in codes
        if registry.routes[code].lists != STORE and registry.takes_filings(code)
    )


def _blind(source: Source, conditions: Iterable[Condition]) -> Exclusion | None:
    """The exclusion of `source` for the first condition of which it tells nothing, if any."""
    for condition in conditions:
        needs = _NEEDS.get(condition.field)
        if needs is not None and not needs & source.listed_fields:
            return Exclusion(
                source,
                SourceStatus.UNSUPPORTED_FILTER,
                f"it neither filters by {condition.field.name} nor supplies it",
            )
    return None


def _by_source(
    codes: Iterable[AgencyCode], registry: Registry
) -> Mapping[SourceId, frozenset[AgencyCode]]:
    groups: defaultdict[SourceId, set[AgencyCode]] = defaultdict(set)
    for code in codes:
        groups[registry.routes[code].lists].add(code)
    return {source: frozenset(agencies) for source, agencies in groups.items()}


def _decide(
    source: Source,
    agencies: frozenset[AgencyCode],
    conditions: tuple[Condition, ...],
    query: ComplaintQuery,
    selection: Selection,
) -> Step | Exclusion:
    can = source.capabilities
    conditions = (*_on_agencies(source, agencies), *conditions)
    pushed = tuple(each for each in conditions if can.supports(each) is not None)
    residual = tuple(each for each in conditions if can.supports(each) is not Exactness.EXACT)
    if blind := _blind(source, residual):
        return blind
    if query.order not in can.orders and query.order.by.value not in can.fields:
        return Exclusion(
            source,
            SourceStatus.UNSUPPORTED_ORDER,
            f"it neither orders by {query.order.by.name} nor supplies it",
        )
    sorting = Sorting.SOURCE if query.order in can.orders else Sorting.BUFFER
    reading_order = query.order if sorting is Sorting.SOURCE else _order_to_page_by(can)
    by_key = can.get.children if can.get else frozenset()
    late = (selection.children - can.children) & by_key
    return Step(
        source=source,
        pushed=pushed,
        residual=residual,
        sorting=sorting,
        reading_order=reading_order,
        selection=_list_selection(can, residual, (query.order, reading_order), selection),
        late_children=late,
        fields_missing=_missing(can, selection, late),
    )


def _on_agencies(source: Source, agencies: frozenset[AgencyCode]) -> tuple[Condition, ...]:
    # The store may hold cases of agencies that left the registry: it is always told which.
    if source.id != STORE and agencies >= frozenset(source.agencies):
        return ()
    return (Condition(Field.AGENCY, Op.IN, agencies),)


def needed_for(conditions: Iterable[Condition]) -> frozenset[str]:
    """The fields of a record by which these are looked at."""
    return frozenset().union(
        *(_NEEDS.get(condition.field, frozenset()) for condition in conditions)
    )


def _order_to_page_by(can: Capabilities) -> Order | None:
    if can.paging is not Paging.KEYSET:
        return None
    return min(can.orders, key=lambda order: (order.by, order.direction), default=None)


def _list_selection(
    can: Capabilities,
    residual: tuple[Condition, ...],
    orders: Iterable[Order | None],
    selection: Selection,
) -> Selection:
    needed = {order.by.value for order in orders if order is not None} | needed_for(residual)
    return Selection(
        fields=(selection.fields | needed) & can.fields,
        children=selection.children & can.children,
        internal=selection.internal,
        total=selection.total and can.total is not None and not residual,
    )


def _missing(can: Capabilities, selection: Selection, late: frozenset[Child]) -> tuple[str, ...]:
    children = {child.value for child in selection.children - can.children - late}
    return tuple(sorted((selection.fields - can.fields) | children))


def _explain_step(step: Step) -> list[str]:
    can = step.source.capabilities
    lines = [f"{step.source.id}: {step.source.kind}, {step.source.mode.value}"]
    if step.pushed:
        lines.append(f"  asks      {_words(step.pushed)}")
    if step.residual:
        lines.append(f"  rechecks  {_words(step.residual)}")
    sorting = "sorted there" if step.sorting is Sorting.SOURCE else "sorted here, within the buffer"
    paging = {
        Paging.KEYSET: "pages by key",
        Paging.TOKEN: "pages by token",
        Paging.WHOLE: "one page",
    }[can.paging]
    lines.append(f"  reads     {sorting}, {paging} of up to {can.max_page}")
    if step.late_children:
        lines.append(f"  then gets {', '.join(sorted(step.late_children))} by key")
    if step.fields_missing:
        lines.append(f"  lacks     {', '.join(step.fields_missing)}")
    return lines


_MANY: Final = 5


def _words(conditions: Iterable[Condition]) -> str:
    return " and ".join(_word(condition) for condition in conditions)


def _word(condition: Condition) -> str:
    value = condition.value
    if isinstance(value, frozenset):
        items = sorted(str(item) for item in value)
        more = f", … {len(items) - _MANY} more" if len(items) > _MANY else ""
        value = f"[{', '.join(items[:_MANY])}{more}]"
    elif isinstance(value, tuple):
        value = " ".join(value)
    return f"{condition.field.name} {condition.op.value} {value}"
