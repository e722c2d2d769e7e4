"""Ask a dialect's server directly, as its vendor's documentation says."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from connectors.http import AiohttpClient
from connectors.testing.asking import call
from connectors.testing.serving import serve
from tests.dialects.vendor import Vendor


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any
    """What its JSON says; None if there is none."""


class Talk:
    """A conversation with one server."""

    def __init__(self, client: AiohttpClient) -> None:
        self._client = client
        self.headers: dict[str, str] = {}
        """What every request carries."""

    async def get(self, path: str, **params: object) -> Answer:
        return await self._ask("GET", path, params=_pairs(params))

    async def send(self, method: str, path: str, said: object = None, **headers: str) -> Answer:
        """Send JSON; a header's name is written with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._ask(method, path, json=said, headers={**self.headers, **named})

    async def send_bytes(self, method: str, path: str, content: bytes, media_type: str) -> Answer:
        headers = {**self.headers, "Content-Type": media_type}
        return await self._ask(method, path, content=content, headers=headers)

    async def send_form(self, path: str, **form: str) -> Answer:
        return await self._ask("POST", path, form=list(form.items()))

    async def _ask(self, method: str, path: str, **sent: Any) -> Answer:
        sent = {"headers": self.headers, **sent}
        told = await self._client.request(method, path.lstrip("/"), call=call(), **sent)
        return Answer(told.status, told.headers, json.loads(told.body) if told.body else None)


@asynccontextmanager
async def talking(vendor: Vendor) -> AsyncIterator[Talk]:
    """A conversation with a served `vendor`."""
    async with serve(vendor.app) as url:
        client = AiohttpClient(url)
        try:
            yield Talk(client)
        finally:
            await client.aclose()


def _pairs(params: Mapping[str, object]) -> list[tuple[str, str]]:
    """A list becomes the same parameter several times."""
    return [
        (name, str(each))
        for name, value in params.items()
        for each in (value if isinstance(value, list) else [value])
    ]
