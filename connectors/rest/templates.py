"""Put values into addresses and texts, as values only: nothing can reach another place by them.

A path is an RFC 6570 template of which only `{name}` is used, and always percent-encoded. Every
other text has `{name}` replaced as it is, for whoever sends it encodes it.
"""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from uritemplate import URITemplate

from connectors.contract.errors import NotFound, Rejected
from connectors.rest.times import ISO, written

Values = Mapping[str, object]
"""What templates may name; None is what is not known."""

_NAME: Final = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[^{}\s]+)?)\}")
_SHOWN: Final = 60
_ESCAPED_TRICKS: Final = re.compile(r"%(?:2e|2f|5c)", re.IGNORECASE)
_LINE_BREAKS: Final = frozenset("\r\n\0")


def checked_path(text: str) -> str:
    """`text`, if it can never lead out of the source's own address. Raises `ValueError`."""
    said = f'path "{text[:_SHOWN]}"'
    if text.startswith("/"):
        raise ValueError(f"{said} begins with a slash; expected one relative to `url`")
    if ":" in re.sub(r"\{[^}]*\}", "", text.partition("/")[0]):
        raise ValueError(f"{said} names a scheme or a host; expected one relative to `url`")
    if "//" in text or ".." in text.split("/") or "." in text.split("/"):
        raise ValueError(f"{said} may not hold //, . or ..")
    if re.search(r"[?#\\\s\x00-\x1f]", text):
        raise ValueError(f"{said} may not hold ?, #, \\ or spaces; parameters stand in `query`")
    if _ESCAPED_TRICKS.search(text):
        raise ValueError(f"{said} may not hold encoded dots or slashes")
    if re.search(r"[{}]", _NAME.sub("", text)):
        raise ValueError(f"{said} may use {{name}} only, without operators")
    return text


@lru_cache(maxsize=4096)
def names_in(text: str) -> frozenset[str]:
    """The names that `text` uses."""
    return frozenset(_NAME.findall(text))


def refuse_unknown(names: Collection[str], known: Collection[str], what: str) -> None:
    """Raise `ValueError` for the first of `names` that is not `known`.

    A name that ends in a dot is known with anything behind it.
    """
    for name in sorted(names):
        head = name.partition(".")[0] + "."
        if name not in known and not (head in known and name != head):
            listed = ", ".join(sorted(known)) or "none"
            raise ValueError(f"{what} uses {{{name}}}; known here: {listed}")


def path_of(template: str, values: Values) -> str:
    """The path with each value encoded. Raises `NotFound` for a value that is no one's name."""
    told = {name: text_of(values.get(name)) for name in names_in(template)}
    if None in told.values() or "" in told.values():
        raise NotFound("the source can hold nothing under an empty name", sent=False)
    path = _template(template).expand({name: value or "" for name, value in told.items()})
    if {".", ".."} & set(path.split("/")):
        raise NotFound("the source can hold nothing under that name", sent=False)
    return path


@lru_cache(maxsize=4096)
def _template(text: str) -> URITemplate:
    return URITemplate(text)


def filled(template: str, values: Values) -> str | None:
    """`template` with its names replaced; None if one of them is not known."""
    told = {name: text_of(values.get(name)) for name in names_in(template)}
    if None in told.values():
        return None
    return _NAME.sub(lambda name: told[name[1]] or "", template)


def header_of(template: str, values: Values) -> str | None:
    """The same for a header. Raises `Rejected` for a value that would begin another line."""
    value = filled(template, values)
    if value is not None and _LINE_BREAKS.intersection(value):
        raise Rejected("a line break cannot be sent in a header", sent=False)
    return value


def text_of(value: object) -> str | None:
    """How a value is written in a text; None if it is not known."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime():
            return written(value, ISO, UTC)
        case _:
            return str(value)
