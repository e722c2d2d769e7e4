"""Every problem can be told in every language, with all that it names, and counted right."""

from string import Formatter

import pytest

from connectors.contract.lifecycle import Status
from resolvers.wording import Language, Problem, Sentence
from resolvers.wording.languages import FORMS, plural
from resolvers.wording.nouns import NOUNS
from resolvers.wording.sentences import SENTENCES


def named(text: str) -> dict[str, str]:
    """What a text has a place for, and in which form."""
    return {name: form or "" for _, name, form, _ in Formatter().parse(text) if name is not None}


def test_every_sentence_has_every_language() -> None:
    assert SENTENCES.keys() == set(Sentence)
    assert all(texts.keys() == set(Language) for texts in SENTENCES.values())


@pytest.mark.parametrize("sentence", Sentence)
def test_a_sentence_names_the_same_in_every_language(sentence: Sentence) -> None:
    ways = {frozenset(named(text)) for text in SENTENCES[sentence].values()}
    assert len(ways) == 1
    forms = {form for text in SENTENCES[sentence].values() for form in named(text).values()}
    assert forms <= {"", "status", *NOUNS}


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_just_the_forms_of_each_language(noun: str) -> None:
    assert NOUNS[noun].keys() == set(Language)
    for language, forms in NOUNS[noun].items():
        assert forms.keys() == FORMS[language]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        # The examples that CLDR gives for each form.
        (
            "ar",
            "0 zero 1 one 2 two 3 few 10 few 103 few 11 many 99 many 111 many 100 other 102 other",
        ),
        ("fr", "0 one 1 one 2 other 17 other 1000000 many 2000000 many 1000001 other"),
        ("en", "0 other 1 one 2 other 101 other"),
    ],
)
def test_numbers_ask_for_the_forms_that_cldr_says(language: str, forms: str) -> None:
    words = forms.split()
    told = {int(number): form for number, form in zip(words[::2], words[1::2], strict=True)}
    assert {number: plural(Language(language), number) for number in told} == told


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("number", [0, 1, 2, 5, 11, 100, 20_000, 1_000_000])
def test_any_number_can_be_told_of_any_noun(language: Language, number: int) -> None:
    for forms in NOUNS.values():
        assert plural(language, number) in forms[language]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.EN, "at most 200 characters; got 201"),
        (Language.FR, "au plus 200 caractères ; reçu : 201 caractères"),
        (Language.AR, "الحد الأقصى: 200 حرف؛ وصل: 201 حرف"),
    ],
)
def test_numbers_are_told_with_their_nouns(language: Language, told: str) -> None:
    problem = Problem("TOO_LONG", Sentence.TOO_LONG, ("title",), {"most": 200, "came": 201})
    assert problem.message(language) == told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            Language.EN,
            "a case that is “closed” does not take this; expected “answered”, “reopened”",
        ),
        (Language.FR, "impossible pour un dossier “clos” ; états attendus : “répondu”, “rouvert”"),
        (
            Language.AR,
            "لا يمكن هذا وحالة الشكاية “مغلقة”؛ الحالات المنتظرة: “مجاب عنها”، “أعيد فتحها”",
        ),
    ],
)
def test_states_are_told_by_their_names(language: Language, told: str) -> None:
    parameters = {"status": Status.CLOSED, "possible": "ANSWERED,REOPENED"}
    problem = Problem("NOT_NOW", Sentence.NOT_NOW, ("case",), parameters)
    assert problem.message(language) == told
