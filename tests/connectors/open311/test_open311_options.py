"""Options that cannot be right are mistakes, and secrets stay secret."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors import open311
from connectors.contract.capabilities import Exactness, Idempotency
from connectors.contract.query import Child, Direction, Field, Op, Order
from connectors.contract.records import SourceId
from connectors.open311 import Open311Options
from connectors.open311.promises import promises
from connectors.open311.statuses import EXTENDED, Statuses
from tests.connectors.open311.cities import options

URL = "https://open311.city.example/v2"


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "open311.city.example"},
        {"url": "ftp://city.example"},
        {"timezone": "Casablanca"},
        {"timezone": "../etc/passwd"},
        {"charset": "arabe"},
        {"language": "de"},
        {"kind": "WISH"},
        {"statuses": {"open": "OPEN"}},
        {"window_days": 0},
        {"row_cap": 1},
        {"page_size": 501},
        {"earliest": "2026-01-01T00:00:00"},
        {"ids_per_call": 0},
        {"empty_windows": 0},
        {"reference_in": "title"},
        {"reference_in": "attribute[]"},
        {"apikey": "x"},
        {"extensions": "yes"},
    ],
)
def test_an_option_that_cannot_be_right_is_a_mistake(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as mistaken:
        Open311Options.model_validate_json(json.dumps({"url": URL} | wrong))
    assert [error["loc"][0] for error in mistaken.value.errors()] == list(wrong)


def test_the_key_is_not_shown() -> None:
    assert "s3cret" not in repr(options(URL, api_key="s3cret"))


def test_the_defaults_are_those_of_the_standard_in_morocco() -> None:
    given = Open311Options.model_validate_json(json.dumps({"url": f"{URL}/"}))
    assert (given.window_days, given.row_cap, given.timezone) == (90, 1000, "Africa/Casablanca")
    assert given.base_url == URL


def test_the_page_about_it_tells_every_option_and_every_default() -> None:
    page = Path(open311.__file__).with_name("README.md").read_text("utf-8")
    table = page.partition("| option |")[2].partition("\n\n")[0]
    told = dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", table, re.MULTILINE))
    fields = Open311Options.model_fields
    assert list(told) == list(fields)
    for name, field in fields.items():
        default = field.default
        if isinstance(default, bool | int | str):
            said = str(default).lower() if isinstance(default, bool) else str(default)
            assert told[name].strip("`") == said, name


def test_the_page_about_it_tells_what_every_code_means() -> None:
    page = Path(open311.__file__).with_name("README.md").read_text("utf-8")
    rows = page.partition("| city | ours |")[2].partition("\n\n")[0].splitlines()[2:]
    told = {
        code: row.split("|")[2].strip()
        for row in rows
        for code in re.findall(r"`(\w+)`", row.split("|")[1])
        if ", plain" not in row
    }
    assert {code: told[code] for code in EXTENDED} == EXTENDED


def promised(**said: Any) -> Any:
    given = options(URL, **said)
    statuses = Statuses(
        SourceId("city"),
        extended=given.extended_statuses,
        own=given.statuses,
        marks_duplicates=given.extensions,
    )
    return promises(given, statuses)


def test_a_filter_by_status_is_exact_only_where_a_family_is_one_status() -> None:
    by_status = (Field.STATUS, Op.IN)
    assert promised().filters[by_status] is Exactness.EXACT
    for said in (
        {"extended_statuses": True},
        {"statuses": {"open": "SUBMITTED"}},
        {"extensions": True},
    ):
        assert promised(**said).filters[by_status] is Exactness.APPROXIMATE
    assert by_status not in promised(status_filter=False).filters


def test_habits_add_promises() -> None:
    least = promised()
    assert least.orders == {Order()}
    assert (least.files, least.total) == (None, None)
    assert least.children == least.get.children == {Child.ATTACHMENTS}
    assert promised(earliest="2020-01-01T00:00:00Z").orders == {
        Order(),
        Order(Field.CREATED, Direction.ASC),
    }
    assert promised(api_key="k").files is Idempotency.NONE
    searched = promised(api_key="k", reference_in="attribute[REF]")
    assert (searched.files, searched.settles_seconds) == (Idempotency.SEARCH, 30)
    assert promised(reference_in="description", settles_seconds=5.5).settles_seconds == 5.5
    assert promised(updates=True).get.children == set(Child) - {Child.DECISIONS}
    assert promised(extensions=True).children == {Child.ATTACHMENTS, Child.EVENTS}
    assert "channel" in promised(extensions=True).fields
    assert (Field.UPDATED, Op.GTE) in promised(updated_after=True).filters
    assert promised(page_size=20).max_page == 8
