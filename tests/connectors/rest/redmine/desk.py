"""The services desk of these tests: its description, its connector, and a real one made ready."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx2

from connectors.contract.connector import Connector, Environment
from connectors.contract.lifecycle import Status
from connectors.contract.records import Complaint
from connectors.http import AiohttpClient
from gateway.config import load
from gateway.config.agencies import SourceConfig
from tests.connectors.rest.redmine.upstreams import ADMINISTRATOR, GATEWAY, KEYS, Real, Redmine
from tests.docs.pages import page

AGENCIES: Final = Path(__file__).with_name("agencies.yaml")

STATUSES: Final[Mapping[int, Status]] = {
    1: Status.SUBMITTED,
    2: Status.IN_PROGRESS,
    3: Status.ANSWERED,
    4: Status.AWAITING_COMPLAINANT,
    5: Status.CLOSED,
    6: Status.INADMISSIBLE,
}
_OFFICES: Final = {"Voirie": "roads-office", "Eau – الماء": "water-office"}
_DEVELOPER: Final = 4
"""Redmine's default role whose workflow knows no way to the status 6."""


def described(url: str, key: str) -> SourceConfig:
    """The source as agencies.yaml describes it."""
    (source,) = load(AGENCIES, environ=environ(url, key)).sources
    return source


def environ(url: str, key: str) -> dict[str, str]:
    """What the description leaves to the environment."""
    return {"REDMINE_URL": url, "REDMINE_KEY": key}


def described_as_mirror(folder: Path) -> Path:
    """The description in `folder`, with the change that the page shows."""
    agencies = folder / "agencies.yaml"
    agencies.write_text(page("connecting-redmine").changed(AGENCIES.read_text("utf-8")), "utf-8")
    return agencies


@asynccontextmanager
async def connected(redmine: Redmine, *, key: str = KEYS[GATEWAY]) -> AsyncIterator[Connector]:
    """The connector that the description makes."""
    source = described(redmine.url, key)
    connector = source.plugin.open(
        source.options,
        Environment(source=source.id, agencies=source.agencies, open_http=AiohttpClient),
    )
    try:
        yield connector
    finally:
        await connector.aclose()


async def issues(redmine: Redmine) -> list[dict[str, Any]]:
    """Every issue, as Redmine's own API tells it: a hundred at most."""
    found = await redmine.own_api("GET", "issues.json", status_id="*", limit="100", sort="id")
    assert found["total_count"] == len(found["issues"]), "more issues than one page holds"
    return list(found["issues"])


async def changed(redmine: Redmine, there: list[dict[str, Any]]) -> tuple[str, str, str]:
    """Of the issues `there` one was moved and one spoken in, and one was made; their numbers."""
    moved, spoken, *_ = there
    other = 2 if moved["status"]["id"] != 2 else 3
    body = {"project_id": "eau", "tracker_id": 3, "subject": "Fuite", "description": "…"}
    await redmine.own_api("PUT", f"issues/{moved['id']}.json", {"issue": {"status_id": other}})
    await redmine.own_api("PUT", f"issues/{spoken['id']}.json", {"issue": {"notes": "Fait – تم"}})
    made = await redmine.own_api("POST", "issues.json", {"issue": body})
    return str(moved["id"]), str(spoken["id"]), str(made["issue"]["id"])


def told(issue: Mapping[str, Any]) -> dict[str, object]:
    """What the gateway should say of an issue, by names of `seen`."""
    return {
        "id": str(issue["id"]),
        "agency": _OFFICES[issue["project"]["name"]],
        "status": STATUSES[issue["status"]["id"]],
        "raw_status": str(issue["status"]["id"]),
        "title": issue["subject"],
        "description": "\n".join(issue["description"].split("\r\n")),
        "service": str(issue["tracker"]["id"]),
        "category": issue["tracker"]["name"],
        "created": datetime.fromisoformat(issue["created_on"]),
        "updated": datetime.fromisoformat(issue["updated_on"]),
    }


def seen(case: Complaint) -> dict[str, object]:
    """What the gateway does say."""
    return {
        "id": case.origin.source_id,
        "agency": case.agency_code,
        "status": case.status,
        "raw_status": case.origin.raw_status,
        "title": case.title,
        "description": case.description,
        "service": case.service_code,
        "category": case.category,
        "created": case.created_at,
        "updated": case.updated_at,
    }


def prepared(url: str, key: str) -> Real:
    """The Redmine at `url` with a user for the gateway, and an issue in each status."""
    with httpx2.Client(
        base_url=url, headers={"X-Redmine-API-Key": key}, timeout=60, trust_env=False
    ) as http:
        member = _member(http)
        for project in http.get("/projects.json").raise_for_status().json()["projects"]:
            body = {"membership": {"user_id": member["id"], "role_ids": [_DEVELOPER]}}
            http.post(f"/projects/{project['id']}/memberships.json", json=body)
        _fill_statuses(http)
    return Real(url, {ADMINISTRATOR: key, GATEWAY: member["api_key"]})


def _member(http: httpx2.Client) -> dict[str, Any]:
    found = http.get("/users.json", params={"name": "passerelle"}).raise_for_status().json()
    if found["users"]:
        number = found["users"][0]["id"]
    else:
        user = {
            "login": "passerelle",
            "firstname": "Passerelle",
            "lastname": "Chikaya",
            "mail": "passerelle@example.org",
            "generate_password": True,
        }
        made = http.post("/users.json", json={"user": user}).raise_for_status().json()
        number = made["user"]["id"]
    return dict(http.get(f"/users/{number}.json").raise_for_status().json()["user"])


def _fill_statuses(http: httpx2.Client) -> None:
    """Let some issue stand in each status."""
    query = {"status_id": "*", "limit": 100, "sort": "id"}
    rows = http.get("/issues.json", params=query).raise_for_status().json()["issues"]
    held = {status: [row for row in rows if row["status"]["id"] == status] for status in STATUSES}
    for status, there in held.items():
        if not there:
            most = max(held.values(), key=len)
            body = {"issue": {"status_id": status}}
            http.put(f"/issues/{most.pop()['id']}.json", json=body).raise_for_status()
