"""The registry of the crash tests: one office for each way that makes a repetition harmless."""

import json
from pathlib import Path
from typing import Any, Final

DESKS: Final = ("key", "search", "none")
_HASTE: Final = {"timeout_seconds": 1, "first_pause_seconds": 0.2, "longest_pause_seconds": 1}


def write(folder: Path, agency: str, *, hasty: tuple[str, ...] = DESKS) -> None:
    """Write `agencies.yaml` into `folder`; `agency` is the address of the case system.

    The desks that are `hasty` are given a second for each attempt, so that hanging costs no more.
    """
    registry = {
        "version": 1,
        "defaults": {
            "guard": {"retries": 0, "breaker_seconds": 0.2, "per_second": 1000},
            "sync": {"timeout_seconds": 2},
        },
        "sources": {
            desk: {
                "connector": "rest",
                "mode": "live",
                "delivery": _HASTE if desk in hasty else {},
                "options": _options(agency, desk),
            }
            for desk in DESKS
        },
        "agencies": [
            {
                "code": f"{desk}-office",
                "name": {"ar": f"مكتب {desk}", "fr": f"Bureau {desk}"},
                "class": "EEP",
                "source": desk,
            }
            for desk in DESKS
        ],
    }
    # JSON is YAML.
    (folder / "agencies.yaml").write_text(json.dumps(registry), encoding="utf-8")


def _options(agency: str, desk: str) -> dict[str, Any]:
    key = {"key": {"from": "key"}} if desk == "key" else {}
    filing: dict[str, Any] = {
        "request": {"path": "cases", "json": {"text": {"from": "reference"}} | key},
        "id": {"path": "$.id"},
        "safe_by": desk,
    }
    if desk == "search":
        filing["search"] = {
            "request": {"path": "cases", "query": {"reference": "{reference}"}},
            "records": "$",
            "reference": "$.reference",
            "settles_seconds": 2,
        }
    # A message cannot be searched for: where filings are, messages are known by their keys.
    said = {"text": {"from": "body"}} | ({} if desk == "none" else {"key": {"from": "key"}})
    return {
        "url": f"{agency}/{desk}",
        "record": {"id": "$.id", "status": "$.state"},
        "statuses": {"in": {"new": "SUBMITTED"}},
        "list": {"request": {"path": "cases"}, "records": "$", "paging": {"style": "none"}},
        "acts": {
            "file": filing,
            "say": {
                "public": {"request": {"path": "cases/{id}/messages", "json": said}},
                "safe_by": "none" if desk == "none" else "key",
            },
        },
    }
