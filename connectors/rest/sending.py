"""Write a described request with values of ours: as values only, each encoded for its place."""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final

from connectors.rest.multipart import Piece, multipart
from connectors.rest.requests import Part, Placeholder, Query, Request, is_placeholder, literal
from connectors.rest.templates import Values, filled, header_of, path_of, text_of
from connectors.rest.times import written

Pairs = Sequence[tuple[str, str]]

_LEFT_OUT: Final = object()


@dataclass(frozen=True, slots=True)
class Payload:
    """A file that a request may carry."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Written:
    """A request as it goes out, but for who sends it."""

    method: str
    path: str
    params: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Pairs = ()
    content: bytes | None = None


def write(
    request: Request, values: Values, zone: tzinfo, *, payload: Payload | None = None
) -> Written:
    """`request` with `values`. Raises `NotFound` or `Rejected` for values that fit in no place."""
    headers = {
        name: value
        for name, template in request.headers.items()
        if (value := header_of(template, values)) is not None
    }
    content: bytes | None = None
    if request.content and payload is not None:
        headers.setdefault("Content-Type", payload.media_type)
        content = payload.content
    elif request.multipart:
        kind, content = multipart(_pieces(request.multipart, values, zone, payload))
        headers["Content-Type"] = kind
    return Written(
        method=request.method,
        path=path_of(request.path, values),
        params=parameters(request.query, values),
        headers=headers,
        json=None if request.body is None else body_of(request.body, values, zone),
        form=parameters(dict(request.form), values),
        content=content,
    )


def parameters(query: Mapping[str, str | list[str]] | Query, values: Values) -> Pairs:
    """The parameters whose values are known."""
    return [
        (name, value)
        for name, templates in query.items()
        for template in ([templates] if isinstance(templates, str) else templates)
        if (value := filled(template, values)) is not None
    ]


def body_of(body: Any, values: Values, zone: tzinfo) -> Any:
    """A JSON body; what is not known is left out, and so is what holds nothing else."""
    found = _filled_in(body, values, zone)
    return {} if found is _LEFT_OUT else found


def merged(body: Any, more: Mapping[str, Any]) -> Any:
    """`body` with `more`, mappings inside mappings merged, all else replaced."""
    if not isinstance(body, Mapping):
        return dict(more)
    both = dict(body)
    for key, value in more.items():
        old = both.get(key)
        inside = isinstance(old, Mapping) and isinstance(value, Mapping)
        both[key] = merged(old, value) if inside and not is_placeholder(value) else value
    return both


def _filled_in(body: Any, values: Values, zone: tzinfo) -> Any:
    match body:
        case dict() if is_placeholder(body):
            return _value(Placeholder.model_validate(body), values, zone)
        case dict() if literal(body):
            return body["literal"]
        case dict():
            found = {key: _filled_in(each, values, zone) for key, each in body.items()}
            known = {key: each for key, each in found.items() if each is not _LEFT_OUT}
            return known if known or not body else _LEFT_OUT
        case list():
            each_of = [_filled_in(each, values, zone) for each in body]
            return [each for each in each_of if each is not _LEFT_OUT]
        case str():
            text = filled(body, values)
            return _LEFT_OUT if text is None else text
        case _:
            return body


def _value(place: Placeholder, values: Values, zone: tzinfo) -> Any:
    value = values.get(place.name)
    if value is None:
        return _LEFT_OUT if place.default is None else place.default
    if isinstance(value, datetime):
        value = written(value, place.format, zone)
    word = text_of(value) if isinstance(value, str | int | float) else None
    if word is not None and word in place.table:
        return place.table[word]
    if place.as_ == "html":
        return html.escape(word or "", quote=False).replace("\n", "<br>")
    return word if place.as_ == "text" else value


def _pieces(
    parts: Sequence[Part], values: Values, zone: tzinfo, payload: Payload | None
) -> Sequence[Piece]:
    pieces: list[Piece] = []
    for part in parts:
        called = filled(part.filename, values) if part.filename else None
        if part.content and payload is not None:
            name = called or payload.name
            pieces.append(Piece(part.name, payload.content, payload.media_type, name))
        elif part.body is not None:
            said = json.dumps(body_of(part.body, values, zone), ensure_ascii=False).encode()
            pieces.append(Piece(part.name, said, "application/json", called))
        elif part.text is not None:
            text = filled(part.text, values)
            if text is not None:
                pieces.append(Piece(part.name, text.encode(), None, called))
    return pieces
