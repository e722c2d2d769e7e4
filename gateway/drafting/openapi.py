"""Read what a system's OpenAPI document says of its list of cases, as if it had answered."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gateway.drafting import words
from gateway.drafting.cases import found_in
from gateway.drafting.columns import path_to
from gateway.drafting.evidence import Answer, Asked, Evidence, variables_of
from gateway.drafting.words import tokens

_DEEPEST: Final = 8
_GOOD: Final = ("200", 200, "2XX", "default")
_ROWS: Final = 2
_HERE: Final = "https://case-system.example"
_TIMES: Final = {"date-time": "2026-01-31T12:00:00Z", "date": "2026-01-31"}
_EPOCH_SECONDS: Final = 1_769_860_800

Json = Mapping[str, Any]


def read_openapi(path: Path) -> Evidence:
    """What the document at `path` says; secrets become variables named for its host.

    Raises `ValueError` for what is no OpenAPI 3, and for one that describes no list of cases.
    """
    try:
        told = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except YAMLError as broken:
        raise ValueError(f"{path}: expected JSON or YAML; it cannot be read") from broken
    if not isinstance(told, dict) or not str(told.get("openapi", "")).startswith("3"):
        raise ValueError(f"{path}: expected an OpenAPI document of version 3")
    return _Document(told).evidence()


class _Document:
    def __init__(self, told: Json) -> None:
        self._told = told

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
        return Evidence(
            answers=[found.answer, *([alone] if alone is not None else [])],
            asked=Asked(self._base(), path.strip("/"), tuple(_first(parameters)), known=True),
            single_path=None if single is None else re.sub(r"\{[^}]*\}", "{id}", single.strip("/")),
            parameters=[each["name"] for each in parameters],
            most=_most(parameters),
            auth=self._auth(variables_of(self._base())),
            words=dict(self._words(path, found.steps)),
        )

    def _readable(self) -> Iterator[str]:
        for path, item in (self._told.get("paths") or {}).items():
            if isinstance(item, dict) and isinstance(item.get("get"), dict):
                yield path

    def _answer(self, path: str) -> Answer | None:
        schema = self._schema(path)
        return None if schema is None else Answer(path, self._sample(schema, path, 0, 0))

    def _schema(self, path: str) -> Json | None:
        responses = self._told["paths"][path]["get"].get("responses") or {}
        good: Any = next((responses[code] for code in _GOOD if code in responses), None)
        content = self._resolved(good).get("content") or {}
        told = (held for kind, held in content.items() if "json" in kind and isinstance(held, dict))
        return next((media["schema"] for media in told if "schema" in media), None)

    def _sample(self, schema: Json, name: str, row: int, depth: int) -> Any:
        """A value of that shape; `row` tells the cases of a list apart."""
        schema = self._resolved(schema)
        if depth > _DEEPEST:
            return None
        if isinstance(schema.get("properties"), dict):
            held = schema["properties"].items()
            return {each: self._sample(inner, each, row, depth + 1) for each, inner in held}
        if isinstance(schema.get("items"), dict):
            rows = [self._sample(schema["items"], name, n, depth + 1) for n in range(_ROWS)]
            return [each for each in rows if each is not None]
        return _scalar(schema, name, row)

    def _resolved(self, schema: Any) -> Json:
        """`schema` with what it refers to, and all that it is made of."""
        for _ in range(_DEEPEST):
            if not isinstance(schema, dict):
                return {}
            if "$ref" in schema:
                schema = self._referred(str(schema["$ref"]))
            elif part := next((schema[k][0] for k in ("oneOf", "anyOf") if schema.get(k)), None):
                schema = part
            elif schema.get("allOf"):
                return self._merged(schema)
            else:
                return schema
        return {}

    def _merged(self, schema: Json) -> Json:
        parts = [self._resolved(part) for part in schema["allOf"]]
        own = {name: value for name, value in schema.items() if name != "allOf"}
        properties = {k: v for part in [*parts, own] for k, v in part.get("properties", {}).items()}
        merged = {name: value for part in [*parts, own] for name, value in part.items()}
        return merged | ({"properties": properties} if properties else {})

    def _referred(self, reference: str) -> Any:
        held: Any = self._told
        for step in reference.removeprefix("#/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            held = held.get(name) if isinstance(held, dict) else None
        return held

    def _parameters(self, path: str) -> Iterator[Json]:
        item = self._told["paths"][path]
        for told in [*item.get("parameters", ()), *item["get"].get("parameters", ())]:
            parameter = self._resolved(told)
            if parameter.get("in") == "query" and isinstance(parameter.get("name"), str):
                yield {**parameter, "schema": self._resolved(parameter.get("schema") or {})}

    def _words(self, path: str, steps: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
        """The enums of a case, by path."""
        schema = self._resolved(self._schema(path))
        for step in steps:
            schema = self._resolved((schema.get("properties") or {}).get(step))
        yield from self._enums(schema.get("items"), (), 0)

    def _enums(
        self, schema: Any, steps: tuple[str, ...], depth: int
    ) -> Iterator[tuple[str, Sequence[str]]]:
        held = self._resolved(schema)
        if steps and isinstance(held.get("enum"), list):
            yield path_to(steps), [str(word) for word in held["enum"] if word is not None]
        for name, inner in (held.get("properties") or {}).items() if depth < _DEEPEST else ():
            yield from self._enums(inner, (*steps, name), depth + 1)

    def _base(self) -> str:
        servers = self._told.get("servers") or [{}]
        url = str(servers[0].get("url", "")) if isinstance(servers[0], dict) else ""
        return urljoin(_HERE, url).rstrip("/")

    def _auth(self, prefix: str) -> Json | None:
        schemes = (self._told.get("components") or {}).get("securitySchemes") or {}
        known = (_auth_of(self._resolved(scheme), prefix) for scheme in schemes.values())
        return next((auth for auth in known if auth is not None), None)


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
                "token_url": urljoin(_HERE, url),
                "client_id": f"${{env:{prefix}_CLIENT}}",
                "client_secret": key,
            }
    return None


def _scalar(schema: Json, name: str, row: int) -> Any:
    if schema.get("enum"):
        return schema["enum"][row % len(schema["enum"])]
    kind = schema.get("type")
    kind = next((each for each in kind if each != "null"), None) if isinstance(kind, list) else kind
    if kind in {"integer", "number"}:
        return _number(schema, name, row)
    if kind == "boolean":
        return bool(row)
    if schema.get("format") in _TIMES:
        return _TIMES[schema["format"]]
    if kind != "string":
        return None
    return schema["example"] if "example" in schema and not row else f"{name} {row + 1}"


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
        each["name"]: each["schema"]["maximum"]
        for each in parameters
        if isinstance(each["schema"].get("maximum"), int)
    }
