"""The scenario's cases as the system with envelopes tells them, and what is left of them there."""

from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    AgencyCode,
    AuthorRole,
    Channel,
    Complaint,
    DatePrecision,
    Kind,
    Location,
    SourceId,
    Visibility,
)
from connectors.testing import scenario
from connectors.testing.scenario import NOON
from tests.dialects.envelopes.server import OPEN
from tests.dialects.vendor import Row

SOURCE = SourceId("envelope-counter")
AGENCIES = (AgencyCode("office-a"),)
STATUSES = dict(zip(Status, OPEN, strict=True))
_KINDS = dict(zip(Kind, ("R", "O", "S", "I"), strict=True))
_WAYS = {
    Channel.WEB: "internet",
    Channel.CALL_CENTRE: "tel",
    Channel.COUNTER: "guichet",
    Channel.POST: "courrier",
}
_CASABLANCA = ZoneInfo("Africa/Casablanca")
# 2026-02-15 the clocks went back for Ramadan: 02:00 to 03:00 was twice that night.
_TWICE = datetime(2026, 2, 15, 1, 20, tzinfo=UTC)


@cache
def complaints() -> tuple[Complaint, ...]:
    """What the system holds, in our words."""
    cases = scenario.complaints(source=SOURCE, agencies=AGENCIES, count=60)
    return tuple(_held(case, number) for number, case in enumerate(cases))


def rows() -> list[Row]:
    """The same in the system's words."""
    return [_row(case) for case in complaints()]


def exchanges() -> dict[int, list[dict[str, Any]]]:
    """What was written in each case, in the system's words."""
    return {int(case.origin.source_id): _exchanges(case) for case in complaints()}


def _held(case: Complaint, number: int) -> Complaint:
    """`case` as far as the system keeps it: under a number that is longer for some."""
    created = case.created_at or NOON - timedelta(days=300, seconds=number)
    created = _TWICE + timedelta(minutes=number) if number in {7, 8} else created
    source_id = str(990 + number)
    place = case.location and Location(
        address=case.location.address,
        latitude=case.location.latitude,
        longitude=case.location.longitude,
    )
    return replace(
        case,
        origin=replace(case.origin, source_id=source_id),
        status_reason=case.status_reason,
        title=case.title,
        description=case.description,
        language=None,
        channel=case.channel if case.channel in _WAYS else None,
        category=None,
        location=None if place == Location() else place,
        created_at=created.replace(microsecond=0),
        created_precision=DatePrecision.INSTANT,
        received_at=None,
        updated_at=case.updated_at and case.updated_at.replace(microsecond=0),
        due_at=case.due_at and _on_that_day(case.due_at),
        closed_at=case.closed_at and case.closed_at.replace(microsecond=0),
        # Nobody there writes what the complainant may not read.
        messages=tuple(
            replace(
                each,
                id=f"{source_id}0{turn}",
                author=AuthorRole.AGENCY if turn % 2 else AuthorRole.COMPLAINANT,
                visibility=Visibility.PUBLIC,
                language=None,
            )
            for turn, each in enumerate(case.messages or ())
        ),
        events=None,
        decisions=None,
        attachments=None,
    )


def _row(case: Complaint) -> Row:
    place = case.location or Location()
    status = STATUSES[case.status]
    return {
        "numero": int(case.origin.source_id),
        "objet": case.title,
        "texte": case.description and html(case.description),
        "statut": status,
        "ouvert": "O" if OPEN[status] else "N",
        "motif": case.status_reason,
        "nature": _KINDS[case.kind],
        "voie": _WAYS[case.channel] if case.channel else "autre",
        "theme": case.service_code,
        "ref_externe": None,
        "adresse": place.address,
        "latitude": _with_comma(place.latitude),
        "longitude": _with_comma(place.longitude),
        "date_depot": wall_clock(case.created_at),
        "date_maj": wall_clock(case.updated_at),
        "echeance": case.due_at and case.due_at.astimezone(_CASABLANCA).strftime("%d/%m/%Y"),
        "date_cloture": wall_clock(case.closed_at),
    }


def _exchanges(case: Complaint) -> list[dict[str, Any]]:
    return [
        {
            "id": int(each.id),
            "sens": "E" if each.author is AuthorRole.COMPLAINANT else "S",
            "texte": html(each.body),
            "date": wall_clock(each.at),
        }
        for each in case.messages or ()
    ]


def html(text: str) -> str:
    """As an editor in a browser leaves it: some signs named, some numbered, a style nobody sees."""
    lines = "<br/>".join(map(escape, text.split("\n")))
    accented = lines.replace("É", "&Eacute;").replace("é", "&#233;").replace("–", "&ndash;")
    return f"<style>p {{ color: red }}</style><p class=x>{accented}</p>\n"


def wall_clock(at: datetime | None) -> str | None:
    """What the clock on the wall in Morocco showed."""
    return at and at.astimezone(_CASABLANCA).strftime("%d/%m/%Y %H:%M:%S")


def _with_comma(degrees: float | None) -> str | None:
    return None if degrees is None else str(degrees).replace(".", ",")


def _on_that_day(at: datetime) -> datetime:
    """The beginning of that day in Casablanca."""
    day = at.astimezone(_CASABLANCA).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.astimezone(UTC)
