"""Say in the configuration's own words what a pydantic model refused, and where it stands."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway.config.document import Document, Key
from gateway.config.entries import PATTERNS
from gateway.config.mistakes import Mistake, described, known, nearest, quoted

_DAY: Final = "a day such as 2026-03-20"
_KINDS: Final = {
    "string_type": "text",
    "string_too_short": "some text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "dataclass_type": "a mapping",
    "path_type": "a path",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
}
_BOUNDS: Final = {
    "greater_than": ("gt", "a number above"),
    "greater_than_equal": ("ge", "a number of at least"),
    "less_than": ("lt", "a number below"),
    "less_than_equal": ("le", "a number of at most"),
}
_CHOICES: Final = frozenset({"literal_error", "enum"})
_OWN_WORDS: Final = frozenset({"value_error", "assertion_error"})
_SHOULD: Final = re.compile(r"Input should (?:be|have) (.*)", re.DOTALL)
_KEY: Final = "[key]"
"""How pydantic says that the key is wrong, not what it holds."""


def refused(
    error: ValidationError,
    *,
    document: Document,
    model: type[BaseModel],
    below: Key = (),
    told: Collection[Key] = (),
    mask: Callable[[str], str] = str,
) -> Iterator[Mistake]:
    """The mistakes behind `error`, which came of reading the value at `below` as a `model`.

    Places in `told` have their mistake already; `mask` takes secrets out of words not our own.
    """
    for detail in error.errors(include_url=False, include_input=False):
        loc = detail["loc"]
        where = _within(document, below, loc)
        if where in told:
            continue
        thing, rest = named(document, where)
        match detail["type"]:
            case "missing":
                subject = f"{thing}: {rest}" if thing else rest
                yield Mistake(f"{subject} is missing", document.key_at(where[:-1]))
            case "extra_forbidden":
                keys = known(str(loc[-1]), _keys(model, loc[:-1]))
                text = f"unknown key {quoted(rest)}; {keys}"
                yield Mistake(f"{thing}: {text}" if thing else text, document.key_at(where))
            case kind:
                subject = ", ".join(filter(None, (thing, rest)))
                key = loc[-1] if loc and loc[-1] == _KEY else None
                came = where[-1] if key else document.get(*where)
                # A file that is one text may be a secret's, included by mistake.
                text = mask(_judgement(detail, kind, came, hidden=bool(below) or not where))
                place = document.key_at(where) if key else document.value_at(where)
                yield Mistake(f"{subject}: {text}" if subject else text, place)


def named(document: Document, where: Key) -> tuple[str, str]:
    """The thing a place belongs to, and the way from there: `source "city"`, `options.url`."""
    match where:
        case ("sources", str(name), *rest):
            return f"source {quoted(name)}", _way(rest)
        case ("templates", str(name), *rest):
            return f"template {quoted(name)}", _way(rest)
        case ("agencies", int(index), *rest):
            code = document.text("agencies", index, "code")
            return (f"agency {quoted(code)}" if code else f"agency {index + 1}"), _way(rest)
    return "", _way(where)


def _way(steps: Sequence[str | int]) -> str:
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def _within(document: Document, below: Key, loc: Key) -> Key:
    """The place in the document; pydantic's own steps, as the member of a union, are left out."""
    where = below
    for step in loc[:-1]:
        if (*where, step) in document.values:
            where = (*where, step)
    wanted = loc and loc[-1] != _KEY and isinstance(document.get(*where), dict | list | None)
    return (*where, loc[-1]) if wanted else where


def _judgement(detail: ErrorDetails, kind: str, came: object, *, hidden: bool) -> str:
    """What was expected and what came; with `hidden`, text that may be secret is not shown."""
    context = detail.get("ctx", {})
    if kind in _OWN_WORDS:
        return str(context["error"])
    telling = kind in _CHOICES or kind in _BOUNDS
    text = f"expected {_expected(detail, kind, context)}; came "
    text += described(came, shown=telling or not hidden)
    if kind == "string_type" and isinstance(came, bool | int | float):
        text += " (write it in quotes)"
    if kind in _CHOICES and isinstance(came, str):
        text += nearest(came, _choices(context))
    return text


def _expected(detail: ErrorDetails, kind: str, context: dict[str, Any]) -> str:
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"{words} {context[key]:g}"
    if kind in _CHOICES:
        choices = _choices(context)
        return f"one of {', '.join(choices)}" if choices else str(context["expected"])
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        return PATTERNS.get(pattern, f"text that matches {pattern}")
    if kind == "url_scheme":
        return f"an address that begins with {context['expected_schemes'].replace(chr(39), '')}"
    said = _SHOULD.fullmatch(detail["msg"])
    return _KINDS.get(kind) or (said[1] if said else f"another value ({detail['msg']})")


def _choices(context: dict[str, Any]) -> list[str]:
    return re.findall("'([^']*)'", context["expected"])


def _keys(model: type[BaseModel], loc: Key) -> set[str]:
    """The keys that the mapping at `loc` may have."""
    models = {model}
    for step in loc:
        fields = [
            field.annotation
            for each in models
            for name, field in each.model_fields.items()
            if step in (name, field.alias)
        ]
        models = {found for field in fields for found in _models(field)} or models
    return {field.alias or name for each in models for name, field in each.model_fields.items()}


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    """The models that an annotation speaks of, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
