"""A portal that is served, and what is done in it by the graph, to come to where a page matters."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from tests.gateway.cli.command import serving
from tests.gateway.portal.answering import FILE, Filed
from tests.life.systems import SERVICE, City, city_options


@dataclass(frozen=True)
class Place:
    """The portal on the embedded default, where the graph takes everyone for a supervisor."""

    url: str
    client: httpx2.Client
    city: City | None = None

    def ask(self, document: str, **variables: Any) -> Any:
        """The data of a question that must have no errors."""
        told = self.client.post("/graphql", json={"query": document, "variables": variables}).json()
        assert "errors" not in told, told
        return told["data"]

    def files(
        self, text: str = "Marked words", *, agency: str = "water", service: str | None = None
    ) -> Filed:
        """A case that somebody has just filed."""
        given = {"text": text, "agency": agency, "service": service, "key": uuid4().hex}
        receipt = self.ask(FILE, **given)["fileComplaint"]["receipt"]
        return Filed(receipt["reference"], receipt["trackingCode"])

    def does(self, act: str, case: Filed, **given: Any) -> None:
        """An act of an officer."""
        kind = f"{act[0].upper()}{act[1:]}Input"
        document = f"mutation ($i: {kind}!) {{ {act}(input: $i) {{ problems {{ code }} }} }}"
        meant = {"case": {"reference": case.reference}, "idempotencyKey": uuid4().hex}
        assert self.ask(document, i=meant | given)[act]["problems"] == []

    def answers(self, case: Filed) -> None:
        """The case is taken up and answered."""
        self.does("acknowledgeComplaint", case)
        self.does("assessComplaint", case)
        self.does("decideComplaint", case, outcome="UPHELD", text="The leak was mended.")

    def cases(self, text: str) -> list[dict[str, Any]]:
        """Those in which these words are."""
        document = """query ($text: String!) {
          complaints(first: 50, filter: {text: $text}) {
            nodes { reference status origin { mode sourceId } attachments { name bytes } } } }"""
        found: list[dict[str, Any]] = self.ask(document, text=text)["complaints"]["nodes"]
        return found


@contextmanager
def opened(
    folder: Path, registry: str, city: City | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Place]:
    """The portal over `registry`, with a store of its own in `folder`."""
    (folder / "agencies.yaml").write_text(registry, encoding="utf-8")
    with serving("--no-demo", folder=folder, env=env) as served:
        url = served.url.removesuffix("/graphql")
        with httpx2.Client(base_url=url, timeout=30) as client:
            yield Place(url, client, city)


def registry(city: str) -> dict[str, Any]:
    """Water and roads are kept here; the city speaks Open311 at that address."""
    leak = {
        "code": SERVICE,
        "name": {"ar": "تسرب", "fr": "Fuite", "en": "A leak", "zgh": "ⴰⴱⵓⵍⵎⴰ"},
        "keywords": ["robinet", "تسرب"],
    }
    meter = {"code": "METER", "type": "NUMBER", "required": True, "description": "رقم العداد"}
    return {
        "version": 1,
        "sources": {
            "city": {
                "connector": "open311",
                "mode": "live",
                "desk": "portal",
                "options": city_options(city),
            }
        },
        "agencies": [
            {
                "code": "water",
                "name": {"ar": "الماء الصالح للشرب", "fr": "Eau potable", "en": "Drinking water"},
                "class": "EEP",
                "services": [leak | {"attributes": [meter]}],
            },
            {
                "code": "roads",
                "name": {"ar": "الطرق", "fr": "Routes", "en": "Roads"},
                "class": "MINISTRY",
            },
            {
                "code": "city",
                "name": {"ar": "المدينة", "fr": "Ville", "en": "The city"},
                "class": "COLLECTIVITE",
                "source": "city",
                "services": [leak],
            },
        ],
    }
