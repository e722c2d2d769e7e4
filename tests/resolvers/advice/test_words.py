"""Words that a reader would call the same are compared as the same."""

import pytest

from connectors.contract.text import fold
from resolvers.advice.words import readings, stem, telling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lampadaire", "Lampadaires"),
        ("facture", "facturation"),
        ("remboursé", "remboursements"),
        ("égout", "ÉGOUTS"),
        ("حاوية", "الحاويات"),
        ("النَّفايات", "نفاية"),
        ("تسجيل", "للتسجيل"),
        ("كهرباء", "الكهربائي"),
        ("سيارة", "سيارتي"),
        ("7ofra", "hofra"),
        ("fatoura", "fatura"),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("train", "training"), ("eau", "beau"), ("gare", "garde"), ("ماء", "ماي"), ("حكم", "حكاية")],
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert not {stem(fold(one))} & set(readings(fold(other)))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("بمراكش", "مراكش"),
        ("والحاويات", "حاوية"),
        ("فالمقاطعة", "مقاطعة"),
        ("وبالحي", "الحي"),
        ("lbola", "bola"),
        ("ftrig", "trig"),
    ],
)
def test_what_is_written_together_is_also_read_apart(written: str, meant: str) -> None:
    assert stem(fold(meant)) in readings(fold(written))


def test_a_french_word_is_not_read_as_an_article_and_a_word() -> None:
    assert readings("fleur") == (stem("fleur"),)
    assert readings("liste") == (stem("liste"),)


def test_what_every_complaint_says_tells_nothing() -> None:
    assert list(telling("Bonjour, je n'ai pas reçu ma pension depuis 3 mois")) == [
        "recu",
        "pension",
    ]
    assert list(telling("لم أتوصل بعد بالمنحة")) == ["اتوصل", "بالمنحه"]


@pytest.mark.parametrize("text", ["", " ", "، ؟ !", "\u202e\u0640\u0651", "👍🏽", "a" * 20_000])
def test_any_text_is_read(text: str) -> None:
    for word in telling(text):
        assert readings(word)[0] == stem(word)
