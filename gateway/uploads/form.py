"""Read a form with files, as a browser sends it without a script; its files stay out of memory."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.requests import ClientDisconnect, Request

from connectors.contract.uploads import KeptUpload
from gateway.execution.refusal import RequestRefused, refused
from gateway.uploads.multipart import Multipart, PartBegins, PartContinues, PartEnds, Step
from resolvers.uploads.receiving import Batch, Incoming
from resolvers.wording import Language, Problem

_MOST_FIELDS: Final = 200
_LARGEST_FIELDS: Final = 1_000_000
"""Bytes of all plain fields and their names."""
_LARGEST_BODY: Final = 1 << 30
"""Bytes that are read at all: so that of a form with a file too large what was typed comes back."""
_SILENCE_SECONDS: Final = 60.0
"""After which who sends nothing more is taken for gone."""


@dataclass(frozen=True, slots=True)
class FileSent:
    """A file of a form."""

    field: str
    """The form's name for it."""
    name: str
    """The file's own, as it may be shown."""
    came: KeptUpload | Problem
    """The draft, or why it was not taken."""

    @property
    def id(self) -> str | None:
        """By which the draft is claimed; None if it was not taken."""
        return self.came.id if isinstance(self.came, KeptUpload) else None

    def refusal(self, language: Language) -> str | None:
        """Why it was not taken, for people; None if it was."""
        return self.came.message(language) if isinstance(self.came, Problem) else None


@dataclass(frozen=True, slots=True)
class Form:
    """What a form brought."""

    fields: Mapping[str, tuple[str, ...]]
    """The values of each plain field, in order."""
    files: tuple[FileSent, ...]
    """In order; a field of files in which none was chosen brings none."""

    def value(self, name: str) -> str | None:
        """The last value of a plain field; None if it has none."""
        return self.fields[name][-1] if name in self.fields else None


async def read_form(request: Request, batch: Batch) -> Form:
    """The form that `request` brings, its files taken by `batch`.

    Raises `RequestRefused` for what is no form, is cut short or too large; then nothing of its
    files is left.
    """
    reading = _Reading(batch)
    try:
        body = Multipart(request.headers.get("content-type"))
        async for chunk in _chunks(request):
            for step in body.feed(chunk):
                await reading.take(step)
        body.finish()
    except BaseException:
        await asyncio.shield(batch.discard())
        raise
    return Form(
        {name: tuple(values) for name, values in reading.fields.items()}, tuple(reading.files)
    )


class _Reading:
    """A form as far as it has come."""

    def __init__(self, batch: Batch) -> None:
        self.fields: defaultdict[str, list[str]] = defaultdict(list)
        self.files: list[FileSent] = []
        self._batch = batch
        self._name = ""
        self._value = bytearray()
        self._size = 0
        self._count = 0
        self._file: Incoming | None = None
        self._unchosen = False
        """Whether this is a field of files that may be one in which none was chosen."""

    async def take(self, step: Step) -> None:
        match step:
            case PartBegins(name, file_name):
                self._begin(name, file_name)
            case PartContinues(data):
                await self._continue(data)
            case PartEnds():
                await self._end()

    def _begin(self, name: str, file_name: str | None) -> None:
        self._name = name
        self._value.clear()
        self._count += 1
        self._add(len(name))
        self._unchosen = file_name == ""
        self._file = self._batch.begin(file_name) if file_name else None

    async def _continue(self, data: bytes) -> None:
        if self._unchosen:
            # It has no name, but there is something in it.
            self._unchosen, self._file = False, self._batch.begin("")
        if self._file is not None:
            await self._file.write(data)
        else:
            self._add(len(data))
            self._value += data

    async def _end(self) -> None:
        if self._file is not None:
            came = await self._file.end()
            name = self._file.name if isinstance(came, Problem) else came.name
            self.files.append(FileSent(self._name, name, came))
            self._file = None
        elif not self._unchosen:
            self.fields[self._name].append(self._value.decode("utf-8", "replace"))

    def _add(self, size: int) -> None:
        self._size += size
        if self._size > _LARGEST_FIELDS or self._count > _MOST_FIELDS:
            raise _too_large(
                f"The form has more than {_MOST_FIELDS} fields, or more than {_LARGEST_FIELDS} "
                "bytes of text."
            )


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    size = 0
    stream = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(_SILENCE_SECONDS):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except (ClientDisconnect, TimeoutError) as gone:
            raise refused(
                "The form ended before its end.",
                status=HTTPStatus.BAD_REQUEST,
                headers={"Connection": "close"},
            ) from gone
        size += len(chunk)
        if size > _LARGEST_BODY:
            raise _too_large(f"The form is larger than {_LARGEST_BODY} bytes.")
        yield chunk


def _too_large(message: str) -> RequestRefused:
    return refused(
        message,
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        # What was not read must not be taken for the next request.
        headers={"Connection": "close"},
    )
