"""The real graph over a small administration: our store, a city that answers, and a silent one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from starlette.applications import Starlette

from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyCode, Complaint, Kind, Mode, Origin, SourceId
from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import Keys

_AGENCIES: Final = """\
version: 1
sources:
  city:
    connector: memory
    mode: live
    options: {path: "FOLDER/city.json"}
  silent:
    connector: memory
    mode: live
    guard: {retries: 0}
    options: {path: "FOLDER/absent.json"}
agencies:
  - code: water
    name: {ar: وزارة الماء, fr: Ministère de l'eau}
    class: MINISTRY
  - code: tiznit
    name: {ar: تيزنيت, fr: Tiznit}
    class: COLLECTIVITE
    source: city
  - code: silent
    name: {ar: صامتة, fr: Silencieuse}
    class: COLLECTIVITE
    source: silent
"""

_BEGUN: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_CITY: Final = [
    Complaint(
        origin=Origin(SourceId("city"), source_id, Mode.LIVE, _BEGUN.replace(hour=hour)),
        agency_code=AgencyCode("tiznit"),
        status=Status.IN_PROGRESS,
        kind=Kind.COMPLAINT,
        title=title,
        created_at=_BEGUN.replace(hour=hour),
    )
    for hour, source_id, title in [(9, "1", "انقطاع الماء"), (10, "2", "Éclairage éteint")]
]


def app(folder: Path, database_url: str) -> Starlette:
    """The application over the migrated store at `database_url`; `folder` holds its files."""
    (folder / "agencies.yaml").write_text(_AGENCIES.replace("FOLDER", str(folder)), "utf-8")
    (folder / "city.json").write_bytes(msgspec.json.encode(_CITY))
    settings = read_settings({}, database_url=database_url, agencies=folder / "agencies.yaml")
    return build(
        Config(
            settings=settings,
            configured=load(settings.agencies),
            keys=Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32),
        )
    )
