"""urql and Apollo Client get from the gateway, served as it is run, what their users expect."""

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


def heard(method: str, *, status: int = 200, media_type: str) -> list[dict[str, Any]]:
    """What went over the wire: one request, one answer."""
    return [{"method": method, "status": status, "type": media_type}]


@pytest.mark.parametrize(
    ("runner", "media_type", "refused"),
    [
        # It names event streams with every query; they are not its first choice, nor our answer.
        ("urql.mjs", RESPONSE, 400),
        ("apollo.mjs", JSON, 200),
    ],
)
def test_a_client_asks_by_post_and_get_and_reads_what_went_wrong(
    tmp_path: Path, sqlite_url: str, runner: str, media_type: str, refused: int
) -> None:
    with serving(graph.app(tmp_path, sqlite_url)) as url:
        got = javascript.run(runner, f"{url}/graphql")

    silent = {"message": "", "path": ["agency", "services"], "code": "SOURCE_UNAVAILABLE"}
    unknown = {"message": UNKNOWN, "path": None, "code": None}
    posted = heard("POST", media_type=media_type)
    assert got == {
        "list": {"data": LIST, "errors": [], "heard": posted},
        "byGet": {"data": AGENCY, "errors": [], "heard": heard("GET", media_type=media_type)},
        "partial": {"data": PARTIAL, "errors": [silent], "heard": posted},
        "unknown": {
            "data": None,
            "errors": [unknown],
            "heard": heard("POST", status=refused, media_type=media_type),
        },
        "filed": {"data": FILED, "errors": [], "heard": posted},
    }
