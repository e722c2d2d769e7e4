"""Read what a system's OpenAPI document says of its list of cases, as if it had answered."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gateway.drafting import words
from gateway.drafting.cases import found_in
from gateway.drafting.columns import DEEPEST, path_to
from gateway.drafting.evidence import (
    NOWHERE,
    Answer,
    Asked,
    Evidence,
    address_of,
    read_text,
    variables_of,
)
from gateway.drafting.words import tokens

_DEEPEST: Final = 8
_UNREADABLE: Final = "expected JSON or YAML; it cannot be read"
_GOOD: Final = ("200", 200, "2XX", "default")
_ROWS: Final = 2
_TIMES: Final = {"date-time": "2026-01-31T12:00:00Z", "date": "2026-01-31"}
_EPOCH_SECONDS: Final = 1_769_860_800

Json = Mapping[str, Any]


def read_openapi(path: Path) -> Evidence:
    """What the document at `path` says; secrets become variables named for its host.

    Raises `ValueError` for what is no OpenAPI 3, and for one that describes no list of cases.
    """
    told = _read(path)
    if not isinstance(told, dict) or not str(told.get("openapi", "")).startswith("3"):
        raise ValueError(f"{path}: expected an OpenAPI document of version 3")
    return _Document(told).evidence()


def _read(path: Path) -> Any:
    text = read_text(path)
    try:
        # Most are JSON, which as YAML would take a hundred times as long.
        return json.loads(text)
    except RecursionError:
        raise ValueError(f"{path}: {_UNREADABLE}") from None
    except ValueError:
        pass
    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError):
        raise ValueError(f"{path}: {_UNREADABLE}") from None


class _Document:
    """A document, however well formed: what is not as it should be says nothing."""

    def __init__(self, told: Json) -> None:
        self._told = told
        self._paths = {str(path): item for path, item in _mapping(told.get("paths")).items()}
        self._samples: dict[tuple[str, str, int, int], Any] = {}
        """Of what is referred to, for schemas may refer to each other again and again."""

    def evidence(self) -> Evidence:
        """The list that looks most like one of cases, and one case of it."""
        answers = {path: self._answer(path) for path in self._readable()}
        found = found_in(
            [each for path, each in answers.items() if each is not None and "{" not in path]
        )
        path = found.answer.name
        single = next(
            (p for p in answers if re.fullmatch(re.escape(path) + r"/\{[^/]+\}", p)), None
        )
        alone = answers[single] if single is not None else None
        parameters = list(self._parameters(path))
        base = self._base()
        return Evidence(
            answers=[found.answer, *([alone] if alone is not None else [])],
            asked=Asked(base, path.strip("/"), tuple(_first(parameters)), known=True),
            single_path=None if single is None else re.sub(r"\{[^}]*\}", "{id}", single.strip("/")),
            parameters=[each["name"] for each in parameters],
            most=_most(parameters),
            auth=self._auth(variables_of(base)),
            words=dict(self._words(path, found.steps)),
        )

    def _readable(self) -> Iterator[str]:
        return (path for path in self._paths if self._get(path))

    def _get(self, path: str) -> Json:
        return _mapping(_mapping(self._paths[path]).get("get"))

    def _answer(self, path: str) -> Answer | None:
        schema = self._schema(path)
        return None if schema is None else Answer(path, self._sample(schema, path, 0, 0))

    def _schema(self, path: str) -> Any:
        responses: Mapping[Any, Any] = _mapping(self._get(path).get("responses"))
        good = next((responses[code] for code in _GOOD if code in responses), None)
        content = _mapping(self._resolved(good).get("content"))
        told = (_mapping(held) for kind, held in content.items() if "json" in str(kind))
        return next((media["schema"] for media in told if "schema" in media), None)

    def _sample(self, schema: Any, name: str, row: int, depth: int) -> Any:
        """A value of that shape; `row` tells the cases of a list apart."""
        reference = _mapping(schema).get("$ref")
        if reference is None:
            return self._made(schema, name, row, depth)
        key = (str(reference), name, row, depth)
        if key not in self._samples:
            self._samples[key] = self._made(schema, name, row, depth)
        return self._samples[key]

    def _made(self, schema: Any, name: str, row: int, depth: int) -> Any:
        told = self._resolved(schema)
        if depth > _DEEPEST:
            return None
        if properties := _mapping(told.get("properties")):
            held = {str(each): inner for each, inner in properties.items()}
            return {each: self._sample(held[each], each, row, depth + 1) for each in held}
        if items := _mapping(told.get("items")):
            rows = [self._sample(items, name, n, depth + 1) for n in range(_ROWS)]
            return [each for each in rows if each is not None]
        return _scalar(told, name, row)

    def _resolved(self, schema: Any, depth: int = 0) -> Json:
        """`schema` with what it refers to and is made of; nothing where that has no end."""
        told = _mapping(schema)
        if depth > _DEEPEST:
            return {}
        if "$ref" in told:
            return self._resolved(self._referred(str(told["$ref"])), depth + 1)
        choices = [*_listed(told.get("oneOf")), *_listed(told.get("anyOf"))]
        if choices:
            part = next((each for each in choices if _mapping(each).get("type") != "null"), None)
            return self._resolved(part, depth + 1)
        parts = [self._resolved(part, depth + 1) for part in _listed(told.get("allOf"))]
        return _merged([*parts, told]) if parts else told

    def _referred(self, reference: str) -> Any:
        held: Any = self._told
        for step in reference.removeprefix("#/").split("/"):
            held = _mapping(held).get(step.replace("~1", "/").replace("~0", "~"))
        return held

    def _parameters(self, path: str) -> Iterator[Json]:
        item = _mapping(self._paths[path])
        for told in [*_listed(item.get("parameters")), *_listed(self._get(path).get("parameters"))]:
            parameter = self._resolved(told)
            if parameter.get("in") == "query" and isinstance(parameter.get("name"), str):
                yield {**parameter, "schema": self._resolved(parameter.get("schema"))}

    def _words(self, path: str, steps: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
        """The enums of a case, by path."""
        schema = self._resolved(self._schema(path))
        for step in steps:
            schema = self._resolved(_mapping(schema.get("properties")).get(step))
        yield from self._enums(schema.get("items"), ())

    def _enums(self, schema: Any, steps: tuple[str, ...]) -> Iterator[tuple[str, Sequence[str]]]:
        told = self._resolved(schema)
        if steps and (enum := _listed(told.get("enum"))):
            yield path_to(steps), [str(word) for word in enum if word is not None]
        for name, inner in _mapping(told.get("properties")).items() if len(steps) < DEEPEST else ():
            yield from self._enums(inner, (*steps, str(name)))

    def _base(self) -> str:
        server = next(map(_mapping, _listed(self._told.get("servers"))), {})
        url = str(server.get("url", ""))
        for name, variable in _mapping(server.get("variables")).items():
            url = url.replace(f"{{{name}}}", str(_mapping(variable).get("default", "")))
        try:
            return address_of(urljoin(NOWHERE, url)).rstrip("/")
        except ValueError as wrong:
            raise ValueError(f"servers: {wrong}") from None

    def _auth(self, prefix: str) -> Json | None:
        schemes = _mapping(_mapping(self._told.get("components")).get("securitySchemes"))
        known = (_auth_of(self._resolved(scheme), prefix) for scheme in schemes.values())
        return next((auth for auth in known if auth is not None), None)


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _merged(parts: Sequence[Json]) -> Json:
    """Schemas as one; the later say it over the earlier."""
    merged = {name: value for part in parts for name, value in part.items() if name != "allOf"}
    properties = {k: v for part in parts for k, v in _mapping(part.get("properties")).items()}
    return merged | ({"properties": properties} if properties else {})


def _auth_of(scheme: Json, prefix: str) -> Json | None:
    key = f"${{env:{prefix}_KEY}}"
    match scheme:
        case {"type": "apiKey", "in": "header", "name": name}:
            return {"kind": "header", "name": name, "value": key}
        case {"type": "apiKey", "in": "query", "name": name}:
            return {"kind": "query", "name": name, "value": key}
        case {"type": "http", "scheme": "bearer" | "Bearer"}:
            return {"kind": "bearer", "token": key}
        case {"type": "http", "scheme": "basic" | "Basic"}:
            return {"kind": "basic", "username": f"${{env:{prefix}_USER}}", "password": key}
        case {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": url}}}:
            return {
                "kind": "oauth2",
                "token_url": urljoin(NOWHERE, url),
                "client_id": f"${{env:{prefix}_CLIENT}}",
                "client_secret": key,
            }
    return None


def _scalar(schema: Json, name: str, row: int) -> Any:
    if enum := _listed(schema.get("enum")):
        return enum[row % len(enum)]
    kind = schema.get("type")
    kind = next((each for each in kind if each != "null"), None) if isinstance(kind, list) else kind
    if kind in ("integer", "number"):
        return _number(schema, name, row)
    if kind == "boolean":
        return bool(row)
    if time := _TIMES.get(str(schema.get("format"))):
        return time
    if kind != "string":
        return None
    example = schema.get("example")
    return example if isinstance(example, str) and not row else f"{name} {row + 1}"


def _number(schema: Json, name: str, row: int) -> int | None:
    """A number; a time only if it is told what it counts."""
    said = {*tokens(str(schema.get("description", ""))), *tokens(str(schema.get("format", "")))}
    timely = any(set(tokens(name)) & set(names) for names in words.TIMES.values())
    if not timely:
        example = schema.get("example")
        return example if isinstance(example, int) and not row else row + 1
    if said & {"millisecond", "milliseconds", "millis", "ms"}:
        return _EPOCH_SECONDS * 1000
    return _EPOCH_SECONDS if said & {"seconds", "unix", "epoch", "timestamp"} else None


def _first(parameters: Sequence[Json]) -> Iterator[tuple[str, str]]:
    """What counts pages, with the number of the first one where that is told."""
    for each in parameters:
        schema = each["schema"]
        first = schema.get("default", schema.get("minimum"))
        if words.PAGES[0] in tokens(each["name"]) and first in (0, 1):
            yield each["name"], str(first)


def _most(parameters: Sequence[Json]) -> Mapping[str, int]:
    return {
        each["name"]: most
        for each in parameters
        if isinstance(most := each["schema"].get("maximum"), int) and most > 0
    }
