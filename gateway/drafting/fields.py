"""Guess which of a case's properties is which of our fields, and say how sure that is."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.drafting import words
from gateway.drafting.columns import DEEPEST, Column, path_to
from gateway.drafting.moments import Written, written
from gateway.drafting.words import meaning

_SHORT: Final = 200
_EXACTLY: Final = 4.0
_PARTLY: Final = 2.0
_ELSEWHERE: Final = frozenset({"external", "externe", "ext", "parent", "foreign"})
_KEYS: Final = ("id", "code", "key", "value", "label", "libelle", "name", "nom")
_LABELS: Final = ("label", "libelle", "name", "nom", "title", "code")
_PAIR: Final = 2
_HTML: Final = re.compile(r"</?[a-z][^<>]*>|&(?:#\d+|[a-z]+);", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guess:
    """One entry of the description."""

    where: tuple[str, ...]
    """Its place below `options`."""
    value: Any
    unsure: str | None
    """Why a person must look; None if it is plain from the samples."""


@dataclass(frozen=True, slots=True)
class Times:
    """The times of a case, and whether they need a zone to be understood."""

    guesses: Sequence[Guess]
    zoned: bool


def identity(columns: Sequence[Column]) -> Guess:
    """Where the id stands."""
    where = ("record", "id")
    found = [
        (_ranked(column, words.ID) + (column.words[-1:] == ("id",)), column)
        for column in columns
        if len(column.steps) == 1
        and not _ELSEWHERE & set(column.words)
        and column.unique
        and _ranked(column, words.ID)
    ]
    if not found:
        return Guess(where, "$.id", "no property tells the cases of the samples apart")
    best = max(found, key=lambda each: each[0])[1]
    alone = "one case cannot show that ids differ" if best.rows == 1 else None
    return Guess(where, best.path, alone)


def title(columns: Sequence[Column]) -> Guess | None:
    """Where the title stands."""
    best = _best(columns, words.TITLE, lambda column: _texts_up_to(column, _SHORT))
    if best is None:
        return None
    plain = best.words[0] in words.TITLE and len(best.steps) == 1
    doubt = None if plain else "only a part of its name says so"
    return Guess(("record", "fields", "title"), best.path, doubt)


def status_column(columns: Sequence[Column]) -> Column | None:
    """Where the status stands; of an object the part that is least likely to be reworded."""
    usable = [c for c in columns if c.values and not all(isinstance(v, bool) for v in c.values)]
    alone = _best([c for c in usable if len(c.steps) == 1], words.STATUS, _whole_name)
    if alone is not None:
        return alone
    inside = [c for c in usable if len(c.steps) == _PAIR and c.above[-1:] and _is_status(c)]
    return min(inside, key=lambda c: _place(c.last, _KEYS), default=None)


def labels_of(column: Column, columns: Sequence[Column]) -> Mapping[str, str]:
    """For each word of `column` what is written beside it to be read, or the word itself."""
    beside = [
        c
        for c in columns
        if c.steps[:-1] == column.steps[:-1] and len(c.steps) == len(column.steps)
    ]
    readable = [c for c in beside if c.at == column.at and c.texts]
    best = min(readable, key=lambda c: _place(c.last, _LABELS), default=column)
    if len(column.steps) == 1:
        best = column
    return {word_of(raw): str(label) for raw, label in zip(column.values, best.values, strict=True)}


def times(columns: Sequence[Column]) -> Times:
    """Where each time stands, and how it is written."""
    told = {column.steps: written(column.values) for column in columns}
    usual = Counter(how.format for how in told.values() if how is not None)
    proven = {how.format for how in told.values() if how is not None and not how.ambiguous}
    guesses: list[Guess] = []
    zoned = True
    for field, names in words.TIMES.items():
        best = _best(columns, names, lambda c: not c.values or told[c.steps] is not None)
        if best is None:
            continue
        how = told[best.steps]
        zoned = zoned and (how is None or how.zoned)
        guesses.append(_time(field, best, how, usual, proven))
    return Times(guesses, zoned)


def others(columns: Sequence[Column], cases: Sequence[Mapping[str, Any]]) -> Iterator[Guess]:
    """What else may be told; all of it is for a person to confirm."""
    fields = ("record", "fields")
    taken = [guess.value for guess in (title(columns),) if guess is not None]
    if found := _best(columns, words.DESCRIPTION, lambda c: bool(c.texts) and c.path not in taken):
        html = any(_HTML.search(text) for text in found.texts)
        rule = {"path": found.path, "html": True} if html else found.path
        yield Guess((*fields, "description"), rule, "named like the complaint's text")
    if found := _best(columns, words.REASON, lambda c: len(c.steps) == 1 and not _long(c)):
        yield Guess((*fields, "status_reason"), found.path, _READ_BY_ALL)
    if found := _best(columns, words.LANGUAGE, lambda c: _texts_up_to(c, 5)):
        yield Guess((*fields, "language"), found.path, "named like a language")
    yield from _service(columns)
    yield from _location(columns, cases)
    yield from _choice(columns, words.CHANNEL, words.CHANNELS, (*fields, "channel"))
    yield from _choice(columns, words.KIND, words.KINDS, ("record", "kind"))


def word_of(value: object) -> str:
    """A value as the description writes it where it is a word."""
    return str(value).lower() if isinstance(value, bool) else str(value)


_READ_BY_ALL: Final = "the complainant reads it: leave it out if it is for the staff"


def _time(
    field: str, best: Column, how: Written | None, usual: Counter[str], proven: Collection[str]
) -> Guess:
    doubt = None
    if how is None:
        doubt = "no sample has this time: it is taken to be written as the others are"
    elif how.ambiguous and how.format not in proven:
        doubt = "day and month could change places in every sample"
    form = how.format if how is not None else (usual.most_common(1) or [("iso", 0)])[0][0]
    rule = best.path if form == "iso" else {"path": best.path, "format": form}
    return Guess(("record", "fields", field), rule, doubt)


def _service(columns: Sequence[Column]) -> Iterator[Guess]:
    inside = [c for c in columns if set(c.above) & set(words.SERVICE)]
    for name, kinds in (("service_code", _KEYS[:3]), ("category", _LABELS[:4])):
        found = next((c for kind in kinds for c in inside if c.last == kind), None)
        if found is None and name == "service_code":
            found = _best(columns, words.SERVICE, lambda c: len(c.steps) == 1)
        if found is not None:
            said = "its code" if name == "service_code" else "its name"
            yield Guess(("record", "fields", name), found.path, f"named like a service: {said}")


def _location(columns: Sequence[Column], cases: Sequence[Mapping[str, Any]]) -> Iterator[Guess]:
    where = ("record", "fields", "location")
    if found := _best(columns, words.ADDRESS, lambda c: _texts_up_to(c, 500)):
        yield Guess((*where, "address"), found.path, "named like an address")
    if found := _best(columns, words.AREA) or _inside(columns, words.AREA):
        doubt = "named like an area; expected ISO 3166-2:MA codes, or a `table` to them"
        yield Guess((*where, "area_code"), found.path, doubt)
    for name, names in (("latitude", words.LATITUDE), ("longitude", words.LONGITUDE)):
        if found := _best(columns, names):
            comma = any("," in text for text in found.texts)
            rule = {"path": found.path, "decimal": ","} if comma else found.path
            yield Guess((*where, name), rule, "named like a coordinate")
    if pair := next((steps for case in cases for steps in _pairs(case, ())), None):
        doubt = "a pair of numbers: GeoJSON has the longitude first"
        yield Guess((*where, "latitude"), f"{path_to(pair)}[1]", doubt)
        yield Guess((*where, "longitude"), f"{path_to(pair)}[0]", doubt)


def _choice(
    columns: Sequence[Column],
    names: Sequence[str],
    table: Mapping[str, tuple[str, ...]],
    where: tuple[str, ...],
) -> Iterator[Guess]:
    column = _best([c for c in columns if len(c.steps) == 1], names, lambda c: bool(c.texts))
    column = column or _inside([c for c in columns if c.texts], names)
    if column is None:
        return
    seen = dict.fromkeys(map(word_of, column.values))
    known = {word: ours for word in seen if (ours := meaning(word, table))}
    if known:
        doubt = "what each word means; words that no sample has are missing"
        yield Guess(where, {"path": column.path, "table": known}, doubt)


def _inside(columns: Sequence[Column], names: Sequence[str]) -> Column | None:
    """The most readable part of an object that is called like one of `names`."""
    found = [c for c in columns if len(c.steps) == _PAIR and set(c.above) & set(names)]
    return min(found, key=lambda c: _place(c.last, _LABELS), default=None)


def _pairs(value: Any, steps: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict) and len(steps) < DEEPEST:
        for name, held in value.items():
            yield from _pairs(held, (*steps, name))
    elif isinstance(value, list) and len(value) == _PAIR and steps[-1:] == ("coordinates",):
        yield from [steps] if all(isinstance(each, int | float) for each in value) else []


def _best(
    columns: Sequence[Column], names: Sequence[str], fits: Callable[[Column], bool] | None = None
) -> Column | None:
    """The column that is called most like one of `names`, of those that fit."""
    fitting = [column for column in columns if fits is None or fits(column)]
    ranked = [(_ranked(column, names), column) for column in fitting]
    score, best = max(ranked, key=lambda each: each[0], default=(0.0, None))
    return best if score > 0 else None


def _ranked(column: Column, names: Sequence[str]) -> float:
    """How much a column is called like one of `names`: 0 for not at all."""
    said = column.words
    hits = [_place(word, names) for word in said if word in names]
    if not hits:
        return 0.0
    exact = _EXACTLY if len(said) == 1 else _PARTLY / len(said)
    return exact - 0.01 * min(hits) - 0.1 * (len(column.steps) - 1)


def _place(word: str, names: Sequence[str]) -> int:
    return names.index(word) if word in names else len(names)


def _whole_name(column: Column) -> bool:
    return set(column.words) <= {*words.STATUS, "code", "id", "name", "label"}


def _is_status(column: Column) -> bool:
    return column.above[-1] in words.STATUS


def _texts_up_to(column: Column, length: int) -> bool:
    return bool(column.texts) and all(len(text) <= length for text in column.texts)


def _long(column: Column) -> bool:
    return any(len(text) > _SHORT for text in column.texts)
