"""Cases that are filed and answered by the graph, as the embedded default lets anyone."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

FILE = """mutation ($text: String!, $key: String!, $agency: String!, $service: String) { fileComplaint(input: {agency: $agency,
  serviceCode: $service,
  description: $text, idempotencyKey: $key, contact: {name: "Marked name"}, language: "fr"})
  { receipt { reference trackingCode } } }"""


@dataclass(frozen=True)
class Filed:
    reference: str
    code: str


@dataclass(frozen=True)
class Desk:
    """Who answers, by the graph."""

    client: httpx2.AsyncClient

    async def ask(self, document: str, **variables: Any) -> Any:
        answer = await self.client.post(
            "/graphql", json={"query": document, "variables": variables}
        )
        told = answer.json()
        assert "errors" not in told, told
        return told["data"]

    async def files(
        self, text: str = "Marked words", agency: str = "water", service: str | None = None
    ) -> Filed:
        """A case that somebody has just filed."""
        data = await self.ask(FILE, text=text, agency=agency, service=service, key=uuid4().hex)
        receipt = data["fileComplaint"]["receipt"]
        return Filed(receipt["reference"], receipt["trackingCode"])

    async def does(self, act: str, case: Filed, **given: Any) -> None:
        kind = f"{act[0].upper()}{act[1:]}Input"
        document = f"mutation ($i: {kind}!) {{ {act}(input: $i) {{ problems {{ code }} }} }}"
        meant = {"case": {"reference": case.reference}, "idempotencyKey": uuid4().hex}
        data = await self.ask(document, i=meant | given)
        assert data[act]["problems"] == []

    async def takes_up(self, case: Filed) -> None:
        for act in ("acknowledgeComplaint", "assessComplaint"):
            await self.does(act, case)
