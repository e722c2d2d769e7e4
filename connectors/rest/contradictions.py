"""Find where a description contradicts itself, before anything is asked of anybody."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from connectors.contract.query import Field
from connectors.rest.child_options import ChildOptions
from connectors.rest.reading_options import Filter, Whole
from connectors.rest.templates import text_of

if TYPE_CHECKING:
    from connectors.rest.options import RestOptions

Where = tuple[str, ...]
Contradiction = tuple[Where, str]

_PATHS: Final = frozenset(
    {
        "path",
        "items",
        "internal_items",
        "inside",
        "records",
        "record",
        "next",
        "more",
        "token",
        "fields_at",
    }
)
_DEFAULTED: Final = frozenset({"AGENCY", "KIND", "STATUS"})
"""Fields that have a value whatever the source says, so that unknown words may mean any."""


def refuse_contradictions(options: "RestOptions") -> None:
    """Raise one `ValidationError` that names every contradiction at its place."""
    found = [*_contradictions(options)]
    if found:
        raise ValidationError.from_exception_data(
            "RestOptions",
            [
                InitErrorDetails(
                    type=PydanticCustomError("value_error", "{error}", {"error": text}),
                    loc=where,
                    input=None,
                )
                for where, text in found
            ],
        )


def _contradictions(options: "RestOptions") -> Iterator[Contradiction]:
    yield from _of_filters(options)
    yield from _of_orders(options)
    yield from _of_children(options)
    yield from _of_moves(options)
    yield from _of_inner_paths(options, (), inside=False)


def _of_filters(options: "RestOptions") -> Iterator[Contradiction]:
    for field, by_op in options.lists.filters.items():
        for op, how in by_op.items():
            where = ("list", "filters", field, op)
            if how.clause is not None and options.lists.clauses is None:
                yield where, "it is a clause, but there are no `list.clauses` to put it into"
            if missing := _unsupplied(options, field):
                yield where, f"the gateway cannot look at {field}: {missing} is not described"
            if _promises_too_much(options, field, how):
                yield (
                    (*where, "exact"),
                    f"a word that is not listed means some {field} too; exact needs "
                    + (
                        "statuses.complete: true"
                        if field == "STATUS"
                        else "a `table` here with all of the source's words"
                    ),
                )


def _unsupplied(options: "RestOptions", field: str) -> str | None:  # noqa: PLR0911 - a table
    """What of a case would have to be described to look at a condition on `field`."""
    fields = options.record.fields
    place = fields.location
    match field:
        case "AGENCY":
            return None if options.record.agency else "record.agency"
        case "STATUS" | "KIND":
            return None
        case "AREA":
            return None if place and place.area_code else "record.fields.location.area_code"
        case "POSITION":
            known = place and place.latitude and place.longitude
            return None if known else "record.fields.location with latitude and longitude"
        case "OVERDUE":
            return None if fields.due_at else "record.fields.due_at"
        case "TEXT":
            return None if fields.description else "record.fields.description"
    name = Field[field].value
    return None if getattr(fields, name) else f"record.fields.{name}"


def _promises_too_much(options: "RestOptions", field: str, how: Filter) -> bool:
    if not how.exact or how.table or field not in _DEFAULTED:
        return False
    if field == "STATUS":
        return not options.statuses.complete
    rule = options.record.kind if field == "KIND" else options.record.agency
    return rule is not None and rule.path is not None


def _of_orders(options: "RestOptions") -> Iterator[Contradiction]:
    for by in options.lists.orders:
        where = ("list", "orders", by)
        if isinstance(options.lists.paging, Whole):
            yield where, "what comes at once is put in order here; expected no orders"
        name = Field[by].value
        if getattr(options.record.fields, name) is None:
            yield where, f"cases are merged by {name}: record.fields.{name} is not described"


def _of_children(options: "RestOptions") -> Iterator[Contradiction]:
    for name, child in options.children.told().items():
        where = ("children", name.value)
        by_get = child.request is not None or child.brought_by in {"get", "both"}
        if by_get and options.get is None:
            yield where, "they come with a single case, but `get` is not described"
        if child.request is None and not isinstance(child.paging, Whole):
            yield (*where, "paging"), "only what has a request of its own comes in pages"


def _of_moves(options: "RestOptions") -> Iterator[Contradiction]:
    out, move = options.statuses.out, options.acts.move
    if out and move is None and any(how.request is None for how in out.values()):
        yield ("statuses", "out"), "there is no `acts.move` that says how a status is changed"
    if move is not None and not out:
        yield ("acts", "move"), "`statuses.out` names no status that a case can be put in"
    if out and options.get is None:
        yield ("statuses", "out"), "a change is read back, but `get` is not described"
    for status, how in out.items():
        word = text_of(how.status) or ""
        read = options.statuses.in_.get(word, status)
        if read is not status:
            yield (
                ("statuses", "out", status.value),
                f'"{word}" is read as {read.value} by `statuses.in`; expected {status.value}',
            )


def _of_inner_paths(value: Any, where: Where, *, inside: bool) -> Iterator[Contradiction]:
    """Paths of an inner item where there is none."""
    match value:
        case BaseModel():
            inside = value.inside is not None if isinstance(value, ChildOptions) else inside
            for name, field in type(value).model_fields.items():
                held = getattr(value, name)
                place = (*where, field.alias or name)
                if name in _PATHS and isinstance(held, str) and held.startswith("@"):
                    if name != "path" or not inside:
                        yield place, f'"{held}" begins at an inner item, but there is none here'
                else:
                    yield from _of_inner_paths(held, place, inside=inside)
        case Mapping():
            for key, held in value.items():
                yield from _of_inner_paths(held, (*where, str(key)), inside=inside)
        case list():
            for held in value:
                yield from _of_inner_paths(held, where, inside=inside)
