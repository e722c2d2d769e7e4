"""What was imported is asked for like any other case, and says how exactly its time is known."""

import json
import urllib.request
from pathlib import Path
from typing import Any

from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import Keys
from tests.clients.serving import serving
from tests.gateway.importing.command import chikaya

FIXTURES = Path(__file__).parent / "fixtures"
QUESTION = """
{ complaints(filter: {agencies: ["offices", "montreal-311"]}, first: 3) {
    totalCount { value exact }
    complete
    nodes { id agency { code name { fr } } title category createdAt createdPrecision
            origin { mode rawStatus } } } }
"""


def asked(address: str, document: str) -> Any:
    request = urllib.request.Request(  # noqa: S310 - an address of our own
        f"{address}/graphql",
        data=json.dumps({"query": document}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - the same
        return json.load(response)


def test_two_imported_files_are_two_agencies_of_one_list(home: Path, sqlite_url: str) -> None:
    given = {"CHIKAYA_DATABASE_URL": sqlite_url}
    for file, mapping in (
        ("offices.csv", str(FIXTURES / "offices.yaml")),
        ("shifted.csv", "montreal"),
    ):
        done = chikaya(home, "seed", "--from", FIXTURES / file, "--mapping", mapping, environ=given)
        assert done.returncode == 1, done.stderr
    settings = read_settings({}, database_url=sqlite_url, agencies=home / "agencies.yaml")
    keys = Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32)
    with serving(build(Config(settings, load(settings.agencies, environ={}), keys))) as address:
        answer = asked(address, QUESTION)
    agency = {"code": "montreal-311", "name": {"fr": "Ville de Montréal – 311"}}
    offices = {"code": "offices", "name": {"fr": "Bureaux"}}
    assert answer == {
        "data": {
            "complaints": {
                "totalCount": {"value": 4, "exact": True},
                "complete": True,
                "nodes": [
                    {
                        "id": "Complaint:store:montreal:11",
                        "agency": agency,
                        "title": None,
                        "category": "Lampadaire",
                        "createdAt": "2024-06-01T04:00:00Z",
                        "createdPrecision": "MONTH",
                        "origin": {"mode": "OWN", "rawStatus": "Terminée"},
                    },
                    {
                        "id": "Complaint:store:offices:2",
                        "agency": offices,
                        "title": "Trottoir cassé – 3 m",
                        "category": None,
                        "createdAt": "2024-05-06T23:00:00Z",
                        "createdPrecision": "HOUR",
                        "origin": {"mode": "OWN", "rawStatus": "clos"},
                    },
                    {
                        "id": "Complaint:store:offices:1",
                        "agency": offices,
                        "title": "Élagage d’un chêne",
                        "category": None,
                        "createdAt": "2024-05-06T13:00:00Z",
                        "createdPrecision": "HOUR",
                        "origin": {"mode": "OWN", "rawStatus": "ouvert"},
                    },
                ],
            }
        }
    }
