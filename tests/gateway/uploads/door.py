"""A gateway that takes files, at its real door."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from connectors.contract.records import AgencyCode
from connectors.testing.serving import serve
from gateway.app import Config, build
from gateway.auth.local import local_token
from gateway.config import load, read_settings
from gateway.keys import Keys
from resolvers.policy import Role, Viewer

REGISTRY = """
version: 1
policy:
  attachments: {count: 3, largest_bytes: 200000, total_bytes: 300000}
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
  - {code: roads, name: {ar: الطرق, fr: Routes}, class: EEP}
"""
BOUNDARY = "a-boundary"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


KEYS = Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32)
SHOWN = """description status messages { id body author } decisions { id }
  attachments { id name mediaType bytes sha256 url at author message decision }"""
FILE = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
  receipt { reference trackingCode complaint { id } } problems { code path message } } }"""
OFFICER = Viewer(Role.OFFICER, "officer", frozenset({AgencyCode("water")}))
STRANGER = Viewer(Role.OFFICER, "stranger", frozenset({AgencyCode("roads")}))
CITIZEN = Viewer(Role.CITIZEN, "citizen")


def shown(viewer: Viewer) -> dict[str, str]:
    """The headers with which `viewer` shows who they are."""
    return {"Authorization": f"Bearer {local_token(KEYS, viewer, minutes=5)}"}


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

    async def upload(self, name: str, content: bytes) -> str:
        """The id of a draft."""
        [upload] = (await self.send((name, content)))["uploads"]
        return str(upload["id"])

    async def ask(self, document: str, viewer: Viewer | None = None, **variables: Any) -> Any:
        """The data of an operation, as the demonstration's supervisor or another."""
        headers = {} if viewer is None else shown(viewer)
        asked = {"query": document, "variables": variables}
        answer = await self.client.post("/graphql", json=asked, headers=headers)
        told = answer.json()
        assert "errors" not in told, told["errors"]
        return told["data"]

    async def do(self, act: str, viewer: Viewer, case: dict[str, Any], **given: Any) -> Any:
        """What became of an act in a case."""
        kind = f"{act[0].upper()}{act[1:]}Input"
        key = {"idempotencyKey": secrets.token_urlsafe()}
        document = f"""mutation ($input: {kind}!) {{ {act}(input: $input) {{
          complaint {{ {SHOWN} }} problems {{ code path }} }} }}"""
        data = await self.ask(document, viewer, input={"case": case} | key | given)
        return data[act]

    async def file(self, viewer: Viewer, **given: Any) -> Any:
        """What became of a filing for the agency of water."""
        usual = {"agency": "water", "description": "Fuite", "language": "fr"}
        usual["idempotencyKey"] = secrets.token_urlsafe()
        data = await self.ask(FILE, viewer, input=usual | given)
        return data["fileComplaint"]

    async def seen(self, reference: str, viewer: Viewer) -> Any:
        """The case as `viewer` reads it."""
        document = f"query ($id: ID!) {{ node(id: $id) {{ ... on Complaint {{ {SHOWN} }} }} }}"
        return (await self.ask(document, viewer, id=f"Complaint:{reference}"))["node"]

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
        keys=KEYS,
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
