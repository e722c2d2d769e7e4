"""Say how the fields of a described system's case come to be, for whoever describes it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.contract.connector import Explained
from connectors.contract.errors import BadData
from connectors.rest.child_options import ChildOptions
from connectors.rest.options import RestOptions
from connectors.rest.paths import compiled
from connectors.rest.rules import ChoiceRule, NumberRule, TextRule, TimeRule
from connectors.rest.values import TextValue

Rule = TextRule | TimeRule | NumberRule | ChoiceRule[Any]

_MOST_SHOWN = 5


def explained(options: RestOptions, source_id: str, said: Any) -> Sequence[Explained]:
    """The rules of `options`, each with what stands there in the case `source_id` of an answer.

    Empty if the answer `said` does not hold the case.
    """
    id_ = TextValue("record.id", options.record.id)
    for case in _cases(options, said):
        if isinstance(case, dict) and _is(id_, case, source_id):
            return [*_of_case(options, case)]
    return []


def _cases(options: RestOptions, said: Any) -> Iterator[Any]:
    paths = [options.lists.records]
    if options.get is not None:
        paths.append(options.get.record)
        paths += [options.get.bulk.records] if options.get.bulk is not None else []
    for path in dict.fromkeys(paths):
        for match in _matches(path, said):
            yield from match if isinstance(match, list) else [match]


def _is(id_: TextValue, case: Mapping[str, Any], source_id: str) -> bool:
    try:
        return id_.of(case) == source_id
    except BadData:
        return False


def _of_case(options: RestOptions, case: Any) -> Iterator[Explained]:
    record = options.record
    yield _of_rule("id", record.id, case)
    status = _of_rule("status", record.status, case)
    yield Explained("status", f"{status.rule}, by statuses.in", status.found)
    yield _of_rule("kind", record.kind, case)
    if record.agency is not None:
        yield _of_rule("agency_code", record.agency, case)
    for name in type(record.fields).model_fields:
        rule = getattr(record.fields, name)
        if name == "location" and rule is not None:
            for part in type(rule).model_fields:
                if (inner := getattr(rule, part)) is not None:
                    yield _of_rule(f"location.{part}", inner, case)
        elif rule is not None:
            yield _of_rule(name, rule, case)
    for name, child in options.children.told().items():
        yield _of_child(name.value, child, case)


def _of_rule(field: str, rule: Rule, case: Any) -> Explained:
    if isinstance(rule, TextRule | ChoiceRule) and rule.path is None:
        return Explained(field, "a constant", rule.constant)
    found = _matches(str(rule.path), case)
    return Explained(field, ", ".join([str(rule.path), *_ways(rule)]), _few(found))


def _ways(rule: Rule) -> Iterator[str]:
    """How what stands there is read."""
    if rule.first:
        yield "the first"
    match rule:
        case TimeRule():
            yield from [] if rule.format == "iso" else [rule.format]
            yield from [] if rule.timezone is None else [rule.timezone]
        case NumberRule():
            yield from ["decimal comma"] if rule.decimal == "," else []
        case TextRule():
            yield from ["as HTML"] if rule.html else []
            yield from ["by its table"] if rule.table else []
        case ChoiceRule():
            yield "by its table"


def _of_child(name: str, child: ChildOptions, case: Any) -> Explained:
    if child.request is not None:
        return Explained(name, f"a call of its own to {child.request.path}, {child.items}")
    paths = [child.items, getattr(child, "internal_items", None)]
    known = [path for path in paths if path is not None]
    found = [match for path in known for match in _matches(path, case)]
    count = sum(len(match) if isinstance(match, list) else 1 for match in found)
    places = " and ".join(known)
    return Explained(name, f"{places}, brought by {child.brought_by}", f"{count} items")


def _matches(path: str, value: Any) -> Sequence[Any]:
    try:
        return compiled(path).matches(value)
    except BadData:
        return ()


def _few(found: Sequence[Any]) -> Any:
    return found[0] if len(found) == 1 else list(found[:_MOST_SHOWN]) or None
