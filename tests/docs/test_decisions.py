"""docs/adr holds short decisions, numbered in a row; what they say of words is so."""

import pytest

from connectors.contract.text import fold, terms
from tests.docs.pages import ROOT, Page

DECISIONS = [Page(path) for path in sorted((ROOT / "docs/adr").glob("*.md"))]


def test_decisions_are_numbered_in_a_row() -> None:
    numbers = [int(decision.path.name[:4]) for decision in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=str)
def test_a_decision_is_its_title_and_short(decision: Page) -> None:
    lines = decision.path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert len(lines) <= 40
    assert lines[2].startswith("**Decided.** ")
    for part in ("**It could have been otherwise.** ", "**Why.**", "**What it costs.**"):
        assert any(line.startswith(part) for line in lines), f"{decision} lacks {part}"


@pytest.mark.parametrize("decision", DECISIONS, ids=str)
def test_the_files_that_a_decision_names_are_there(decision: Page) -> None:
    spans = {
        token.content
        for inline in decision.tokens
        for token in inline.children or ()
        if token.type == "code_inline"
    }
    named = {span for span in spans if span.endswith((".py", ".toml")) and "/" in span}
    assert all((ROOT / name).exists() for name in named), f"{decision}: {sorted(named)}"


def test_words_are_folded_as_decision_4_says() -> None:
    assert (fold("ماء"), fold("شيء")) == ("ما", "شي")
    assert fold("الما") == fold("الماء")
    assert fold("احمد") == fold("أحمد")
    assert fold("مسءول") != fold("مسؤول")
    with pytest.raises(ValueError, match='too short: "ما"'):
        terms("ماء")


def test_words_are_found_as_decision_3_says() -> None:
    assert fold("انارة") in fold("الإنارة")
    assert fold("panne") in fold("pannes")
    assert fold("pannes") not in fold("panne")
