"""What a reader would call the same word is folded to the same letters."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.contract.text import fold, terms


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        pytest.param("شَكْوَى", "شكوي", id="tashkeel and alef maqsura"),
        pytest.param("شكـــــوى", "شكوي", id="tatweel"),
        pytest.param("أإآٱا", "ااااا", id="alefs"),
        pytest.param("مسؤولية", "مسووليه", id="hamza on waw, taa marbuta"),
        pytest.param("بيئة", "بييه", id="hamza on yaa"),
        pytest.param("ماء", "ما", id="hamza alone"),
        pytest.param("أحمد", "احمد", id="alef and a combining hamza"),
        pytest.param("ﻻ ﷲ", "لا الله", id="presentation forms"),
        pytest.param("٠١٢٣٤٥٦٧٨٩", "0123456789", id="Arabic-Indic digits"),
        pytest.param("۰۱۲۳۴۵۶۷۸۹", "0123456789", id="extended Arabic-Indic digits"),
        pytest.param("Éclairage À L'ÉCOLE", "eclairage a l ecole", id="French accents"),
        pytest.param("E\u0301cole", "ecole", id="accents written apart"),
        pytest.param("Œuvre cœur", "oeuvre coeur", id="oe"),
        pytest.param("ﬁchier ﬄ", "fichier ffl", id="typographic ligatures"),
        pytest.param("ex æquo Ǽ", "ex aequo ae", id="ae, also with an accent"),
        pytest.param("STRASSE Straße", "strasse strasse", id="sharp s"),
        pytest.param("\u200fحفرة\u200e 🕳️!", "حفره", id="marks of direction and emoji"),
        pytest.param("100 %_\\ok\n\tfin", "100 ok fin", id="all else is one space"),
        pytest.param("x² ½", "x2 1 2", id="digits in other forms"),
        pytest.param("ⵜⴰⵎⵓⵔⵜ", "ⵜⴰⵎⵓⵔⵜ", id="Tifinagh"),
        pytest.param(" ... ", "", id="no letters"),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
@example("ǽ")
@example("Ǿ İ ŉ ǰ ΐ ᾳ ẚ")
@example("ﹰ ـ ٱ")
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text())
@example("ǽ")
def test_how_a_sign_is_encoded_does_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.casefold()) == fold(text)


def test_terms_are_the_folded_words_once_each_in_order() -> None:
    assert terms("Éclairage  de la RUE".replace(" de la", "") + " éclairage") == (
        "eclairage",
        "rue",
    )


def test_words_that_are_too_short_are_named() -> None:
    with pytest.raises(ValueError, match=r'too short: "de", "12"$'):
        terms("rue DE l'école ١٢".replace("l'", ""))


@pytest.mark.parametrize("text", ["", " ", "!!", "ـ", "ء"])
def test_a_search_for_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="at least one word of three letters"):
        terms(text)
