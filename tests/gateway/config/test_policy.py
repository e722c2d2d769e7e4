"""What `policy` says reaches the clock, whole, and every mistake in it is told where it stands."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.contract.records import Kind
from gateway.config import ConfigError, Configured
from gateway.config.policy import ClockEntry, PolicyEntry
from resolvers.clock import USUAL, ClockPolicy, Pausing, Term, Unit, WorkingDays, day_of, due_at
from tests.gateway.cli.command import serving
from tests.gateway.config.conftest import CITY
from tests.gateway.reload.offices import registry, town

Configure = Callable[..., Configured]

EVERYTHING = """\
policy:
  clock:
    complaint: {days: 45, unit: calendar, extension_days: 15, extensions: 2}
    observation: {days: 90}
    suggestion: {days: 100, unit: working}
    information_request: {days: 10, unit: working}
    urgent_information_request: {days: 2, unit: working}
    information_requests_count: true
    agency_days: 30
    routing_days: 10
    warning_days: [20, 7, 1]
    escalation_days: 3
    ends_on_working_day: true
    complement_pauses: both
    complements_that_pause: 2
    reopening_restarts: false
    notice_days: 5
    closing_days: 14
    follow_up_days: 90
    holidays:
      added: [2026-03-22, "2026-03-23"]
      removed: [2026-03-20]
"""
STATED = ClockPolicy(
    complaint=Term(45, Unit.CALENDAR, 15, 2),
    observation=Term(90),
    suggestion=Term(100, Unit.WORKING),
    information_request=Term(10, Unit.WORKING),
    urgent_information_request=Term(2, Unit.WORKING),
    information_requests_count=True,
    agency_days=30,
    routing_days=10,
    warning_days=(20, 7, 1),
    escalation_days=3,
    ends_on_working_day=True,
    complement_pauses=Pausing.BOTH,
    complements_that_pause=2,
    reopening_restarts=False,
    notice_days=5,
    closing_days=14,
    follow_up_days=90,
    working_days=WorkingDays(
        added=frozenset({date(2026, 3, 22), date(2026, 3, 23)}),
        removed=frozenset({date(2026, 3, 20)}),
    ),
)


def test_everything_that_is_stated_is_what_the_clock_is_told(configure: Configure) -> None:
    assert configure(CITY + EVERYTHING).clock == STATED
    unlike = [name for name in _names() if getattr(STATED, name) == getattr(USUAL, name)]
    assert unlike == []


def _names() -> list[str]:
    return [field.name for field in fields(ClockPolicy)]


@pytest.mark.parametrize("text", ["", "policy: {}\n", "policy:\n  clock: {}\n"])
def test_what_is_not_stated_is_as_usual(configure: Configure, text: str) -> None:
    assert configure(CITY + text).clock == USUAL


def test_the_format_has_a_key_for_every_field_and_no_other() -> None:
    renamed = {"holidays": "working_days"}
    keys = {renamed.get(name, name) for name in ClockEntry.model_fields}
    assert keys == set(_names())
    assert PolicyEntry().clock.policy() == USUAL


MISTAKES = {
    "no mapping": ("{clock: 60}", "15:17: policy.clock: expected a mapping; came the number 60"),
    "an unknown part": (
        "{clok: {}}",
        '15:10: unknown key "policy.clok"; known: attachments, clock, hand_over (did you mean "clock"?)',
    ),
    "an unknown key": (
        "{clock: {routing: 15}}",
        (
            '15:18: unknown key "policy.clock.routing"; known: agency_days, closing_days, complaint, '
            "complement_pauses, complements_that_pause, ends_on_working_day, escalation_days, "
            "follow_up_days, holidays, information_request, information_requests_count, notice_days, "
            "observation, reopening_restarts, routing_days, suggestion, urgent_information_request, "
            'warning_days (did you mean "routing_days"?)'
        ),
    ),
    "a term without days": (
        "{clock: {complaint: {unit: working}}}",
        "15:18: policy.clock.complaint.days is missing",
    ),
    "no days at all": (
        "{clock: {complaint: {days: 0}}}",
        ("15:36: policy.clock.complaint.days: expected a number of at least 1; came the number 0"),
    ),
    "more days than a life has": (
        "{clock: {complaint: {days: 100000}}}",
        (
            "15:36: policy.clock.complaint.days: expected a number of at most 3650; "
            "came the number 100000"
        ),
    ),
    "a number of words": (
        "{clock: {routing_days: fifteen}}",
        '15:32: policy.clock.routing_days: expected a whole number; came "fifteen"',
    ),
    "another unit": (
        "{clock: {suggestion: {days: 9, unit: work}}}",
        (
            '15:46: policy.clock.suggestion.unit: expected one of calendar, working; came "work" '
            '(did you mean "working"?)'
        ),
    ),
    "an extension by nothing": (
        "{clock: {complaint: {days: 60, extensions: 1}}}",
        (
            "15:29: policy.clock.complaint: expected extension_days and extensions both above 0, or "
            "neither; came 0 and 1"
        ),
    ),
    "a pause of nobody's clock": (
        "{clock: {complement_pauses: legal}}",
        '15:37: policy.clock.complement_pauses: expected one of agency, both; came "legal"',
    ),
    "a switch that is none": (
        "{clock: {ends_on_working_day: maybe}}",
        '15:39: policy.clock.ends_on_working_day: expected true or false; came "maybe"',
    ),
    "warnings that rise": (
        "{clock: {warning_days: [5, 15]}}",
        "15:32: policy.clock.warning_days: expected falling numbers of days; came 5, 15",
    ),
    "a warning told twice": (
        "{clock: {warning_days: [5, 5]}}",
        "15:32: policy.clock.warning_days: expected falling numbers of days; came 5, 5",
    ),
    "a day that is none": (
        "{clock: {holidays: {added: [2026-01-01, 2026-02-30]}}}",
        (
            "15:49: policy.clock.holidays.added[2]: expected a day such as 2026-03-20; "
            'came "2026-02-30"'
        ),
    ),
    "a time for a day": (
        "{clock: {holidays: {added: [2026-01-01T10:00:00]}}}",
        (
            "15:37: policy.clock.holidays.added[1]: expected a day such as 2026-03-20; "
            'came "2026-01-01T10:00:00"'
        ),
    ),
    "a number for a day": (
        "{clock: {holidays: {removed: [20260320]}}}",
        (
            "15:39: policy.clock.holidays.removed[1]: expected a day such as 2026-03-20; "
            "came the number 20260320"
        ),
    ),
    "a day that is both": (
        "{clock: {holidays: {added: [2026-03-20], removed: [2026-03-20]}}}",
        (
            "15:28: policy.clock.holidays: expected each day once; came 2026-03-20 both added and "
            "removed"
        ),
    ),
}


@pytest.mark.parametrize(("policy", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place_and_nothing_else_is(
    mistakes: Callable[..., list[str]], policy: str, expected: str
) -> None:
    assert mistakes(f"{CITY}policy: {policy}\n") == [f"agencies.yaml:{expected}"]


def test_all_mistakes_are_told_at_once(mistakes: Callable[..., list[str]]) -> None:
    text = EVERYTHING.replace("both", "none").replace("[20, 7, 1]", "[7, 20, 1]")
    assert [line.partition(": ")[0] for line in mistakes(CITY + text)] == [
        "agencies.yaml:25:19",
        "agencies.yaml:28:24",
    ]


def test_a_policy_stands_in_the_main_file_only(configure: Configure, good: Configure) -> None:
    main = good("version: 1", "version: 1\ninclude: [more.yaml]")
    with pytest.raises(ConfigError) as caught:
        configure({"agencies.yaml": main, "more.yaml": "policy: {}\n"})
    assert str(caught.value) == (
        'more.yaml:1:1: unknown key "policy"; known: agencies, sources, templates, version'
    )


FILED = """mutation F($key: String!, $kind: ComplaintKind = COMPLAINT) {
  fileComplaint(input: {agency: "water", description: "Fuite", kind: $kind, idempotencyKey: $key})
  { receipt { receivedAt dueAt complaint { dueAt } } problems { code } } }"""


def _days(receipt: dict[str, str]) -> int:
    received, due = (datetime.fromisoformat(receipt[key]) for key in ("receivedAt", "dueAt"))
    return (day_of(due) - day_of(received)).days - 1


async def test_a_filing_is_due_by_the_policy_in_force_and_a_receipt_stays_what_it_was(
    tmp_path: Path, sqlite_url: str
) -> None:
    async def receipt(key: str) -> dict[str, str]:
        found = (await here.ask(FILED, key=key))["fileComplaint"]["receipt"]
        assert found["complaint"]["dueAt"] == found["dueAt"]
        return dict(found)

    async with town(tmp_path, sqlite_url, registry()) as here:
        first = await receipt("one")
        assert _days(first) == 60
        here.write(registry() + "policy: {clock: {complaint: {days: 30}}}\n")
        assert await here.reloads.reload()
        assert _days(await receipt("two")) == 30
        assert await receipt("one") == first


def test_a_served_policy_is_what_a_receipt_says(tmp_path: Path) -> None:
    text = registry() + "policy: {clock: {complaint: {days: 45}, suggestion: {days: 90}}}\n"
    (tmp_path / "agencies.yaml").write_text(text, "utf-8")
    with serving("--no-demo", folder=tmp_path) as served:
        days = []
        for kind in ("COMPLAINT", "SUGGESTION", "OBSERVATION"):
            asked = FILED.replace("= COMPLAINT", f"= {kind}").replace("$key: String!, ", "")
            answer = served.ask(asked.replace("idempotencyKey: $key", f'idempotencyKey: "{kind}"'))
            receipt = answer["data"]["fileComplaint"]["receipt"]
            days.append(receipt["dueAt"] and _days(receipt))
    assert days == [45, 90, None]


def test_the_usual_policy_gives_what_was_given_before_there_was_one() -> None:
    received = datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert due_at(received, Kind.COMPLAINT, ClockEntry().policy()) == datetime(
        2026, 6, 30, 23, tzinfo=UTC
    )
