"""A gateway that takes files, at its real door."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from connectors.testing.serving import serve
from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import Keys

REGISTRY = """
version: 1
policy:
  attachments: {count: 3, largest_bytes: 200000, total_bytes: 300000}
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
"""
BOUNDARY = "a-boundary"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass(frozen=True)
class Door:
    app: Starlette
    client: httpx2.AsyncClient
    folder: Path
    """Of the contents."""

    async def send(self, *files: tuple[str, bytes], **headers: str) -> Any:
        """The answer to files with these names."""
        sent = [("file", (name, content, "image/x-whatever")) for name, content in files]
        answer = await self.client.post("/uploads", files=sent, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json()

    def kept(self) -> dict[str, bytes]:
        """The contents that are kept, by their ids, and whatever else lies there."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.name: path.read_bytes() for path in files}


def settings_of(folder: Path, database_url: str, **environ: str) -> Any:
    given = {"CHIKAYA_ENV": "development", "CHIKAYA_FILES": str(folder / "files")}
    return read_settings(given | environ, database_url=database_url)


@asynccontextmanager
async def opened(
    folder: Path, database_url: str, registry: str = REGISTRY, **environ: str
) -> AsyncIterator[Door]:
    """A gateway over an empty store."""
    path = folder / "agencies.yaml"
    path.write_text(registry, encoding="utf-8")
    config = Config(
        settings=settings_of(folder, database_url, **environ),
        configured=load(path),
        keys=Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32),
    )
    app = build(config)
    async with (
        app.router.lifespan_context(app),
        serve(app) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        yield Door(app, client, folder / "files")


def part(name: str, content: bytes, file_name: str | None = None) -> bytes:
    """One part of a body."""
    said = f'form-data; name="{name}"' + ("" if file_name is None else f'; filename="{file_name}"')
    return f"--{BOUNDARY}\r\nContent-Disposition: {said}\r\n\r\n".encode() + content + b"\r\n"


def body(parts: Sequence[bytes]) -> bytes:
    """A whole one."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
