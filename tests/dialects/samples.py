"""What each dialect answers, kept as files beside its server.

`python -m tests.dialects.samples` writes them anew.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.dialects import four
from tests.dialects.cursors import server as cursors
from tests.dialects.envelopes import server as envelopes
from tests.dialects.links import server as links
from tests.dialects.sessions import server as sessions
from tests.dialects.talking import Talk, talking

HERE = Path(__file__).parent


async def cursors_samples(talk: Talk) -> Mapping[str, Any]:
    talk.headers["X-Api-Key"] = cursors.KEY
    parts = "messages,history,decision,files"
    page = await talk.get("/api/v3/cases", limit=3, include=parts)
    one = await talk.get("/api/v3/cases/B-43", include=parts)
    return {"list.json": page.body, "one.json": one.body}


async def sessions_samples(talk: Talk) -> Mapping[str, Any]:
    said = {"login": sessions.LOGIN, "password": sessions.PASSWORD}
    session = await talk.send("POST", "/desk/session", said)
    talk.headers["X-Session"] = session.body["session"]["token"]
    page = await talk.get("/desk/issues", size=3)
    one = await talk.get("/desk/issues/REC-4", **{"with": "journals,files"})
    return {"session.json": session.body, "list.json": page.body, "one.json": one.body}


async def envelopes_samples(talk: Talk) -> Mapping[str, Any]:
    key = {"cle": envelopes.KEY}
    page = await talk.get("/ws/reclamations/recherche", p_taille=3, **key)
    one = await talk.get("/ws/reclamations/fiche", p_numero=997, **key)
    said = await talk.get("/ws/reclamations/echanges", p_numero=993, **key)
    refused = await talk.get("/ws/reclamations/fiche", p_numero=1, **key)
    return {
        "list.json": page.body,
        "one.json": one.body,
        "messages.json": said.body,
        "refused.json": refused.body,
    }


async def links_samples(talk: Talk) -> Mapping[str, Any]:
    form = {"client_id": links.CLIENT, "client_secret": links.SECRET}
    granted = await talk.send_form("/oauth/token", grant_type="client_credentials", **form)
    talk.headers["Authorization"] = f"Bearer {granted.body['access_token']}"
    talk.headers["Host"] = "works.example"
    page = await talk.get("/v1/tickets", per_page=3)
    return {
        "token.json": granted.body,
        "list.json": page.body,
        "list.headers.json": {"Link": page.headers["link"]},
    }


SAMPLES = {
    four.CURSORS: cursors_samples,
    four.SESSIONS: sessions_samples,
    four.ENVELOPES: envelopes_samples,
    four.LINKS: links_samples,
}


async def taken(dialect: four.Dialect) -> Mapping[str, str]:
    """The files of `dialect`, by name, as its server answers now."""
    async with talking(dialect.vendor()) as talk:
        told = await SAMPLES[dialect](talk)
    return {
        name: json.dumps(body, ensure_ascii=False, indent=2) + "\n" for name, body in told.items()
    }


def kept(dialect: four.Dialect) -> Mapping[str, str]:
    """The files that are there."""
    files = (HERE / dialect.name / "samples").glob("*.json")
    return {path.name: path.read_text(encoding="utf-8") for path in files}


def _renew() -> None:
    for dialect in SAMPLES:
        for name, text in asyncio.run(taken(dialect)).items():
            (HERE / dialect.name / "samples" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _renew()
