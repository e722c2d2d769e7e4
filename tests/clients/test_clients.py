"""urql and Apollo Client get from the gateway, served as it is run, what their users expect."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.clients import graph, javascript
from tests.clients.serving import serving

JSON = "application/json; charset=utf-8"
RESPONSE = "application/graphql-response+json; charset=utf-8"

LIST = {
    "complaints": {
        "nodes": [
            {
                "title": title,
                "agency": {"code": "tiznit"},
                "origin": {"source": "city"},
            }
            for title in ("Éclairage éteint", "انقطاع الماء")
        ],
        "sources": [
            {"source": "city", "status": "OK", "rows": 2},
            {"source": "silent", "status": "UNAVAILABLE", "rows": 0},
            {"source": "store", "status": "OK", "rows": 0},
        ],
        "complete": False,
    }
}
AGENCY = {"agency": {"code": "water", "name": {"ar": "وزارة الماء", "fr": "Ministère de l'eau"}}}
PARTIAL = {"agency": {"code": "silent", "services": None}}
FILED = {
    "fileComplaint": {
        "receipt": {"complaint": {"title": "انقطاع الماء", "agencyCode": "water"}},
        "problems": [],
    }
}
UNKNOWN = "Cannot query field 'unheardOf' on type 'Query'."


URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, "
    "text/event-stream, multipart/mixed"
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a client asks, and how it is answered."""

    accept: str
    media_type: str
    refused: int
    """The status of an answer to a document that is not valid."""

    def heard(self, method: str, *, status: int = 200) -> list[dict[str, Any]]:
        """What went over the wire: one request, one answer."""
        return [
            {"method": method, "accept": self.accept, "status": status, "type": self.media_type}
        ]


@pytest.mark.parametrize(
    ("runner", "ways"),
    [
        # It names event streams with every query; they are not its first choice, nor our answer.
        ("urql.mjs", Ways(URQL, RESPONSE, refused=400)),
        # It accepts anything, as old clients do: for them even a refusal has status 200.
        ("apollo.mjs", Ways("*/*", JSON, refused=200)),
    ],
    ids=["urql", "apollo"],
)
def test_a_client_asks_by_post_and_get_and_reads_what_went_wrong(
    tmp_path: Path, sqlite_url: str, runner: str, ways: Ways
) -> None:
    with serving(graph.app(tmp_path, sqlite_url)) as url:
        got = javascript.run(runner, f"{url}/graphql")

    silent = {
        "message": "the source's file cannot be read",
        "path": ["agency", "services"],
        "code": "SOURCE_UNAVAILABLE",
    }
    unknown = {"message": UNKNOWN, "path": None, "code": None}
    posted = ways.heard("POST")
    assert got == {
        "list": {"data": LIST, "errors": [], "heard": posted},
        "byGet": {"data": AGENCY, "errors": [], "heard": ways.heard("GET")},
        "partial": {"data": PARTIAL, "errors": [silent], "heard": posted},
        "unknown": {
            "data": None,
            "errors": [unknown],
            "heard": ways.heard("POST", status=ways.refused),
        },
        "filed": {"data": FILED, "errors": [], "heard": posted},
    }
