"""Send a file so that no browser takes it for anything but a file: never shown, never run."""

import re
import unicodedata
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from connectors.contract.records import Attachment
from resolvers.uploads.serving import Files

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "Accept-Ranges": "bytes",
}
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_UNSAFE: Final = re.compile(r"[^ !#$&+.^_`|~0-9A-Za-z-]")
_UNNAMED: Final = "file"


async def download(request: Request, attachment: Attachment, files: Files) -> Response:
    """The answer that brings the content of `attachment`, or the one part of it that is asked for."""
    size = attachment.bytes or 0
    headers = _HEADERS | {"Content-Disposition": disposition(attachment.name or _UNNAMED)}
    first, end = 0, size
    status = HTTPStatus.OK
    if wanted := _range(request):
        part = _within(wanted, size)
        if part is None:
            headers["Content-Range"] = f"bytes */{size}"
            status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
            return Response(status_code=status, headers=headers)
        first, end = part
        status = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - first)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=attachment.media_type)
    pieces = files.content(attachment, first, end)
    return StreamingResponse(
        # A content that is not there is told as a failure, not as an answer that breaks off.
        _after(await anext(pieces, b""), pieces),
        status_code=status,
        headers=headers,
        media_type=attachment.media_type,
    )


def disposition(name: str) -> str:
    """That it is to be saved, and under which name, as RFC 6266 says it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = _UNSAFE.sub("_", plain).strip()
    if plain.startswith("."):
        # Of a name in other letters its suffix is left.
        plain = f"{_UNNAMED}{plain}"
    return f"attachment; filename=\"{plain or _UNNAMED}\"; filename*=UTF-8''{quote(name, safe='')}"


def _range(request: Request) -> re.Match[str] | None:
    """The one part that is asked for; None for all of it, or where that cannot be told."""
    # RFC 9110 section 13.1.5: what has no validator fits no condition.
    if "if-range" in request.headers:
        return None
    found = _RANGE.fullmatch(request.headers.get("range", "").strip())
    return found if found and any(found.groups()) else None


def _within(wanted: re.Match[str], size: int) -> tuple[int, int] | None:
    """Its first byte, and the one behind its last; None if nothing of it is there."""
    first, last = wanted[1], wanted[2]
    if first:
        start, end = int(first), size if not last else min(int(last) + 1, size)
    else:
        # The last so many; of none, nothing.
        start, end = max(0, size - int(last or 0)), size
    return (start, end) if start < end else None


async def _after(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece
