"""Show GraphiQL to a browser: one page, every file of which comes from this host.

GraphiQL and React are not ours to keep a copy of, and a newcomer has no Node to build them: they
come in a package that holds the files as their makers published them, and nothing of it is run.
"""

import json
from base64 import b64encode
from hashlib import sha384
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

_THEIRS: Final = "graphene_django_graphiql_static"

# GraphiQL 2.4.7 and React 17.0.2 of npm; a browser runs nothing whose digest is another.
_INTEGRITY: Final = {
    "react.production.min.js": "sha384-7Er69WnAl0+tY5MWEvnQzWHeDFjgHSnlQfDDeWUvv8qlRXtzaF/pNo18Q2aoZNiO",
    "react-dom.production.min.js": "sha384-vj2XpC1SOa8PHrb0YlBqKN7CQzJYO72jz4CkDQ+ePL1pwOV4+dn05rPrbLGUuvCv",
    "graphiql.min.css": "sha384-d7FYWnzKaTlP7q6QjcR7cgBzQ7qg7I5ghGeuzwLjzmmLGfgi8fXpUaebuXTTzcVK",
    "graphiql.min.js": "sha384-D/IKSk3XqkadtnKEtZYmq7ogOIY6TFrKojcZiAhIqroSy4U+N1sXmMv0NdoHhzgr",
}

_MEDIA_TYPES: Final = {"css": "text/css", "js": "text/javascript"}

_PAGE_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src data:; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}
_FILE_HEADERS: Final = {
    # The address of a file changes with what is in it.
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}


class Ide:
    """The page of the graph at `path`, and the files that it loads."""

    def __init__(self, path: str) -> None:
        """Read the files; the page opens with our examples, a tab each."""
        self._path = path
        ours, theirs = files(__name__), files(_THEIRS) / "static" / _THEIRS
        self._files = {name: (theirs / name).read_bytes() for name in _INTEGRITY}
        self._integrity = dict(_INTEGRITY)
        for name in ("page.css", "page.js"):
            self._files[name] = (ours / name).read_bytes()
            self._integrity[name] = _digest(self._files[name])
        self._page = Template((ours / "page.html").read_text("utf-8")).substitute(
            links="\n".join(self._link(name) for name in self._integrity),
            # Inside a script element only "<" could end it.
            examples=json.dumps(examples(), ensure_ascii=False).replace("<", "\\u003c"),
        )

    def page(self) -> Response:
        """The page itself."""
        return HTMLResponse(self._page, headers=_PAGE_HEADERS)

    @property
    def route(self) -> Route:
        """Where the files are."""
        return Route(f"{self._path}/ide/{{name}}", self._file)

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._files:
            raise HTTPException(404)
        media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
        return Response(self._files[name], media_type=media_type, headers=_FILE_HEADERS)

    def _link(self, name: str) -> str:
        # Relative to the page, so that it holds behind a proxy that serves us under a prefix.
        integrity = self._integrity[name]
        address = f"{self._path.rpartition('/')[2]}/ide/{name}?{integrity[-8:]}"
        how = f'integrity="{escape(integrity)}"'
        if name.endswith(".css"):
            return f'<link rel="stylesheet" href="{escape(address)}" {how}>'
        return f'<script defer src="{escape(address)}" {how}></script>'


def examples() -> list[str]:
    """The documents worth trying first, in that order."""
    folder = files(__name__) / "examples"
    found = sorted(folder.iterdir(), key=lambda each: each.name)
    return [each.read_text("utf-8") for each in found]


def _digest(content: bytes) -> str:
    return "sha384-" + b64encode(sha384(content).digest()).decode()
