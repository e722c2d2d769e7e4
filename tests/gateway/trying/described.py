"""The dialects as `connector draft` describes them, with what a person adds: a key, and acts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.drafting import Evidence, asked_at, proposed, read_sample
from tests.dialects import four
from tests.dialects.cursors import server as cursors
from tests.dialects.links import server as links
from tests.dialects.sessions import server as sessions

SAMPLES = Path(four.__file__).parent
ENVIRON = {
    "DESK_KEY": cursors.KEY,
    "DESK_PASSWORD": sessions.PASSWORD,
    "DESK_SECRET": links.SECRET,
}
NOTE = {"path": "cases/{id}/messages", "json": {"text": {"from": "body"}, "public": False}}
ADDED: Mapping[four.Dialect, Mapping[str, Any]] = {
    four.CURSORS: {
        "asked": "/api/v3/cases?limit=3&cursor=",
        "auth": {"kind": "header", "name": "X-Api-Key", "value": "${env:DESK_KEY}"},
        "acts": {
            "say": {"internal": {"request": NOTE}},
            "file": {
                "request": {"path": "cases", "json": {"body": {"from": "description"}}},
                "id": {"path": "$.data.id"},
            },
        },
    },
    four.SESSIONS: {
        "asked": "/desk/issues?page=0&size=3",
        "auth": {
            "kind": "session",
            "login": {
                "path": "session",
                "json": {"login": sessions.LOGIN, "password": "${env:DESK_PASSWORD}"},
            },
            "token": {"path": "$.session.token"},
            "send": {"header": "X-Session"},
        },
        "acts": {
            "move": {
                "request": {
                    "method": "PUT",
                    "path": "issues/{id}",
                    "json": {"issue": {"status": {"from": "status"}, "notes": {"from": "reason"}}},
                }
            }
        },
        "out": {"REOPENED": {"status": 10}},
    },
    four.LINKS: {
        "asked": "/v1/tickets?per_page=3",
        "auth": {
            "kind": "oauth2",
            "token_url": "URL/oauth/token",
            "client_id": links.CLIENT,
            "client_secret": "${env:DESK_SECRET}",
        },
        "acts": {
            "attach": {
                "max_bytes": 1000,
                "upload": {
                    "request": {"path": "uploads", "query": {"name": "{name}"}, "content": True},
                    "token": "$.token",
                },
                "request": {
                    "path": "tickets/{id}/attachments",
                    "json": {"token": {"from": "token"}, "name": {"from": "name"}},
                },
            }
        },
    },
}


def described(dialect: four.Dialect, url: str, folder: Path) -> Path:
    """An agencies.yaml in `folder` that connects the agency `desk-agency` to `dialect` at `url`."""
    added = ADDED[dialect]
    samples = sorted((SAMPLES / dialect.name / "samples").glob("*.json"))
    evidence = Evidence([read_sample(path) for path in samples], asked_at(url + added["asked"]))
    options = proposed(evidence).options
    options["auth"] = json.loads(json.dumps(added["auth"]).replace("URL", url))
    options["acts"] = added["acts"]
    options["statuses"]["out"] = added.get("out", {})
    file = folder / "agencies.yaml"
    told = {
        "version": 1,
        "sources": {"desk": {"connector": "rest", "mode": "live", "options": options}},
        "agencies": [
            {"code": code, "name": {"ar": "وكالة", "fr": "Agence"}, "class": "OTHER", **source}
            for code, source in (("desk-agency", {"source": "desk"}), ("own-agency", {}))
        ],
    }
    # Every JSON document is one in YAML.
    file.write_text(json.dumps(told), encoding="utf-8")
    return file
