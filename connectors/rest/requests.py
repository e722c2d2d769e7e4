"""The format of requests: where they go, and what of ours they carry in which place."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, model_validator

from connectors.rest.rules import Described, TimeFormat
from connectors.rest.templates import checked_path, names_in, refuse_unknown

HEADER_NAME: Final = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"

PathTemplate = Annotated[str, AfterValidator(checked_path)]
HeaderName = Annotated[str, StringConstraints(pattern=HEADER_NAME)]
Query = dict[str, str | list[str]]
Headers = dict[HeaderName, str]


class Placeholder(Described):
    """A value of ours, in the place of this mapping."""

    name: Annotated[str, Field(alias="from")]
    """Which value. Where it is not known, the key is left out."""
    format: TimeFormat = "iso"
    """How a moment is written: UTC for iso, the source's zone for a pattern without %z."""
    as_: Annotated[Literal["value", "text", "html"], Field(alias="as")] = "value"
    """value: as it is; text: as text, a number too; html: as text in HTML."""
    table: dict[str, JsonValue] = {}
    """The source's word for ours; what is not listed stays as it is."""
    default: JsonValue = None
    """What stands there if the value is not known."""


class Part(Described):
    """One part of a multipart form."""

    name: str
    """The field's name."""
    text: str | None = None
    """A text, with `{name}` for values of ours."""
    body: Annotated[JsonValue, Field(alias="json")] = None
    """JSON, with `{from: name}` for values of ours."""
    content: bool = False
    """The file itself."""
    filename: str | None = None
    """What the file is called, with `{name}` for values of ours. None: its own name."""


class Request(Described):
    """What is sent. `{name}` in a text, and `{from: name}` in JSON, stand for values of ours."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    """The method."""
    path: PathTemplate
    """An RFC 6570 template relative to `url`; values are always encoded."""
    query: Query = {}
    """Parameters. One whose value is not known is left out."""
    headers: Headers = {}
    """Headers. One whose value is not known is left out."""
    body: Annotated[JsonValue, Field(alias="json")] = None
    """A JSON body."""
    form: dict[str, str] = {}
    """A form body."""
    multipart: list[Part] = []
    """A multipart form body."""
    content: bool = False
    """The body is the file itself, with its own type."""

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        bodies = [self.body is not None, bool(self.form), bool(self.multipart), self.content]
        if sum(bodies) > 1:
            raise ValueError("expected one of json, form, multipart and content")
        return self

    def names(self) -> frozenset[str]:
        """The values of ours that it names."""
        texts = [self.path, *self.headers.values(), *self.form.values(), *texts_of(self.query)]
        texts += [text for part in self.multipart for text in (part.text, part.filename) if text]
        found = {name for text in texts for name in names_in(text)}
        found |= set(names_in_json(self.body))
        return frozenset(found.union(*(names_in_json(part.body) for part in self.multipart)))


class Reading(Request):
    """What is asked. `{name}` in a text, and `{from: name}` in JSON, stand for values of ours."""

    method: Literal["GET", "POST"] = "GET"
    """The method."""


class Writing(Request):
    """What is sent. `{name}` in a text, and `{from: name}` in JSON, stand for values of ours."""

    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
    """The method."""


_Request = TypeVar("_Request", bound=Request)


def knows(*names: str) -> Callable[[_Request], _Request]:
    """A check that a request names no other values of ours than `names`."""

    def check(request: _Request) -> _Request:
        refuse_unknown(request.names(), names, "it")
        return request

    return check


_PLACEHOLDER: Final = frozenset({"from", "format", "as", "table", "default"})


def is_placeholder(value: object) -> bool:
    """Whether a mapping in a JSON body stands for a value of ours."""
    return isinstance(value, Mapping) and "from" in value and set(value) <= _PLACEHOLDER


def literal(value: Mapping[str, Any]) -> bool:
    """Whether a mapping in a JSON body says: what follows is no placeholder."""
    return set(value) == {"literal"}


def names_in_json(value: Any) -> Iterator[str]:
    """The values of ours that a JSON body names. Raises `ValueError` for a bad placeholder."""
    match value:
        case {"from": _, **_rest} if is_placeholder(value):
            # As JSON again, in which a strict model takes a list or a number for what it is.
            yield Placeholder.model_validate(value).name
        case dict() if literal(value):
            return
        case dict():
            for each in value.values():
                yield from names_in_json(each)
        case list():
            for each in value:
                yield from names_in_json(each)
        case str():
            yield from names_in(value)


def texts_of(query: Query) -> Iterator[str]:
    """All values of a query."""
    for value in query.values():
        yield from [value] if isinstance(value, str) else value
