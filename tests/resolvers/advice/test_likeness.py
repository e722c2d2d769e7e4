"""Texts that tell the same are alike, and others are not."""

from collections.abc import Sequence
from random import Random
from typing import Final

import pytest

from resolvers.advice.catalogue import Catalogue
from resolvers.advice.likeness import LEAST, Likeness
from tests.resolvers.advice.rates import shipped

SAME: Final[Sequence[Sequence[str]]] = (
    (
        "Le lampadaire devant chez moi est éteint depuis deux mois",
        "Éclairage public en panne dans notre rue, lampadaires éteints",
        "Deux lampadaires ne s'allument plus près de l'école",
        "Rue plongée dans le noir, aucun lampadaire ne marche",
    ),
    (
        "Les ordures ne sont plus ramassées depuis une semaine",
        "Le camion ne passe plus, les ordures s'entassent devant l'immeuble",
        "Conteneurs pleins, ordures par terre et rats",
    ),
    (
        "Coupure d'eau chaque nuit depuis dix jours",
        "Pas d'eau au robinet la nuit, coupures répétées",
        "Coupures d'eau sans préavis dans tout le quartier",
    ),
    (
        "Ma facture d'eau est anormalement élevée, compteur mal relevé",
        "Le compteur n'a pas été relevé et la facture est fausse",
        "Facture exorbitante, je conteste le relevé du compteur",
    ),
    (
        "انقطاع الماء كل ليلة في حينا",
        "الماء مقطوع عن الحي ليلا منذ أسبوع",
        "انقطاعات متكررة للماء بدون إخبار",
    ),
    (
        "أزبال متراكمة قرب المدرسة والحاوية ممتلئة",
        "الأزبال لا تجمع والحاويات ممتلئة",
        "تراكم الأزبال والنفايات في الزنقة",
    ),
    (
        "مصباح الزنقة معطل منذ شهرين",
        "مصابيح الإنارة معطلة في الشارع",
        "الإنارة العمومية معطلة والزنقة مظلمة",
    ),
    (
        "Le permis de construire traîne depuis six mois à la commune",
        "Aucune réponse pour mon permis de construire déposé en mars",
        "Permis de construire bloqué sans motif",
    ),
    (
        "Chiens errants agressifs autour de l'école",
        "Meute de chiens errants qui attaque les passants",
    ),
    ("zbel kayn f zan9a hadi simana", "zbel majam3oh hadi simana f derb"),
)
"""Own sentences; those of one line tell the same."""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return shipped(tmp_path_factory.mktemp("shipped")).catalogue


def test_most_texts_that_tell_the_same_are_alike_and_few_others_are(catalogue: Catalogue) -> None:
    lines = [(text, line) for line, group in enumerate(SAME) for text in group]
    same, others = [], []
    for text, line in lines:
        likeness = Likeness(catalogue, text, known_only=False)
        for other, its_line in lines:
            if other != text:
                found = same if its_line == line else others
                found.append(likeness.of(other) >= LEAST)
    assert (sum(same), len(same)) == (54, 58)
    assert (sum(others), len(others)) == (6, 754)


def test_likeness_is_mutual_and_whole_for_the_same_words(catalogue: Catalogue) -> None:
    texts = [text for group in SAME for text in group]
    for one, other in zip(texts, Random(3).sample(texts, len(texts)), strict=True):
        there = Likeness(catalogue, one, known_only=False).of(other)
        back = Likeness(catalogue, other, known_only=False).of(one)
        assert there == pytest.approx(back)
        assert 0 <= there <= 1.0001
        assert Likeness(catalogue, one, known_only=False).of(one) == pytest.approx(1)


def test_by_the_words_of_services_alone_nothing_else_counts(catalogue: Catalogue) -> None:
    likeness = Likeness(catalogue, "Benchekroun: lampadaire éteint", known_only=True)
    assert likeness.of("lampadaire") == pytest.approx(1)
    assert likeness.of("Benchekroun éteint") == 0
    assert likeness.word_to_search(frozenset()) == "lampadair"


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("les routes", "route"),
        ("Coupures", "coupure"),
        ("بالحاويات", "حاو"),
        ("eau", "eau"),
        ("Benchekroun", "benchekr"),
        ("2024 12345", None),
        ("", None),
    ],
)
def test_what_is_searched_for_is_a_part_of_the_word_and_of_its_other_forms(
    catalogue: Catalogue, text: str, searched: str | None
) -> None:
    found = Likeness(catalogue, text, known_only=False).word_to_search(frozenset())
    assert found == searched


def test_the_words_of_the_agency_are_searched_for_first(catalogue: Catalogue) -> None:
    likeness = Likeness(catalogue, "péage et lampadaire", known_only=False)
    assert likeness.word_to_search(frozenset({"peag"})) == "peag"
    assert likeness.word_to_search(frozenset({"lampadair"})) == "lampadair"
