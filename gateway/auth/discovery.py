"""Read what an OpenID Connect provider says about itself, and what it publishes."""

import asyncio
from typing import Any, Final

import orjson

from connectors.contract.connector import Call, Response
from connectors.contract.errors import BadData
from connectors.http import AiohttpClient

CALL_SECONDS: Final = 3.0
"""For one call of an issuer."""
RENEW_SECONDS: Final = 600.0
"""After which it is asked again, so that what it withdrew is not kept for ever."""
_DISCOVERY: Final = ".well-known/openid-configuration"
_OK: Final = 200


async def discovered(client: AiohttpClient, issuer: str) -> dict[str, Any]:
    """What `issuer` says about itself; OpenID Connect Discovery 1.0. Raises `ConnectorError`."""
    about = await document(client, _DISCOVERY)
    if about.get("issuer") != issuer:
        raise BadData("the issuer calls itself otherwise")
    return about


async def document(client: AiohttpClient, url: str) -> dict[str, Any]:
    """The JSON object at `url`. Raises `ConnectorError`."""
    return object_of(await client.request("GET", url, call=call()))


def call() -> Call:
    """A call that begins now."""
    return Call(asyncio.get_running_loop().time() + CALL_SECONDS)


def object_of(answer: Response) -> dict[str, Any]:
    """The JSON object that was answered. Raises `BadData` for anything else."""
    if answer.status != _OK:
        raise BadData("the issuer answers otherwise than expected", detail=f"{answer.status}")
    try:
        value = orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        raise BadData("the issuer does not answer in JSON") from error
    if not isinstance(value, dict):
        raise BadData("the issuer answers with something else than an object")
    return value
