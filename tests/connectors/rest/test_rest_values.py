"""Values are read as they are described: texts, times, numbers and words; the rest is accounted for."""

from collections.abc import Sequence
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from connectors.contract.errors import BadData
from connectors.contract.lifecycle import Status
from connectors.contract.query import EVERYTHING, SELECTABLE, Child, Selection
from connectors.contract.records import (
    Channel,
    Complaint,
    DatePrecision,
    EventKind,
    Kind,
    Location,
    Visibility,
)
from connectors.rest.paths import MOST_MATCHES, Path
from connectors.testing.asking import call, plain
from tests.connectors.rest.describing import connected, plainly


async def told(rows: Sequence[Any], **fields: Any) -> Sequence[Complaint]:
    """The cases of a system that tells `rows`, with these rules of fields."""
    record = {"id": "$.id", "status": "$.state", "fields": fields}
    return await listed(rows, record=record)


async def listed(rows: Sequence[Any], **changes: Any) -> Sequence[Complaint]:
    app = Starlette(routes=[Route("/cases", lambda _: JSONResponse({"cases": list(rows)}))])
    async with connected(app, plainly(**changes)) as connector:
        selection = Selection(fields=SELECTABLE, children=connector.capabilities.children)
        page = await connector.list(plain(connector.capabilities, selection=selection), call())
        return page.records


def case(**said: Any) -> dict[str, Any]:
    return {"id": 1, "state": "new"} | said


@pytest.mark.parametrize(
    ("rule", "said", "text"),
    [
        ("$.t", " a\r\nb\rc\0 ", "a\nb\nc"),
        ("$.t", "   ", None),
        ("$.t", None, None),
        ("$.missing", "x", None),
        ("$.t", 7, "7"),
        ("$.t", 7.0, "7"),
        ("$.t", True, "true"),
        ("always", "x", "always"),
        ({"path": "$.t", "table": {"R": "Roads"}}, "R", "Roads"),
        ({"path": "$.t", "table": {"R": "Roads"}}, "W", "W"),
        ({"path": "$.t", "html": True}, "<p>a&amp;b</p>", "a&b"),
        ({"path": "$.t", "html": True}, "<p> </p>", None),
        ({"path": "$.t[*]", "first": True}, [None, "a", "b"], "a"),
        ({"path": "$.t[*]", "join": " / "}, ["a", None, "b"], "a / b"),
        ("$.t[?@.k=='x'].v", [{"k": "y", "v": "1"}, {"k": "x", "v": "2"}], "2"),
        ("$.t[-1]", ["a", "b"], "b"),
        ("$.t[9]", ["a", "b"], None),
        ("$.t.a.b", "text", None),
        ("$['t']['a b']", {"a b": "c"}, "c"),
    ],
)
async def test_a_text_is_read(rule: Any, said: Any, text: str | None) -> None:
    [record] = await told([case(t=said)], title=rule)
    assert record.title == text


@pytest.mark.parametrize("said", [["a", "b"], [["a"]], [{"a": 1}], [{}]])
async def test_what_is_not_one_value_contradicts_the_description(said: Any) -> None:
    with pytest.raises(BadData, match=r"contradicts its description: record\.fields\.title finds"):
        await told([case(t=said)], title="$.t[*]")


async def test_a_path_that_matches_a_million_is_refused() -> None:
    many = [[0] * 1000] * 1000
    with pytest.raises(BadData, match=f"matches more than {MOST_MATCHES} values"):
        await told([case(t=many)], title="$.t[*][*]")
    with pytest.raises(BadData, match=f"matches more than {MOST_MATCHES} values"):
        await listed(many, list=plainly()["list"] | {"records": "$..*"})


def test_a_path_is_followed_only_so_deep() -> None:
    deep: Any = 1
    for _ in range(400):
        deep = [deep]
    with pytest.raises(BadData):
        Path("$..x").matches(deep)


@pytest.mark.parametrize(
    ("rule", "said", "precision"),
    [
        ("$.t", "2026-03-02", DatePrecision.DAY),
        ("$.t", "2026-03-02T12:00:00Z", DatePrecision.INSTANT),
        ({"path": "$.t", "format": "%d/%m/%Y"}, "02/03/2026", DatePrecision.DAY),
        ({"path": "$.t", "precision": "MONTH"}, "2026-03-01", DatePrecision.MONTH),
        ({"path": "$.t", "none": ["1970-01-01"]}, "1970-01-01", DatePrecision.INSTANT),
    ],
)
async def test_how_exactly_a_time_is_known_is_told(
    rule: Any, said: str, precision: DatePrecision
) -> None:
    [record] = await told([case(t=said)], created_at=rule)
    assert record.created_precision is precision
    assert (record.created_at is None) == (said == "1970-01-01")


@pytest.mark.parametrize("said", [None, "soon", "2026-13-01"])
@pytest.mark.parametrize("rule", ["$.t", {"path": "$.t", "precision": "DAY"}])
async def test_a_time_that_is_not_known_is_not_known_to_the_day(rule: Any, said: Any) -> None:
    [record] = await told([case(t=said)], created_at=rule)
    assert (record.created_at, record.created_precision) == (None, DatePrecision.INSTANT)


@pytest.mark.parametrize(
    ("said", "decimal", "latitude"),
    [
        ("33,5731", ",", 33.5731),
        ("33.5731", ".", 33.5731),
        ("1 033,5", ",", None),
        (33.5731, ",", 33.5731),
        ("-7,5", ",", -7.5),
        ("٣٣٫٥", ".", None),
        (91, ".", None),
        ("nan", ".", None),
    ],
)
async def test_a_number_is_read_with_its_local_marks(
    said: Any, decimal: str, latitude: float | None
) -> None:
    place = {
        "latitude": {"path": "$.lat", "decimal": decimal},
        "longitude": {"path": "$.lon"},
        "address": "$.street",
    }
    [record] = await told([case(lat=said, lon=1, street="rue 1")], location=place)
    here = Location(address="rue 1")
    if latitude is not None:
        here = Location(address="rue 1", latitude=latitude, longitude=1.0)
    assert record.location == here


@pytest.mark.parametrize("said", ["nan", "-inf", "1e400", "many"])
async def test_a_size_that_is_no_number_is_null(said: str) -> None:
    files = {"items": "$.files", "brought_by": "list", "id": "$.n", "bytes": "$.size"}
    rows = [case(files=[{"n": 1, "size": said}, {"n": 2, "size": 12.0}])]
    [record] = await listed(rows, children={"attachments": files})
    assert [each.bytes for each in record.attachments or ()] == [None, 12]


async def test_one_value_that_cannot_be_read_is_null_counted_and_logged_once_without_it() -> None:
    rows = [case(id=number, t="31 décembre" if number < 2 else "2026-03-02") for number in range(4)]
    app = Starlette(routes=[Route("/cases", lambda _: JSONResponse({"cases": rows}))])
    record = plainly()["record"] | {"fields": {"due_at": "$.t"}}
    async with connected(app, plainly(record=record)) as connector:
        with capture_logs() as logs:
            page = await connector.list(plain(connector.capabilities), call())
        assert connector.notes.unread == {"record.fields.due_at": 2}
    assert [each.due_at is None for each in page.records] == [True, True, False, False]
    assert [(log["event"], log["rule"]) for log in logs] == [
        ("value_unread", "record.fields.due_at")
    ]
    assert "décembre" not in str(logs)


async def test_a_rule_that_reads_none_of_the_values_contradicts_the_answer() -> None:
    rows = [case(id=number, t="31/12/2025") for number in range(3)]
    with pytest.raises(BadData, match=r"record\.fields\.due_at can read none of 3 values"):
        await told(rows, due_at="$.t")


async def test_a_time_that_cannot_be_read_is_counted_once_however_many_tell_it() -> None:
    bare = {"items": "$.none", "brought_by": "both", "id": "$.n", "at": "$.at"}
    children = {
        "messages": bare | {"body": "$.t"},
        "events": bare | {"filed": True},
        "decisions": bare | {"outcome": "UPHELD", "reasons": "$.t"},
        "attachments": {"items": "$.none", "brought_by": "both", "id": "$.n"},
    }
    record = plainly()["record"] | {"fields": {"created_at": "$.at", "updated_at": "$.on"}}
    said = plainly(record=record, children=children, get={"request": {"path": "cases/{id}"}})
    one = case(at="hier", on="demain")
    app = Starlette(
        routes=[
            Route("/cases", lambda _: JSONResponse({"cases": [one, one | {"id": 2}]})),
            Route("/cases/{id}", lambda _: JSONResponse(one)),
        ]
    )
    async with connected(app, said) as connector:
        can = connector.capabilities
        everything = Selection(fields=can.fields, children=can.children)
        page = await connector.list(plain(can, selection=everything), call())
        assert [(each.created_at, each.events) for each in page.records] == [(None, ())] * 2
        assert connector.notes.unread == {
            "record.fields.created_at": 2,
            "record.fields.updated_at": 2,
        }
        # Nobody wants to know here when it began.
        selection = Selection(children=frozenset(Child) - {Child.EVENTS})
        assert (await connector.get(["1"], selection, call()))["1"].messages == ()
        assert connector.notes.unread["record.fields.created_at"] == 2


@pytest.mark.parametrize("answer", [{}, {"rows": []}, {"cases": "none"}, [], 3])
async def test_a_list_that_is_not_where_it_is_described_is_bad_data(answer: Any) -> None:
    app = Starlette(routes=[Route("/cases", lambda _: JSONResponse(answer))])
    async with connected(app, plainly()) as connector:
        with pytest.raises(BadData, match="contradicts its description"):
            await connector.list(plain(connector.capabilities), call())


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": " "}, 3, "x", None, []])
async def test_a_case_without_an_id_is_bad_data(row: Any) -> None:
    with pytest.raises(BadData, match=r"a case has no record\.id"):
        await told([row])


async def test_words_are_ours_by_table_and_unknown_ones_are_counted_not_shown() -> None:
    fields = {"channel": {"path": "$.by", "table": {"web": "WEB", "1": "POST", "true": "SMS"}}}
    record = plainly()["record"] | {
        "fields": fields,
        "kind": {"path": "$.type", "table": {"S": "SUGGESTION"}},
    }
    said = [("web", "S"), (1, "?"), (True, None), ("pigeon", "S"), ("pigeon", "S")]
    rows = [case(id=n, by=by, type=type_) for n, (by, type_) in enumerate(said)]
    app = Starlette(routes=[Route("/cases", lambda _: JSONResponse({"cases": rows}))])
    async with connected(app, plainly(record=record)) as connector:
        with capture_logs() as logs:
            page = await connector.list(plain(connector.capabilities), call())
        assert connector.notes.unmapped == {
            ("record.kind", "?"): 1,
            ("record.fields.channel", "pigeon"): 2,
        }
    found = [(each.channel, each.kind) for each in page.records]
    assert found == [
        (Channel.WEB, Kind.SUGGESTION),
        (Channel.POST, Kind.COMPLAINT),
        (Channel.SMS, Kind.COMPLAINT),
        (None, Kind.SUGGESTION),
        (None, Kind.SUGGESTION),
    ]
    assert "pigeon" not in str(logs)
    assert len(logs) == 2


@pytest.mark.parametrize(
    ("state", "over", "status"),
    [
        ("new", True, Status.SUBMITTED),
        (3, False, Status.ANSWERED),
        ("lost", False, Status.UNDER_ASSESSMENT),
        ("lost", True, Status.CLOSED),
        (None, False, Status.UNDER_ASSESSMENT),
        (None, True, Status.CLOSED),
    ],
)
async def test_a_status_is_what_the_table_says_or_open_or_over(
    state: Any, over: bool, status: Status
) -> None:
    statuses = {"in": {"new": "SUBMITTED", "3": "ANSWERED"}, "closed": {"path": "$.over"}}
    [record] = await listed([case(state=state, over=over)], statuses=statuses)
    assert record.status is status
    assert record.origin.raw_status == (None if state is None else str(state))


async def test_messages_are_internal_unless_their_rule_says_otherwise() -> None:
    messages = {"items": "$.notes", "brought_by": "list", "id": "$.n", "at": "$.at", "body": "$.t"}
    notes = [{"n": 1, "at": "2026-03-02T12:00:00Z", "t": "between us"}]
    public = messages | {"visibility": {"path": "$.who", "table": {"all": "PUBLIC"}}}
    app = Starlette(
        routes=[Route("/cases", lambda _: JSONResponse({"cases": [case(notes=notes)]}))]
    )
    for rule in (messages, public):
        async with connected(app, plainly(children={"messages": rule})) as connector:
            can = connector.capabilities
            asked = plain(can, selection=EVERYTHING)
            [record] = (await connector.list(_only(asked, can), call())).records
            assert [each.visibility for each in record.messages or ()] == [Visibility.INTERNAL]
            asked = plain(can, selection=Selection(children=can.children))
            [record] = (await connector.list(asked, call())).records
            assert record.messages == ()


def _only(asked: Any, can: Any) -> Any:
    selection = Selection(children=can.children, internal=True)
    return type(asked)(asked.where, asked.order, selection, asked.limit)


async def test_changes_in_a_list_inside_a_list_become_events() -> None:
    events = {
        "items": "$.journals",
        "inside": "$.details[?@.name=='status_id']",
        "brought_by": "list",
        "id": "$.id",
        "at": "$.on",
        "status": "@.new",
        "filed": True,
    }
    journals = [
        {"id": 8, "on": "2026-03-03T10:00:00Z", "details": [{"name": "status_id", "new": "done"}]},
        {
            "id": 7,
            "on": "2026-03-02T10:00:00Z",
            "details": [
                {"name": "owner", "new": "9"},
                {"name": "status_id", "new": "new"},
                {"name": "status_id", "new": "odd"},
            ],
        },
        {"id": 9, "on": "2026-03-03T10:00:00Z"},
    ]
    rows = [case(at="2026-03-01T10:00:00Z", journals=journals)]
    [record] = await listed(rows, children={"events": events})
    assert [(each.id, each.kind, each.raw_status, each.status) for each in record.events or ()] == [
        ("1:filed", EventKind.FILED, None, None),
        ("7:0", EventKind.STATUS_CHANGED, "new", Status.SUBMITTED),
        ("7:1", EventKind.STATUS_CHANGED, "odd", None),
        ("8:0", EventKind.STATUS_CHANGED, "done", Status.ANSWERED),
    ]


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1@elsewhere.example"])
async def test_files_are_linked_at_the_sources_own_host_only(host: str) -> None:
    files = {"items": "$.files", "brought_by": "list", "id": "$.n", "url": "$.at"}
    rows = [case(files=[{"n": 1, "at": f"https://{host}/x"}, {"n": 2, "at": "javascript:x"}])]
    [record] = await listed(rows, children={"attachments": files})
    assert [each.url for each in record.attachments or ()] == [None, None]
