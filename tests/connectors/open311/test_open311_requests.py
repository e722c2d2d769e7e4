"""How requests of every manner are said in our words, and what reading them costs."""

from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    SELECTABLE,
    Child,
    Condition,
    Field,
    ListQuestion,
    Op,
    Order,
    Selection,
)
from connectors.contract.records import (
    Attachment,
    Complaint,
    DatePrecision,
    Kind,
    Location,
    Mode,
    Origin,
)
from connectors.testing.asking import call, ids
from connectors.testing.georeport import GeoReportCity
from tests.connectors.open311.cities import CITY, NAMES, connected

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ALL = Selection(fields=SELECTABLE, children=frozenset({Child.ATTACHMENTS}))


async def said(row: dict[str, Any], selection: Selection = ALL, **options: Any) -> Complaint:
    """How a city's `row`, among the least there can be, is said."""
    least = {"service_request_id": "1", "status": "open", "requested_datetime": NOON.isoformat()}
    city = GeoReportCity(requests=[least | row], extended=True)
    async with connected(city, **options) as connector:
        (found,) = (await connector.get(["1"], selection, call())).values()
    return found


async def test_a_whole_request_is_said_in_our_words() -> None:
    row = {
        "service_request_id": 1,
        "status": "closed",
        "status_notes": "Réparé",
        "service_name": "Éclairage",
        "service_code": 7,
        "description": " Lampadaire éteint ",
        "agency_responsible": "Commune B",
        "service_notice": None,
        "updated_datetime": "2026-06-03T10:00:00+01:00",
        "expected_datetime": "2026-06-15T12:00:00Z",
        "address": "12, rue de Fès",
        "address_id": 99,
        "zipcode": 20000,
        "lat": "33.5",
        "long": "-7.25",
        "media_url": "https://photos.example/a%20b.jpg?x=1",
        "something_else": {"of": ["the", "city"]},
    }
    found = await said(row, agency_names=NAMES, media_hosts=["photos.example"])
    updated = datetime(2026, 6, 3, 9, tzinfo=UTC)
    assert found == Complaint(
        origin=Origin(
            source=CITY,
            source_id="1",
            mode=Mode.LIVE,
            fetched_at=found.origin.fetched_at,
            source_updated_at=updated,
            raw_status="closed",
        ),
        agency_code="commune-b",
        status=Status.ANSWERED,
        kind=Kind.COMPLAINT,
        status_reason="Réparé",
        description="Lampadaire éteint",
        service_code="7",
        category="Éclairage",
        location=Location(address="12, rue de Fès", latitude=33.5, longitude=-7.25),
        created_at=NOON,
        updated_at=updated,
        due_at=datetime(2026, 6, 15, 12, tzinfo=UTC),
        attachments=(
            Attachment(id="1:media", name="a b.jpg", url="https://photos.example/a%20b.jpg?x=1"),
        ),
    )


async def test_a_request_that_says_almost_nothing_is_one() -> None:
    found = await said({"lat": "", "long": None, "address": " ", "media_url": ""})
    assert found.location is None
    assert found.description is None
    assert found.updated_at is None
    assert found.attachments == ()


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [
        ("2026-06-01T12:00:00Z", NOON, DatePrecision.INSTANT),
        ("2026-06-01t12:00:00z", NOON, DatePrecision.INSTANT),
        ("2026-06-01T08:00:00-04:00", NOON, DatePrecision.INSTANT),
        ("2026-06-01T13:00:00+0100", NOON, DatePrecision.INSTANT),
        ("2026-06-01T12:00:00.250Z", NOON.replace(microsecond=250_000), DatePrecision.INSTANT),
        # Casablanca is an hour before UTC, but for Ramadan.
        ("2026-06-01T13:00:00", NOON, DatePrecision.INSTANT),
        ("2026-06-01 13:00:00", NOON, DatePrecision.INSTANT),
        ("2026-06-01", datetime(2026, 5, 31, 23, tzinfo=UTC), DatePrecision.DAY),
        ("2026-03-01T12:00:00", datetime(2026, 3, 1, 12, tzinfo=UTC), DatePrecision.INSTANT),
    ],
)
async def test_times_are_read_as_they_are_written(
    written: str, at: datetime, precision: DatePrecision
) -> None:
    found = await said({"requested_datetime": written}, timezone="Africa/Casablanca")
    assert (found.created_at, found.created_precision) == (at, precision)


@pytest.mark.parametrize("written", ["", None, "hier", "31/12/2026", 20260601120000, "0001-01-01"])
async def test_what_is_no_time_is_unknown(written: Any) -> None:
    assert (await said({"updated_datetime": written}, timezone="Asia/Tokyo")).updated_at is None


@pytest.mark.parametrize("written", [None, "", "soon", "2026-13-01"])
async def test_a_time_that_is_not_known_is_not_known_to_the_day(written: str | None) -> None:
    found = await said({"requested_datetime": written})
    assert (found.created_at, found.created_precision) == (None, DatePrecision.INSTANT)


@pytest.mark.parametrize(
    ("lat", "long"),
    [
        ("91", "0"),
        (0, 181),
        ("x", "1"),
        (33.5, None),
        ("nan", "0"),
        pytest.param(10**400, 0, id="huge"),
    ],
)
async def test_a_place_that_is_not_on_earth_is_unknown(lat: Any, long: Any) -> None:
    assert (await said({"lat": lat, "long": long})).location is None


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/a.jpg",
        "javascript:alert(1)",
        "http://[broken",
        "//photos.example/a.jpg",
        "https://photos.example@elsewhere.example/a.jpg",
    ],
)
async def test_a_picture_elsewhere_is_told_of_but_not_linked(url: str) -> None:
    found = await said({"media_url": url}, media_hosts=["photos.example"])
    assert found.attachments is not None
    assert [each.url for each in found.attachments] == [None]


@pytest.mark.parametrize(
    ("responsible", "agency"),
    [
        ("Commune B", "commune-b"),
        (" Commune B ", "commune-b"),
        ({"recipient": ["Commune B", "Commune A"]}, "commune-b"),
        ({"recipient": "Commune B"}, "commune-b"),
        ("Commune C", "commune-a"),
        (None, "commune-a"),
        (["Commune B"], "commune-a"),
    ],
)
async def test_the_agency_is_known_by_the_citys_word_for_it(responsible: Any, agency: str) -> None:
    found = await said({"agency_responsible": responsible}, agency_names=NAMES)
    assert found.agency_code == agency


def test_an_agency_that_is_not_the_sources_stops_the_start() -> None:
    from tests.connectors.open311.cities import connect

    with pytest.raises(ValueError, match="agency_names: rabat must be agencies that name"):
        connect("http://127.0.0.1:9", agency_names={"Rabat": "rabat"})


PLAIN = {"open": Status.ACKNOWLEDGED, "Closed ": Status.ANSWERED, "OPEN": Status.ACKNOWLEDGED}
EXTENDED = {
    "open": Status.ACKNOWLEDGED,
    "for_triage": Status.ACKNOWLEDGED,
    "investigating": Status.UNDER_ASSESSMENT,
    "in_progress": Status.IN_PROGRESS,
    "In progress": Status.IN_PROGRESS,
    "planned": Status.IN_PROGRESS,
    "action_scheduled": Status.IN_PROGRESS,
    "fixed": Status.ANSWERED,
    "no_further_action": Status.ANSWERED,
    "closed": Status.CLOSED,
    "duplicate": Status.DUPLICATE,
    "cancelled": Status.WITHDRAWN,
    "not_councils_responsibility": Status.INADMISSIBLE,
    "internal_referral": Status.UNDER_ASSESSMENT,
}


@pytest.mark.parametrize(("code", "status"), PLAIN.items())
async def test_a_plain_citys_status_is_ours(code: str, status: Status) -> None:
    found = await said({"status": code})
    assert (found.status, found.origin.raw_status) == (status, code.strip())


@pytest.mark.parametrize(("code", "status"), EXTENDED.items())
async def test_an_extended_status_is_ours(code: str, status: Status) -> None:
    assert (await said({"status": code}, extended_statuses=True)).status is status


async def test_a_citys_own_codes_are_configured() -> None:
    own = {"Refusée": "INADMISSIBLE", "open": "SUBMITTED"}
    assert (await said({"status": "refusée"}, statuses=own)).status is Status.INADMISSIBLE
    assert (await said({"status": "open"}, statuses=own)).status is Status.SUBMITTED


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("wird geprüft", Status.UNDER_ASSESSMENT),
        ("Closed - Transferred", Status.CLOSED),
        (None, Status.UNDER_ASSESSMENT),
        (3, Status.UNDER_ASSESSMENT),
    ],
)
async def test_an_unknown_status_is_open_or_closed_and_logged_once(
    code: Any, status: Status
) -> None:
    rows = [
        {"service_request_id": n, "status": code, "requested_datetime": NOON.isoformat()}
        for n in range(3)
    ]
    city = GeoReportCity(requests=rows, extended=True)
    async with connected(city) as connector:
        with capture_logs() as logs:
            found = await connector.get(["0", "1", "2"], Selection(), call())
    assert {case.status for case in found.values()} == {status}
    assert [entry["event"] for entry in logs] == ["status_unmapped"]


def listing(*where: Condition) -> ListQuestion:
    return ListQuestion(where=where, order=Order(), selection=Selection(), limit=20)


def status_in(*wanted: Status) -> Condition:
    return Condition(Field.STATUS, Op.IN, frozenset(wanted))


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ((Status.ACKNOWLEDGED,), "status=open"),
        ((Status.ANSWERED,), "status=closed"),
        ((Status.ANSWERED, Status.CLOSED), "status=closed"),
        ((Status.UNDER_ASSESSMENT,), "status=open"),
    ],
)
async def test_statuses_are_asked_for_by_their_family(
    wanted: tuple[Status, ...], asked: str
) -> None:
    city = GeoReportCity()
    async with connected(city, earliest="2026-01-01T00:00:00Z") as connector:
        await connector.list(listing(status_in(*wanted)), call())
    assert city.calls
    assert all(asked in asking for asking in city.calls)


async def test_a_row_that_a_family_holds_by_mistake_is_left_out_of_an_exact_filter() -> None:
    rows = [
        {"service_request_id": code, "status": code, "requested_datetime": NOON.isoformat()}
        for code in ("open", "weird")
    ]
    city = GeoReportCity(requests=rows, extended=True)
    async with connected(city) as connector:
        page = await connector.list(listing(status_in(Status.ACKNOWLEDGED)), call())
        assert ids(page.records) == ["open"]
        page = await connector.list(listing(status_in(Status.UNDER_ASSESSMENT)), call())
        assert ids(page.records) == ["weird"]


async def test_statuses_of_both_families_are_asked_for_by_none() -> None:
    city = GeoReportCity()
    async with connected(city, earliest="2026-01-01T00:00:00Z") as connector:
        both = status_in(Status.ACKNOWLEDGED, Status.ANSWERED)
        await connector.list(listing(both), call())
    assert city.calls
    assert not any("status=" in asking for asking in city.calls)


@pytest.mark.parametrize(
    "where",
    [
        (status_in(Status.DUPLICATE),),
        (status_in(),),
        (Condition(Field.SERVICE, Op.IN, frozenset()),),
        (status_in(Status.ACKNOWLEDGED), status_in(Status.ANSWERED)),
    ],
)
async def test_what_no_request_can_be_is_not_asked_for(where: tuple[Condition, ...]) -> None:
    city = GeoReportCity()
    async with connected(city) as connector:
        page = await connector.list(listing(*where), call())
    assert (list(page.records), page.more, page.applied, city.calls) == ([], False, where, [])


async def test_many_services_are_not_put_into_one_address() -> None:
    city = GeoReportCity()
    codes = frozenset(f"service-{number}" for number in range(60))
    async with connected(city, earliest="2026-10-01T00:00:00Z") as connector:
        await connector.list(listing(Condition(Field.SERVICE, Op.IN, codes)), call())
        comma = Condition(Field.SERVICE, Op.IN, frozenset({"a,b"}))
        await connector.list(listing(comma), call())
    assert not any("service_code" in asking for asking in city.calls)


ROWS = [
    {"service_request_id": id_, "status": "open", "requested_datetime": NOON.isoformat()}
    for id_ in ("1", "2", "3", "a,b", "c/d e")
]


async def test_ids_are_asked_for_at_once_and_once() -> None:
    city = GeoReportCity(requests=ROWS)
    async with connected(city) as connector:
        found = await connector.get(["3", "1", "9", "3"], Selection(), call())
        assert list(found) == ["3", "1"]
        assert city.calls == ["GET /requests.json?service_request_id=3,1,9"]
        assert list(await connector.get(["2"], Selection(), call())) == ["2"]
        assert city.calls[1:] == ["GET /requests/2.json"]
        assert await connector.get(["9"], Selection(), call()) == {}
        assert await connector.get([], Selection(), call()) == {}
        assert len(city.calls) == 3


async def test_ids_with_odd_signs_are_found() -> None:
    city = GeoReportCity(requests=ROWS)
    async with connected(city) as connector:
        found = await connector.get(["1", "a,b", "c/d e", "2"], Selection(), call())
        assert list(found) == ["1", "a,b", "c/d e", "2"]


class _Strict(GeoReportCity):
    """Knows all of the ids it is asked for, or none."""

    def _capped(self, rows: Any, query: Any) -> Any:
        from starlette.exceptions import HTTPException

        asked = query.get("service_request_id", "").split(",")
        if len(rows) < len(asked):
            raise HTTPException(404, "service_request_id was not found")
        return rows


async def test_an_unknown_id_does_not_hide_the_others() -> None:
    city = _Strict(requests=ROWS)
    async with connected(city) as connector:
        found = await connector.get(["1", "9", "2", "3"], Selection(), call())
        assert list(found) == ["1", "2", "3"]


async def test_updates_are_read_only_if_something_of_them_is_selected() -> None:
    city = GeoReportCity(requests=ROWS, updates=True)
    async with connected(city, updates=True, window_days=90) as connector:
        await connector.get(["1", "2"], ALL, call())
        assert len(city.calls) == 1
        selection = Selection(children=frozenset({Child.MESSAGES}))
        found = await connector.get(["1", "2"], selection, call())
        assert [case.messages for case in found.values()] == [(), ()]
        assert all(case.events is None for case in found.values())
        assert all("updates" in asking for asking in city.calls[2:])


class _Deaf(GeoReportCity):
    """Tells what was said in any request, whichever is asked for."""

    async def _answering(self, request: Any) -> Any:
        query = dict(await super()._answering(request))
        if "updates" in request.url.path:
            query.pop("service_request_id", None)
        return query


async def test_what_was_said_in_other_requests_stays_there() -> None:
    updates = [
        {
            "update_id": number,
            "service_request_id": id_,
            "status": "open",
            "updated_datetime": "2026-06-02T12:00:00Z",
            "description": f"dit à {id_}",
        }
        for number, id_ in enumerate(("1", "2", "3"))
    ]
    rows = [row | {"updated_datetime": "2026-06-02T12:00:00Z"} for row in ROWS]
    city = _Deaf(requests=rows, updates=True, said=updates)
    async with connected(city, updates=True) as connector:
        selection = Selection(children=frozenset({Child.MESSAGES}))
        found = await connector.get(["1", "3"], selection, call())
    said_in = {id_: [each.body for each in case.messages or ()] for id_, case in found.items()}
    assert said_in == {"1": ["dit à 1"], "3": ["dit à 3"]}
    assert len(city.calls) == 2


async def test_a_list_tells_ids_as_text() -> None:
    rows = [
        {"service_request_id": n, "status": "open", "requested_datetime": NOON.isoformat()}
        for n in (7, 8)
    ]
    async with connected(GeoReportCity(requests=rows)) as connector:
        page = await connector.list(listing(), call())
    assert ids(page.records) == ["8", "7"]
