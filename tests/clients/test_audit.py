"""The gateway itself, served as it is run, is GraphQL over HTTP to the letter."""

from pathlib import Path

from tests.clients import graph, javascript
from tests.clients.serving import serving

AUDITS = 61


def test_every_audit_of_graphql_over_http_is_passed(tmp_path: Path, sqlite_url: str) -> None:
    with serving(graph.app(tmp_path, sqlite_url)) as url:
        outcomes = javascript.run("audit.mjs", f"{url}/graphql")

    assert [each for each in outcomes if each["status"] != "ok"] == []
    assert len({each["id"] for each in outcomes}) == AUDITS
