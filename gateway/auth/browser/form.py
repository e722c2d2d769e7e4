"""Read a small form as a browser sends it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from gateway.execution.refusal import refused

_TYPE: Final = "application/x-www-form-urlencoded"
_LONGEST: Final = 8192
_MOST_FIELDS: Final = 20


async def fields(request: Request) -> Mapping[str, str]:
    """The fields by name, of several with one name the last; none for no form at all.

    Raises `RequestRefused` for what is too long, or is none.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LONGEST:
                raise refused(
                    f"The form is larger than {_LONGEST} bytes.",
                    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    headers={"Connection": "close"},
                )
    except ClientDisconnect as gone:
        raise refused("The form ended before its end.", status=HTTPStatus.BAD_REQUEST) from gone
    if not body:
        return {}
    media_type = request.headers.get("content-type", "missing").partition(";")[0].strip().lower()
    if media_type != _TYPE:
        raise refused(f"Content-Type must be {_TYPE}.", status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise refused(
            f"The form is no {_TYPE} of at most {_MOST_FIELDS} fields in UTF-8.",
            status=HTTPStatus.BAD_REQUEST,
        ) from error
