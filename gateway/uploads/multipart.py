"""Take a multipart/form-data body (RFC 7578) apart as it comes; nothing of it is kept here."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeAlias

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from gateway.execution.refusal import RequestRefused, refused

TYPE: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class PartBegins:
    """A field, or a file."""

    name: str
    file_name: str | None
    """As the client says; None for a plain field."""


@dataclass(frozen=True, slots=True)
class PartContinues:
    """More of the part that began last."""

    data: bytes


@dataclass(frozen=True, slots=True)
class PartEnds:
    """All of it was there."""


Step: TypeAlias = PartBegins | PartContinues | PartEnds


class Multipart:
    """One body, as far as it has come."""

    def __init__(self, content_type: str | None) -> None:
        """Raises `RequestRefused` for a content type of another kind, or without a boundary."""
        kind, options = parse_options_header(content_type)
        if kind.decode("latin-1") != TYPE or not options.get(b"boundary"):
            raise refused(
                f"Content-Type must be {TYPE} with a boundary.",
                status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            )
        self._steps: list[Step] = []
        self._header = bytearray()
        self._value = bytearray()
        self._disposition = b""
        self._ended = False
        try:
            self._parser = MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._part_begins,
                    "on_header_field": self._header_continues,
                    "on_header_value": self._value_continues,
                    "on_header_end": self._header_ends,
                    "on_headers_finished": self._headers_end,
                    "on_part_data": self._part_continues,
                    "on_part_end": self._part_ends,
                    "on_end": self._body_ends,
                },
            )
        except FormParserError as error:
            raise malformed() from error

    def feed(self, chunk: bytes) -> list[Step]:
        """What `chunk` brought, in order. Raises `RequestRefused` for what is no such body."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise malformed() from error
        steps, self._steps = self._steps, []
        return steps

    def finish(self) -> None:
        """Raise `RequestRefused` for a body that ended before its end."""
        if not self._ended:
            raise refused("The form ended before its end.", status=HTTPStatus.BAD_REQUEST)

    def _part_begins(self) -> None:
        self._disposition = b""

    def _header_continues(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _value_continues(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _headers_end(self) -> None:
        kind, options = parse_options_header(self._disposition)
        name, file_name = options.get(b"name"), options.get(b"filename")
        if kind != b"form-data" or name is None:
            raise malformed()
        called = None if file_name is None else _text(file_name)
        self._steps.append(PartBegins(_text(name), called))

    def _part_continues(self, data: bytes, start: int, end: int) -> None:
        self._steps.append(PartContinues(data[start:end]))

    def _part_ends(self) -> None:
        self._steps.append(PartEnds())

    def _body_ends(self) -> None:
        self._ended = True


def malformed() -> RequestRefused:
    """What came is not what it says it is."""
    return refused(f"The body is no {TYPE}.", status=HTTPStatus.BAD_REQUEST)


def _text(header: bytes) -> str:
    # Browsers send UTF-8; what is none is nobody's name for anything, but no reason to lose a file.
    return header.decode("utf-8", "replace")
