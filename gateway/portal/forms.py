"""Read what a person filled in, and find the field that a problem is about."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from gateway.catalogues import Language
from gateway.uploads import Form as FormWithFiles

UPLOAD: Final = "upload"
"""The field of a file that was taken: its id, a colon, and its name."""
DROPPED: Final = "drop"
"""The field of a file that is not wanted any more: its id."""
_TYPE: Final = "application/x-www-form-urlencoded"
_TYPE_WITH_FILES: Final = "multipart/form-data"
_LONGEST: Final = 262_144
"""Bytes: the longest description that is taken, each of its letters escaped, and as much again."""
_MOST_FIELDS: Final = 200


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in; texts as they were typed."""

    fields: tuple[tuple[str, str], ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    """By the field that they came in, why files were not taken."""

    @property
    def uploads(self) -> Sequence[tuple[str, str]]:
        """Id and name of each file that was taken."""
        parted = (text.partition(":") for text in self.all(UPLOAD))
        return [(id_, name) for id_, _, name in parted]

    def get(self, name: str) -> str:
        """What was given last under `name`, without the space around it; empty if nothing was."""
        return next((text.strip() for key, text in reversed(self.fields) if key == name), "")

    def all(self, name: str) -> Sequence[str]:
        """All that was given under `name`."""
        return [text for key, text in self.fields if key == name]

    def given(self, name: str) -> str | None:
        """As `get`, with None for nothing: what the graph takes for something left out."""
        return self.get(name) or None

    def without(self, names: Iterable[str]) -> Sequence[tuple[str, str]]:
        """What was given under other names."""
        left_out = frozenset(names)
        return [each for each in self.fields if each[0] not in left_out]

    def with_(self, fields: Mapping[str, str]) -> "Form":
        """The form with `fields` as if they had been filled in so, and no otherwise."""
        return replace(self, fields=(*self.without(fields), *fields.items()))


ReadFiles = Callable[[Request], Awaitable[FormWithFiles]]
"""Reads a form with files, which it keeps as drafts."""


async def read(request: Request, read_files: ReadFiles, language: Language) -> Form:
    """The form that was sent, what keeps its files from being taken in `language`.

    Raises `HTTPException` for what is too long, or no form, and what `read_files` raises.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == _TYPE_WITH_FILES:
        return _with_files(await read_files(request), language)
    if media_type != _TYPE:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LONGEST:
                raise HTTPException(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers={"Connection": "close"}
                )
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except (ClientDisconnect, ValueError) as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from error
    return _without_dropped(Form(tuple(pairs)))


def _with_files(sent: FormWithFiles, language: Language) -> Form:
    fields = [(name, text) for name, texts in sent.fields.items() for text in texts]
    taken = [(UPLOAD, f"{file.id}:{file.name}") for file in sent.files if file.id is not None]
    refused = {
        file.field: f"{file.name}: {why}"
        for file in sent.files
        if (why := file.refusal(language)) is not None
    }
    return _without_dropped(Form((*fields, *taken), refused))


def _without_dropped(form: Form) -> Form:
    dropped = frozenset(form.all(DROPPED))
    kept = (
        (name, text)
        for name, text in form.fields
        if name != DROPPED and not (name == UPLOAD and text.partition(":")[0] in dropped)
    )
    return replace(form, fields=tuple(kept))


@dataclass(frozen=True, slots=True)
class Problems:
    """What keeps a form from being done, in the person's language."""

    by_field: Mapping[str, str] = field(default_factory=dict)
    general: tuple[str, ...] = ()
    """What is about no field that is shown."""

    def __bool__(self) -> bool:
        return bool(self.by_field or self.general)


def problems_of(told: Sequence[Mapping[str, Any]], fields: Mapping[str, str]) -> Problems:
    """The `problems` of a payload, by the fields of a form.

    `fields` says which field asks for the input of a path, its parts joined by dots; a path within
    another is about that one's field.
    """
    by_field: dict[str, str] = {}
    general = []
    for each in told:
        name = _field(".".join(each["path"]), fields)
        if name is None:
            general.append(each["message"])
        else:
            by_field.setdefault(name, each["message"])
    return Problems(by_field, tuple(general))


def _field(path: str, fields: Mapping[str, str]) -> str | None:
    while path:
        if path in fields:
            return fields[path]
        path = path.rpartition(".")[0]
    return None
