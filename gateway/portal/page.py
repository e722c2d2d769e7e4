"""What a page is made of."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.responses import Response

from gateway.portal.visit import Visit

Handler: TypeAlias = Callable[[Visit], Awaitable[Response]]
Handlers: TypeAlias = Mapping[str, Handler]
"""By the method of the request."""
