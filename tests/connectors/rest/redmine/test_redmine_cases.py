"""One of Redmine's issues is read with its history in one call, and only when that is wanted."""

from typing import Any

from connectors.contract.connector import Connector, Gets
from connectors.contract.query import SELECTABLE, Child, Selection
from connectors.contract.records import EventKind, Message, Visibility
from connectors.testing.asking import call
from tests.connectors.rest.redmine.desk import STATUSES, issues, seen, told
from tests.connectors.rest.redmine.upstreams import Redmine

PLAIN = Selection(fields=SELECTABLE)
HISTORY = Selection(
    fields=SELECTABLE,
    children=frozenset({Child.MESSAGES, Child.EVENTS, Child.ATTACHMENTS}),
    internal=True,
)


async def in_full(redmine: Redmine) -> dict[str, dict[str, Any]]:
    """Every issue with its history, by id, as Redmine's own API tells it."""
    found = [
        await redmine.own_api("GET", f"issues/{row['id']}.json", include="journals,attachments")
        for row in await issues(redmine)
    ]
    return {str(each["issue"]["id"]): each["issue"] for each in found}


def reading(connector: Connector) -> Gets:
    assert isinstance(connector, Gets)
    return connector


async def test_many_issues_are_read_in_one_call_and_unknown_ones_are_absent(
    reader: Connector, still_redmine: Redmine
) -> None:
    wanted = {str(issue["id"]): told(issue) for issue in (await issues(still_redmine))[:6]}
    found = await reading(reader).get([*wanted, "999999", "no-number"], PLAIN, call())
    assert {number: seen(case) for number, case in found.items()} == wanted
    assert len(still_redmine.asked_by_the_gateway()) == 1


async def test_a_history_that_is_not_selected_is_not_asked_for(
    reader: Connector, still_redmine: Redmine
) -> None:
    found = await reading(reader).get(["1"], PLAIN, call())
    assert (found["1"].messages, found["1"].events, found["1"].attachments) == (None, None, None)
    (asked,) = still_redmine.asked_by_the_gateway()
    assert "include" not in dict(asked.query)


async def test_a_history_comes_in_one_call_a_case(
    reader: Connector, still_redmine: Redmine
) -> None:
    there = await in_full(still_redmine)
    # A Redmine that was written to for long holds more of them than the recorded one.
    found = await reading(reader).get([*there], HISTORY, call(seconds=90))
    assert {*found} == {*there}
    asked = still_redmine.asked_by_the_gateway()
    assert sorted(each.path for each in asked) == sorted(f"/issues/{n}.json" for n in there)
    assert {dict(each.query)["include"] for each in asked} <= {
        "journals,attachments", "attachments,journals",
    }  # fmt: skip
    for number, issue in there.items():
        case = found[number]
        assert _said(case.messages) == _notes(issue)
        assert [(event.kind, event.raw_status, event.status) for event in case.events or ()] == [
            (EventKind.FILED, None, None),
            *_changes(issue),
        ]
        assert [
            (each.id, each.name, each.media_type, each.bytes, each.url)
            for each in case.attachments or ()
        ] == [
            (str(each["id"]), each["filename"], each["content_type"], each["filesize"], None)
            for each in issue["attachments"]
        ]
    assert any(_changes(issue) for issue in there.values())
    assert any(issue["attachments"] for issue in there.values())


def _said(messages: tuple[Message, ...] | None) -> list[tuple[str, str, bool]]:
    return [(each.id, each.body, each.visibility is Visibility.INTERNAL) for each in messages or ()]


def _notes(issue: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [
        (str(each["id"]), each["notes"], each["private_notes"])
        for each in issue["journals"]
        if each["notes"]
    ]


def _changes(issue: dict[str, Any]) -> list[tuple[EventKind, str, object]]:
    return [
        (EventKind.STATUS_CHANGED, each["new_value"], STATUSES[int(each["new_value"])])
        for journal in issue["journals"]
        for each in journal["details"]
        if (each["property"], each["name"]) == ("attr", "status_id")
    ]


async def test_a_reader_who_may_not_see_internal_notes_never_gets_one(
    reader: Connector, still_redmine: Redmine
) -> None:
    there = await in_full(still_redmine)
    private = [number for number, issue in there.items() if any(n[2] for n in _notes(issue))]
    assert private, "no issue has a private note: nothing is proved"
    public = Selection(fields=SELECTABLE, children=frozenset({Child.MESSAGES}))
    found = await reading(reader).get(private, public, call())
    for number in private:
        assert _said(found[number].messages) == [n for n in _notes(there[number]) if not n[2]]
