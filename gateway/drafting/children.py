"""Guess where messages, steps and files of a case stand; who may read them is never guessed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.drafting import words
from gateway.drafting.cases import Found
from gateway.drafting.columns import Column, columns_of, path_to
from gateway.drafting.fields import Guess, word_of
from gateway.drafting.moments import written
from gateway.drafting.words import meaning, tokens

_FILES: Final = frozenset({"file", "files", "attachment", "attachments", "fichiers", "pieces"})
_TEXTS: Final = (*words.DESCRIPTION, "notes", "comment")
_DEEPEST: Final = 3

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Items:
    steps: tuple[str, ...]
    columns: Sequence[Column]
    brought_by: str


def children_of(found: Found) -> Iterator[Guess]:
    """The children that the samples show, one of each kind."""
    rules: dict[str, tuple[dict[str, Any], _Items]] = {}
    for items in _items(found):
        for kind, rule in _rules(items):
            where = {"items": path_to(items.steps), "brought_by": items.brought_by}
            if kind not in rules:
                rules[kind] = (where | rule, items)
            elif kind == "messages" and rule["body"] == rules[kind][0]["body"]:
                # Two lists of messages: one of them is most often the staff's own.
                rules[kind][0].setdefault("internal_items", path_to(items.steps))
    for kind, (rule, items) in rules.items():
        yield Guess(("children", kind), rule, _doubt(kind, items))


def _items(found: Found) -> Iterator[_Items]:
    listed, single = _gathered(found.listed), _gathered([case for _, _, case in found.single])
    for steps in dict.fromkeys([*listed, *single]):
        rows = [*listed.get(steps, ()), *single.get(steps, ())]
        brought = "both" if steps in listed and found.single else "list"
        yield _Items(steps, columns_of(rows), brought if steps in listed else "get")


def _gathered(cases: Sequence[Item]) -> dict[tuple[str, ...], list[Item]]:
    gathered: dict[tuple[str, ...], list[Item]] = {}
    for case in cases:
        for steps, rows in _arrays(case, ()):
            gathered.setdefault(steps, []).extend(rows)
    return gathered


def _arrays(value: Any, steps: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Item]]]:
    if isinstance(value, list):
        if value and all(isinstance(each, dict) for each in value):
            yield steps, value
    elif isinstance(value, dict) and len(steps) < _DEEPEST:
        for name, held in value.items():
            yield from _arrays(held, (*steps, name))


def _rules(items: _Items) -> Iterator[tuple[str, dict[str, Any]]]:
    key, at = _called(items, ("id", "key", "uuid")), _time(items)
    if key is None:
        return
    if set(tokens(items.steps[-1])) & _FILES:
        yield "attachments", {"id": key.path, **_of_a_file(items)}
        return
    text, state = _called(items, _TEXTS), _called(items, words.STATUS)
    if at is None:
        return
    if text is not None:
        yield "messages", {"id": key.path, "at": at, "body": text.path, **_author(items)}
    elif state is not None:
        yield "events", {"id": key.path, "at": at, "status": state.path}


def _of_a_file(items: _Items) -> dict[str, Any]:
    named = {
        "name": _called(items, ("name", "filename", "nom", "title")),
        "media_type": _called(items, ("type", "mime", "content")),
        "bytes": _called(items, ("size", "bytes", "taille", "length")),
    }
    return {ours: column.path for ours, column in named.items() if column is not None}


def _author(items: _Items) -> dict[str, Any]:
    for column in items.columns:
        if set(column.words) & set(words.AUTHOR) and column.texts:
            # What has several words may be somebody's name.
            seen = [word for word in map(word_of, column.values) if len(tokens(word)) == 1]
            table = {word: ours for word in seen if (ours := meaning(word, words.AUTHORS))}
            if table:
                return {"author": {"path": column.path, "table": table}}
    return {}


def _time(items: _Items) -> Any:
    for column in items.columns:
        how = written(column.values)
        if how is not None and set(column.words) & set(words.MADE):
            iso = how.format == "iso"
            return column.path if iso else {"path": column.path, "format": how.format}
    return None


def _called(items: _Items, names: Sequence[str]) -> Column | None:
    """The property that is called like one of `names`: the first of them, in the fewest words."""
    own = [column for column in items.columns if column.values and len(column.steps) == 1]
    for name in names:
        called = [column for column in own if name in column.words]
        if called:
            return min(called, key=lambda column: len(column.words))
    return None


def _doubt(kind: str, items: _Items) -> str:
    said = f"an array of objects called like {kind}"
    if kind != "messages":
        return said
    public = [
        column.path
        for column in items.columns
        if column.values and all(isinstance(value, bool) for value in column.values)
    ]
    looks = f" ({', '.join(public)} may say so)" if public else ""
    return f"{said}; they are internal until `visibility` says who may read them{looks}"
