"""Read a multipart body byte for byte, as a strict server does."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from starlette.requests import Request


@dataclass(frozen=True)
class Part:
    """One part of a form."""

    file_name: str | None
    media_type: str
    content: bytes


async def parts(request: Request) -> Mapping[str, Part]:
    """The parts by their names; nothing if the body is no form."""
    said = Message()
    said["Content-Type"] = request.headers.get("content-type", "")
    boundary = said.get_boundary()
    if said.get_content_type() != "multipart/form-data" or not boundary:
        return {}
    pieces = (b"\r\n" + await request.body()).split(f"\r\n--{boundary}".encode())
    assert pieces[-1].strip() == b"--", "a form must end with its last boundary"
    return dict(map(_part, pieces[1:-1]))


def _part(piece: bytes) -> tuple[str, Part]:
    head, _, content = piece.partition(b"\r\n\r\n")
    headers = HeaderParser().parsestr(head.decode().lstrip("\r\n"))
    name = headers.get_param("name", header="content-disposition")
    return str(name), Part(headers.get_filename(), headers.get_content_type(), content)
