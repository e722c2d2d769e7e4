"""Three agencies behind one door: one kept here, a city that speaks Open311, a desk that speaks JSON."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from resolvers.policy import Role
from tests.clients.serving import serving
from tests.gateway.auth.provider import Provider
from tests.life.systems import SERVICE, City, Prefecture, city_options, prefecture_options
from tests.policy.office import Office, door

OWN: Final = "water"
CITY: Final = "city"
PREFECTURE: Final = "prefecture"
AGENCIES: Final = (OWN, CITY, PREFECTURE)


@dataclass(frozen=True)
class Administration:
    """The door, somebody who serves all three agencies, and the systems of two."""

    office: Office
    officer: str
    systems: dict[str, City | Prefecture]

    def ask(self, token: str | None, document: str, **variables: Any) -> Any:
        """The data of a question that must have no errors."""
        told = self.office.ask_with(token, document, **variables)
        assert "errors" not in told, told
        return told["data"]


@contextmanager
def administration(folder: Path, database_url: str) -> Iterator[Administration]:
    """All of it, each part on a socket, over the migrated store at `database_url`."""
    provider, city, prefecture = Provider(), City(), Prefecture()
    with ExitStack() as stack:
        provider.url = stack.enter_context(serving(provider.app))
        path = folder / "agencies.yaml"
        path.write_text(
            _registry(
                stack.enter_context(serving(city.app)),
                stack.enter_context(serving(prefecture.app)),
            ),
            encoding="utf-8",
        )
        office = stack.enter_context(door(path, database_url, provider, {}))
        roles = {"roles": [f"chikaya-{Role.OFFICER.word}"]}
        officer = provider.token(sub="an officer", realm_access=roles, agencies=list(AGENCIES))
        yield Administration(office, officer, {CITY: city, PREFECTURE: prefecture})


def _registry(city: str, prefecture: str) -> str:
    service = {"code": SERVICE, "name": {"ar": "تسرب", "fr": "Fuite"}}

    def agency(code: str, **more: Any) -> dict[str, Any]:
        names = {"ar": f"وكالة {code}", "fr": f"Agence {code}"}
        return {"code": code, "name": names, "class": "COLLECTIVITE", "services": [service]} | more

    def source(connector: str, mode: str, options: dict[str, Any]) -> dict[str, Any]:
        return {"connector": connector, "mode": mode, "desk": "portal", "options": options}

    registry = {
        "version": 1,
        "sources": {
            CITY: source("open311", "live", city_options(city)),
            "desk": source("rest", "mirror", prefecture_options(prefecture)),
        },
        "agencies": [agency(OWN), agency(CITY, source=CITY), agency(PREFECTURE, source="desk")],
    }
    # What is JSON is YAML too.
    return json.dumps(registry)
