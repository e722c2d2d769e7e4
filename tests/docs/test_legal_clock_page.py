"""docs/legal-clock.md tells every key of the policy with its default, and every notice."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from gateway.config import load
from gateway.config.policy import ClockEntry
from resolvers.clock import NoticeKind, Term, Untold
from tests.docs.pages import page

PAGE = page("legal-clock")
WORDS = {
    "observation": "none",
    "suggestion": "none",
    "agency_days": "as the answer",
    "holidays": "none",
}


def _usual(name: str, told: str) -> Any:
    """What the page tells of a key, as the file would have it."""
    value = YAML(typ="safe").load(told.strip("`"))
    return {name: value}


def test_every_key_is_told_with_its_default() -> None:
    told = {row[0].strip("`"): row[1] for row in PAGE.table("key")}
    assert told.keys() == ClockEntry.model_fields.keys()
    assert {name: told[name] for name in WORDS} == WORDS
    stated: dict[str, Any] = {}
    for name, text in told.items():
        if name not in WORDS:
            stated |= _usual(name, text)
    read = ClockEntry.model_validate(stated, strict=False)
    assert read.model_fields_set == told.keys() - WORDS.keys()
    assert read.policy() == ClockEntry().policy()


def test_a_term_is_told_by_all_of_its_parts() -> None:
    (row,) = (row for row in PAGE.table("key") if row[0] == "`complaint`")
    assert all(f"`{part}`" in row[2] for part in Term.__slots__)


def test_every_notice_is_told() -> None:
    assert PAGE.codes("notice") == set(NoticeKind)


def test_every_reason_for_having_no_clock_is_told() -> None:
    text = PAGE.path.read_text(encoding="utf-8")
    assert all(f"`{reason}`" in text for reason in Untold)


def test_the_example_is_a_policy(tmp_path: Path) -> None:
    agencies = "version: 1\nagencies:\n  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}\n"
    path = tmp_path / "agencies.yaml"
    path.write_text(agencies + PAGE.block("yaml"), encoding="utf-8")
    clock = load(path, environ={}).clock
    assert (clock.complaint, clock.warning_days) == (
        Term(60, extension_days=15, extensions=1),
        (20, 10, 2),
    )
