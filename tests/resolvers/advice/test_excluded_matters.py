"""What the law excludes is told whole, and hinted at only where the text does."""

import pytest

from resolvers.advice.excluded import MATTERS, MatterCode, excluded_matters
from tests.resolvers.advice.samples import HINTING, NOT_HINTING, SEEN, UNSEEN


def suggested(text: str) -> list[str]:
    return [each.matter.code for each in excluded_matters(text) if each.suggested]


def test_every_matter_is_told_in_arabic_french_and_english_and_where_to_go() -> None:
    assert [matter.code for matter in MATTERS] == list(MatterCode)
    for matter in MATTERS:
        for label in (matter.name, matter.instead):
            assert label.ar
            assert label.fr
            assert label.en


def test_without_a_text_all_are_told_and_none_is_suggested() -> None:
    for text in (None, "", "Bonjour"):
        found = excluded_matters(text)
        assert [each.matter for each in found] == list(MATTERS)
        assert [(each.suggested, each.words) for each in found] == [(False, ())] * len(MATTERS)


def test_a_hint_names_the_words_it_rests_on() -> None:
    [found] = [each for each in excluded_matters(HINTING[0][1]) if each.suggested]
    assert (found.matter.code, found.words) == (
        MatterCode.BEFORE_A_COURT,
        ("affaire", "devant", "tribunal"),
    )


def test_words_that_lie_far_apart_are_no_hint() -> None:
    between = " ".join(["chaussée"] * 9)
    assert suggested("police judiciaire") == [MatterCode.JUDICIAL_POLICE]
    assert suggested(f"police {between} judiciaire") == []


def test_texts_about_a_matter_hint_at_it_all_but_one() -> None:
    missed = [text for code, text in HINTING if code not in suggested(text)]
    assert missed == [HINTING[-1][1]]


@pytest.mark.parametrize("text", NOT_HINTING)
def test_a_word_of_a_hint_is_no_hint(text: str) -> None:
    assert suggested(text) == []


def test_plain_complaints_hint_at_nothing() -> None:
    assert {sample.text: suggested(sample.text) for sample in (*SEEN, *UNSEEN)} == {
        sample.text: [] for sample in (*SEEN, *UNSEEN)
    }
