"""Read one YAML file into plain data, knowing for every key and value where it stands.

The nodes are read rather than the loaded objects: only they still hold a key that is given twice.
"""

import hashlib
import pickle
import re
import zlib
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from gateway.config.mistakes import ConfigError, Mistake, Place, quoted

LARGEST: Final = 10_000_000
"""Bytes of one file: several times what all administrations of a country need."""

MOST_VALUES: Final = 300_000
"""Of one file, each alias counted as what it stands for: a few aliases can stand for millions."""

DEEPEST: Final = 50
"""Mappings and lists within each other."""

Key = tuple[str | int, ...]
"""The way to a value: keys of mappings and positions in lists."""

_STANDARD = "tag:yaml.org,2002:"
_TYPED = frozenset(f"{_STANDARD}{name}" for name in ("null", "bool", "int", "float"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_OWN_TAG = re.compile(r"tag:yaml\.org,2002:(?!python|binary|set|omap|pairs)")


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says."""

    name: str
    """As mistakes show it."""
    data: object
    """dict, list, str, int, float, bool or None; dates stay text."""
    values: dict[Key, Place] = field(repr=False)
    keys: dict[Key, Place] = field(repr=False)

    def value_at(self, where: Key) -> Place:
        """Where the value stands, or the nearest one around it."""
        return next(self.values[way] for way in _outwards(where) if way in self.values)

    def key_at(self, where: Key) -> Place:
        """Where the key of the value stands, or the nearest key or list item around it."""
        return next(
            places[way]
            for way in _outwards(where)
            for places in (self.keys, self.values)
            if way in places
        )

    def get(self, *where: str | int) -> object:
        """The data at a place; None if there is nothing."""
        data = self.data
        for step in where:
            if isinstance(data, dict) and isinstance(step, str):
                data = data.get(step)
            elif isinstance(data, list) and isinstance(step, int) and step < len(data):
                data = data[step]
            else:
                return None
        return data

    def text(self, *where: str | int) -> str | None:
        """The text at a place; None if there is none or something else."""
        data = self.get(*where)
        return data if isinstance(data, str) else None


class Documents:
    """Reads files, and those that are as they were not again: parsing takes most of the time."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def read(self, path: Path, mistakes: list[Mistake]) -> Document:
        """The file's data; what is repeated or not plain is added to `mistakes`.

        Raises `ConfigError` if there is no text or no YAML to read, or too much of it.
        """
        name = str(path)
        text = _text(path)
        digest = hashlib.sha256(text.encode()).digest()
        known = self._known.get(name)
        if known is not None and known.digest == digest:
            return _unpacked(name, known.packed)
        before = len(mistakes)
        document = _parsed(name, text, mistakes)
        if len(mistakes) == before:
            self._known[name] = _Known(digest, _packed(document))
        return document

    def forget_but(self, names: Container[str]) -> None:
        """Keep nothing of other files."""
        self._known = {name: known for name, known in self._known.items() if name in names}


@dataclass(frozen=True, slots=True)
class _Known:
    digest: bytes
    packed: bytes
    """The places of a large file take many times its size."""


def _packed(document: Document) -> bytes:
    places = (
        {way: (place.line, place.column) for way, place in group.items()}
        for group in (document.values, document.keys)
    )
    return zlib.compress(pickle.dumps((document.data, *places)), level=1)


def _unpacked(name: str, packed: bytes) -> Document:
    data, *groups = pickle.loads(zlib.decompress(packed))  # noqa: S301 - our own, never out of memory
    values, keys = (
        {way: Place(name, line, column) for way, (line, column) in group.items()}
        for group in groups
    )
    return Document(name, data, values, keys)


def _parsed(name: str, text: str, mistakes: list[Mistake]) -> Document:
    node = _compose(name, text)
    if node is None:
        raise ConfigError.one(
            "the file is empty; expected a mapping that begins with version: 1", Place(name, 1, 1)
        )
    reading = _Reading(name, mistakes)
    data = reading.plain(node, ())
    return Document(name, data, reading.values, reading.keys)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise ConfigError.one(f"expected a readable file; {reason}", Place(str(path))) from None
    if len(raw) > LARGEST:
        raise ConfigError.one(
            f"expected at most {LARGEST} bytes; came more (includes may share them)",
            Place(str(path)),
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        raise ConfigError.one(
            f"expected UTF-8; came the byte 0x{raw[error.start]:02X}", _point(str(path), before)
        ) from None


def _point(name: str, before: str) -> Place:
    """Where the text `before` ends."""
    return Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _compose(name: str, text: str) -> Node | None:
    try:
        # The kind that keeps no comments, and takes a fifth less time for it.
        return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name) if mark is None else _place(name, mark)
        raise ConfigError.one(_syntax(error), place) from None
    except ReaderError as error:
        raise ConfigError.one(
            f"expected printable characters; came U+{error.character:04X}",
            _point(name, text[: error.position]),
        ) from None
    except RecursionError:
        raise ConfigError.one(_TOO_DEEP, Place(name)) from None


_TOO_DEEP: Final = f"expected at most {DEEPEST} mappings and lists within each other; came more"


def _syntax(error: MarkedYAMLError) -> str:
    problem = error.problem or "it is malformed"
    if r"'\t'" in problem:
        return "expected spaces; came a tab"
    began = error.context_mark
    where = f" ({error.context} begun at {began.line + 1}:{began.column + 1})" if began else ""
    return f"expected YAML; {problem}{where}"


def _place(name: str, mark: StreamMark) -> Place:
    return Place(name, mark.line + 1, mark.column + 1)


def _outwards(where: Key) -> Iterator[Key]:
    return (where[:length] for length in range(len(where), -1, -1))


class _Reading:
    """The walk through one file's nodes."""

    def __init__(self, name: str, mistakes: list[Mistake]) -> None:
        self.values: dict[Key, Place] = {}
        self.keys: dict[Key, Place] = {}
        self._name = name
        self._mistakes = mistakes
        self._open: set[int] = set()
        self._count = 0
        self._constructor = YAML(typ="safe", pure=True).constructor

    def plain(self, node: Node, way: Key) -> object:
        """The node as plain data, its places noted."""
        place = _place(self._name, node.start_mark)
        self.values[way] = place
        self._bound(way, place)
        if id(node) in self._open:
            self._mistakes.append(Mistake(f"the anchor &{node.anchor} holds itself", place))
            return None
        tag = node.tag or ""
        if not _OWN_TAG.match(tag):
            shown = tag.replace(_STANDARD, "!!")
            self._mistakes.append(Mistake(f"expected plain YAML; came the tag {shown}", place))
        self._open.add(id(node))
        try:
            match node:
                case MappingNode():
                    return self._mapping(node, way)
                case SequenceNode():
                    return [self.plain(item, (*way, i)) for i, item in enumerate(node.value)]
                case _:
                    return self._scalar(node, place)
        finally:
            self._open.discard(id(node))

    def _bound(self, way: Key, place: Place) -> None:
        """Stop at once where reading on could take all time and memory."""
        self._count += 1
        if self._count > MOST_VALUES:
            raise ConfigError.one(
                f"expected at most {MOST_VALUES} values, each alias counted as what it stands "
                "for; came more",
                place,
            )
        if len(way) > DEEPEST:
            raise ConfigError.one(_TOO_DEEP, place)

    def _mapping(self, node: MappingNode, way: Key) -> dict[str, object]:
        data: dict[str, object] = {}
        for key_node, value_node in node.value:
            place = _place(self._name, key_node.start_mark)
            if not isinstance(key_node, ScalarNode):
                self._mistakes.append(Mistake("expected a key of plain text", place))
                continue
            key = self._text(key_node, place)
            if key in data:
                first = self.keys[*way, key]
                self._mistakes.append(
                    Mistake(f"the key {quoted(key)} is given twice, first at {first}", place)
                )
                continue
            self.keys[*way, key] = place
            data[key] = self.plain(value_node, (*way, key))
        return data

    def _scalar(self, node: Node, place: Place) -> object:
        if node.tag not in _TYPED:
            return self._text(node, place)
        try:
            return self._constructor.construct_object(node)
        except (ValueError, KeyError):
            shown = str(node.tag).replace(_STANDARD, "!!")
            self._mistakes.append(Mistake(f"the value is not what its tag {shown} says", place))
            return None

    def _text(self, node: Node, place: Place) -> str:
        """The scalar's text; what only an escape can write, and nobody can read, is a mistake."""
        text = str(node.value)
        if control := _CONTROL.search(text):
            self._mistakes.append(
                Mistake(f"expected printable characters; came U+{ord(control[0]):04X}", place)
            )
        whole = text.encode("utf-8", "replace").decode()
        if whole != text:
            self._mistakes.append(Mistake("expected whole characters; came half of a pair", place))
        return whole
