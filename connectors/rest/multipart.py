"""Write a multipart form, in which no name and no content can begin a part of its own."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

_ESCAPES: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A", "\0": None})


@dataclass(frozen=True, slots=True)
class Piece:
    """One part."""

    name: str
    content: bytes = field(repr=False)
    media_type: str | None = None
    filename: str | None = None


def multipart(pieces: Sequence[Piece]) -> tuple[str, bytes]:
    """The content type and the body that hold `pieces`."""
    # Of 128 random bits nobody can have written into a file beforehand.
    boundary = secrets.token_hex(16)
    lines: list[bytes] = []
    for piece in pieces:
        said = f'form-data; name="{piece.name.translate(_ESCAPES)}"'
        if piece.filename is not None:
            said += f'; filename="{piece.filename.translate(_ESCAPES)}"'
        lines += [f"--{boundary}".encode(), f"Content-Disposition: {said}".encode()]
        if piece.media_type is not None:
            kind = piece.media_type.replace("\r", "").replace("\n", "")
            lines.append(f"Content-Type: {kind}".encode())
        lines += [b"", piece.content]
    lines += [f"--{boundary}--".encode(), b""]
    return f"multipart/form-data; boundary={boundary}", b"\r\n".join(lines)
