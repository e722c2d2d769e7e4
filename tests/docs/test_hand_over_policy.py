"""docs/lifecycle.md tells every key of the policy of handing over, and every part."""

from pathlib import Path

from connectors.contract.records import Part
from gateway.config import load
from gateway.config.policy import HandOverEntry
from tests.docs.pages import page

PAGE = page("lifecycle")
AGENCIES = "version: 1\nagencies:\n  - {code: mediateur, name: {ar: الوسيط, fr: Médiateur}, class: OTHER}\n"


def test_every_key_is_told_with_its_default() -> None:
    told = {row[0].strip("`"): row[1].strip("`") for row in PAGE.table("policy")}
    usual = HandOverEntry().model_dump()
    assert told == {
        name: str(value or ("none" if value is None else 0)) for name, value in usual.items()
    }


def test_the_example_is_a_policy(tmp_path: Path) -> None:
    path = tmp_path / "agencies.yaml"
    path.write_text(AGENCIES + PAGE.block("yaml"), encoding="utf-8")
    told = load(path, environ={}).hand_over
    assert (told.days_overdue, told.ombudsman) == (0, "mediateur")


def test_every_part_is_told() -> None:
    assert PAGE.codes("part") == set(Part)
