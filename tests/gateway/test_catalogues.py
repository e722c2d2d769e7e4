"""People are told things in their language, and in another one where theirs does not say it."""

from pathlib import Path

import pytest

from gateway.catalogues import Tongue, catalogue
from tests.gateway.complete_catalogues import flaws, flaws_of_words, said

FRENCH = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"
msgid "Follow a complaint"
msgstr "Suivre une réclamation"

msgid "%(num)s case"
msgid_plural "%(num)s cases"
msgstr[0] "%(num)s dossier"
msgstr[1] "%(num)s dossiers"
"""
ARABIC = """
msgid "Follow a complaint"
msgstr "تتبع شكاية"

msgid "%(num)s case"
msgid_plural "%(num)s cases"
msgstr[0] "لا شكايات"
msgstr[1] "شكاية واحدة"
msgstr[2] "شكايتان"
msgstr[3] "%(num)s شكايات"
msgstr[4] "%(num)s شكاية"
msgstr[5] "%(num)s شكاية"
"""
AMAZIGH = """
msgid "Follow a complaint"
msgstr "ⴹⴼⵕ"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for tag, text in {"fr": FRENCH, "ar": ARABIC, "zgh": AMAZIGH}.items():
        (tmp_path / f"{tag}.po").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("tongue", "follow", "cases"),
    [
        (Tongue.EN, "Follow a complaint", ["0 cases", "1 case", "2 cases", "11 cases"]),
        (
            Tongue.FR,
            "Suivre une réclamation",
            ["0 dossier", "1 dossier", "2 dossiers", "11 dossiers"],
        ),
        (Tongue.AR, "تتبع شكاية", ["لا شكايات", "شكاية واحدة", "شكايتان", "11 شكاية"]),
        (Tongue.ZGH, "ⴹⴼⵕ", ["0 dossier", "1 dossier", "2 dossiers", "11 dossiers"]),
    ],
)
def test_a_message_is_said_in_the_language_with_its_plurals(
    folder: Path, tongue: Tongue, follow: str, cases: list[str]
) -> None:
    found = catalogue(folder, tongue)
    assert found.ugettext("Follow a complaint") == follow
    assert [
        found.ungettext("%(num)s case", "%(num)s cases", number) % {"num": number}
        for number in (0, 1, 2, 11)
    ] == cases
    assert found.ugettext("Nobody said this") == "Nobody said this"


def test_a_language_knows_how_it_is_written() -> None:
    assert [each for each in Tongue if each.direction == "rtl"] == [Tongue.AR]
    assert [str(each.locale) for each in Tongue] == ["ar_MA", "fr_MA", "en_GB", "zgh_MA"]


def test_what_a_catalogue_lacks_is_found(folder: Path) -> None:
    (folder / "page.html").write_text(
        "{% trans %}Follow a complaint{% endtrans %}{{ _('For %(name)s', name=name) }}",
        encoding="utf-8",
    )
    messages = said(folder)
    assert flaws(folder / "fr.po", messages) == [
        "not said: For %(name)s",
        "nobody says: ('%(num)s case', '%(num)s cases')",
    ]
    assert flaws_of_words(folder / "zgh.po", messages) == []
    (folder / "zgh.po").write_text('msgid "For %(name)s"\nmsgstr "ⵉ %(nom)s"\n', encoding="utf-8")
    assert flaws_of_words(folder / "zgh.po", messages) == ["other fields: For %(name)s"]
    (folder / "zgh.po").write_text('msgid "Follow a complaint"\nmsgstr ""\n', encoding="utf-8")
    assert flaws_of_words(folder / "zgh.po", messages) == ["empty: Follow a complaint"]
