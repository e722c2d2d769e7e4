"""What the memory connector offers beyond the contract: its file, and what tests do to it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from connectors.contract.capabilities import Capabilities, Exactness, Idempotency, Paging
from connectors.contract.connector import Environment, Http, Move
from connectors.contract.errors import (
    BadData,
    NotFound,
    NotSupported,
    Rejected,
    SourceTimeout,
    SourceUnavailable,
)
from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    EVERYTHING,
    Child,
    Condition,
    Field,
    ListQuestion,
    Op,
    Order,
    Selection,
)
from connectors.contract.records import AgencyCode, SourceId
from connectors.memory import FULL, PLUGIN, MemoryConnector
from connectors.testing import scenario
from connectors.testing.asking import call, ids, plain
from connectors.testing.conditions import conditions
from tests.connectors.lying.liar import Suite


def no_way_out(_: str) -> Http:
    raise AssertionError("memory needs no network")


ENVIRONMENT = Environment(
    source=SourceId("city"), agencies=(AgencyCode("commune-a"),), open_http=no_way_out
)
ALL = ListQuestion(where=(), order=Order(), selection=EVERYTHING, limit=1000)


def test_full_capabilities_know_every_filter_there_is() -> None:
    assert set(FULL.filters) == set(conditions(scenario.complaints()))


async def test_what_is_not_selected_is_left_out() -> None:
    connector = MemoryConnector(scenario.complaints())

    selection = Selection(fields=frozenset({"title"}))
    page = await connector.list(replace(ALL, selection=selection), call())

    known = {record.origin.source_id: record for record in scenario.complaints()}
    for record in page.records:
        assert record.title == known[record.origin.source_id].title
        assert record.description is record.created_at is record.location is record.events is None


async def test_a_selection_of_everything_is_the_record_itself() -> None:
    page = await MemoryConnector(scenario.complaints()).list(ALL, call())

    assert set(page.records) == set(scenario.complaints())


async def test_an_approximate_filter_shows_too_much_on_purpose() -> None:
    loose = replace(FULL, filters={(Field.KIND, Op.IN): Exactness.APPROXIMATE})
    condition = Condition(Field.KIND, Op.IN, frozenset({"SUGGESTION"}))

    page = await MemoryConnector(scenario.complaints(), capabilities=loose).list(
        replace(ALL, where=(condition,)), call()
    )

    right = [record for record in scenario.complaints() if condition.holds(record)]
    assert set(ids(right)) < set(ids(page.records)) < set(ids(scenario.complaints()))


async def test_before_sees_each_call_and_may_stop_it() -> None:
    seen: list[tuple[str, object]] = []

    async def before(verb: str, asked: object) -> None:
        seen.append((verb, asked))
        if verb == "get":
            raise SourceUnavailable("down")

    connector = MemoryConnector(scenario.complaints(), before=before)
    await connector.list(ALL, call())
    with pytest.raises(SourceUnavailable):
        await connector.get(["a-0"], Selection(), call())
    with pytest.raises(NotSupported):
        await connector.list(replace(ALL, limit=0), call())

    assert seen == [("list", ALL), ("get", ("a-0",))]


async def test_a_call_that_takes_too_long_times_out() -> None:
    async def before(verb: str, asked: object) -> None:
        await asyncio.Event().wait()

    connector = MemoryConnector(scenario.complaints(), before=before)

    with pytest.raises(SourceTimeout) as late:
        await connector.list(ALL, call(seconds=0.01))
    assert late.value.sent


async def test_a_call_without_time_left_is_not_begun() -> None:
    connector = MemoryConnector(scenario.complaints())

    with pytest.raises(SourceTimeout, match="no time was left") as late:
        await connector.file(Suite().filing(), key="key-1", call=call(seconds=-1))
    assert not late.value.sent


async def test_a_strange_page_token_is_not_found() -> None:
    connector = MemoryConnector(
        scenario.complaints(), capabilities=replace(FULL, paging=Paging.TOKEN)
    )

    with pytest.raises(NotFound):
        await connector.list(plain(connector.capabilities, token="next"), call())


async def test_a_filing_for_a_service_that_is_not_offered_is_rejected() -> None:
    connector = MemoryConnector(services=scenario.services())
    filing = replace(Suite().filing(), service_code="taxes")

    with pytest.raises(Rejected) as rejected:
        await connector.file(filing, key="key", call=call())

    assert rejected.value.fields == ("service_code",)


async def test_without_idempotency_each_attempt_is_a_case() -> None:
    connector = MemoryConnector(capabilities=replace(FULL, files=Idempotency.NONE))

    for _ in range(2):
        await connector.file(Suite().filing(), key="key", call=call())

    assert len((await connector.list(ALL, call())).records) == 2


async def test_a_late_repeat_of_a_move_undoes_nothing() -> None:
    connector = MemoryConnector(scenario.complaints())

    for key, status in (("1", Status.IN_PROGRESS), ("2", Status.CLOSED), ("1", Status.IN_PROGRESS)):
        await connector.move("a-0", Move(status, reason=f"motif {key}"), key=key, call=call())

    case = (await connector.get(["a-0"], EVERYTHING, call()))["a-0"]
    assert (case.status, case.status_reason, case.origin.raw_status) == (
        Status.CLOSED, "motif 2", None,
    )  # fmt: skip
    assert case.closed_at == case.updated_at == case.origin.source_updated_at
    steps = [event.status for event in case.events or ()][-2:]
    assert steps == [Status.IN_PROGRESS, Status.CLOSED]


async def test_a_reopened_case_is_closed_no_more() -> None:
    connector = MemoryConnector(scenario.complaints())

    for status in (Status.CLOSED, Status.REOPENED):
        await connector.move("a-0", Move(status), key=status, call=call())

    case = (await connector.get(["a-0"], EVERYTHING, call()))["a-0"]
    assert (case.status, case.closed_at) == (Status.REOPENED, None)


async def test_acts_are_announced_before_they_are_done() -> None:
    async def before(verb: str, asked: object) -> None:
        raise SourceUnavailable(verb)

    connector = MemoryConnector(scenario.complaints(), before=before)
    acts = Suite().acts(connector, "a-0", call())

    refused = []
    for act in acts:
        with pytest.raises(SourceUnavailable) as down:
            await act
        refused.append(str(down.value))

    assert refused == ["say"] * 2 + ["move"] * len(Status) + ["attach"]


async def test_a_source_opened_without_a_file_is_empty() -> None:
    connector = PLUGIN.open(PLUGIN.options(), ENVIRONMENT)

    assert (await connector.list(ALL, call())).records == ()


async def test_a_file_is_read_once_at_the_first_call(tmp_path: Path) -> None:
    path = tmp_path / "complaints.json"
    connector = PLUGIN.open(PLUGIN.options.model_validate({"path": str(path)}), ENVIRONMENT)
    path.write_bytes(msgspec.json.encode(scenario.complaints()))

    pages = await asyncio.gather(*(connector.list(ALL, call()) for _ in range(3)))

    path.unlink()
    again = await connector.list(ALL, call())
    told = scenario.complaints(source=SourceId("city"))
    assert all(set(page.records) == set(told) for page in (*pages, again))


async def test_times_of_a_file_are_told_in_utc(tmp_path: Path) -> None:
    path = tmp_path / "complaints.json"
    content = msgspec.json.encode(scenario.complaints()).replace(b":00Z", b":00+01:00")
    path.write_bytes(content)

    page = await PLUGIN.open(PLUGIN.options(path=path), ENVIRONMENT).list(ALL, call())

    times = [record.created_at for record in page.records if record.created_at]
    assert all(str(time.tzinfo) == "UTC" for time in times)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'[{"origin": "city"}]',
        msgspec.json.encode(scenario.complaints()[:1]).replace(b"Z", b""),
        msgspec.json.encode(scenario.complaints()[:1] * 2),
    ],
    ids=["empty", "no array", "no complaint", "naive times", "an id twice"],
)
async def test_a_wrong_file_is_bad_data(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "complaints.json"
    path.write_bytes(content)

    with pytest.raises(BadData):
        await PLUGIN.open(PLUGIN.options(path=path), ENVIRONMENT).list(ALL, call())


async def test_a_missing_file_is_an_unavailable_source(tmp_path: Path) -> None:
    connector = PLUGIN.open(PLUGIN.options(path=tmp_path / "none.json"), ENVIRONMENT)

    with pytest.raises(SourceUnavailable):
        await connector.list(ALL, call())


@pytest.mark.parametrize("options", [{"file": "x.json"}, {"path": 5}])
def test_mistyped_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="1 validation error"):
        PLUGIN.options.model_validate(options)


async def test_children_that_nobody_gave_are_empty_when_asked_for() -> None:
    bare = structs.replace(scenario.complaints()[0], messages=None)
    nothing = Capabilities(fields=frozenset(), children=frozenset({Child.MESSAGES}))
    question = plain(nothing, selection=Selection(children=frozenset({Child.MESSAGES})))

    page = await MemoryConnector([bare], capabilities=nothing).list(question, call())

    assert page.records[0].messages == ()
