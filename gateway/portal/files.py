"""Give browsers the files that pages load, at addresses that change with what is in them."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.portal.rendering import HERE

_FOLDER: Final = HERE / "static"
_ADDRESS: Final = "/portal"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}


class Files:
    """The files of `static/`, read once."""

    def __init__(self) -> None:
        self._by_name = {}
        addresses = {}
        for path in sorted(_FOLDER.iterdir()):
            content = path.read_bytes()
            name = f"{path.stem}.{sha256(content).hexdigest()[:12]}{path.suffix}"
            self._by_name[name] = Response(
                content, media_type=_TYPES[path.suffix], headers=_HEADERS
            )
            addresses[path.name] = f"{_ADDRESS}/{name}"
        self.addresses: Mapping[str, str] = addresses
        """Where each is, by its name in the folder."""

    @property
    def route(self) -> Route:
        """Where they all are."""
        return Route(f"{_ADDRESS}/{{name}}", self._answer)

    async def _answer(self, request: Request) -> Response:
        found = self._by_name.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return found
