"""All that pages say comes from the catalogues, and the catalogues say all of it."""

import re
from pathlib import Path

import pytest

from gateway.portal.rendering import CATALOGUES, HERE, PAGES
from tests.gateway.complete_catalogues import flaws, flaws_of_words, said

MESSAGES = said(HERE)
TEMPLATES = sorted(PAGES.glob("*.html"))


@pytest.mark.parametrize("tag", ["ar", "fr"])
def test_a_whole_language_says_everything(tag: str) -> None:
    assert flaws(CATALOGUES / f"{tag}.po", MESSAGES) == []


def test_amazigh_says_nothing_that_nobody_says() -> None:
    assert flaws_of_words(CATALOGUES / "zgh.po", MESSAGES) == []


def test_there_are_no_other_catalogues() -> None:
    assert {path.stem for path in CATALOGUES.iterdir()} == {"ar", "fr", "zgh"}


@pytest.mark.parametrize("template", TEMPLATES, ids=[path.stem for path in TEMPLATES])
def test_no_text_of_a_template_goes_by_the_catalogues(template: Path) -> None:
    assert strays(template.read_text(encoding="utf-8")) == []


def test_a_stray_is_found() -> None:
    assert strays('<p title="Nobody">{{ _("Said") }} but {# not this #} {{ name }}</p>') == [
        "but",
        "Nobody",
    ]


def strays(text: str) -> list[str]:
    """Words that stand in a template as they are, in the text or in what is read out."""
    plain = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    read_out = re.findall(r'\b(?:title|alt|placeholder|aria-label)="([^"]*)"', plain)
    # A macro may write attributes for the tag that it stands in.
    shown = re.sub(r'<[^>]*>|[\w-]+="[^"]*"', " ", plain)
    return re.findall(r"\w*[^\W\d_]\w*", " ".join([shown, *read_out]))
