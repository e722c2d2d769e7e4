"""States, acts and outcomes have a name in every language, and no two have the same one."""

import re
from enum import StrEnum

import pytest

from connectors.contract.acts import Act
from connectors.contract.lifecycle import Status
from connectors.contract.records import LocalizedText, Outcome
from resolvers.wording import LABELS, LabelKind

WORDS: dict[LabelKind, type[StrEnum]] = {
    LabelKind.STATUS: Status,
    LabelKind.ACT: Act,
    LabelKind.OUTCOME: Outcome,
}


@pytest.mark.parametrize("kind", LabelKind)
def test_every_word_has_a_name_in_every_language(kind: LabelKind) -> None:
    assert [code for code, _ in LABELS[kind]] == list(WORDS[kind])
    for language in LocalizedText.__struct_fields__:
        names = [getattr(name, language) for _, name in LABELS[kind]]
        assert all(names), language
        assert len(set(names)) == len(names), language


def test_each_language_is_written_in_its_own_script() -> None:
    scripts = {"ar": "\u0600-\u06ff", "fr": "A-Za-zÀ-ÿœ'", "en": "A-Za-z-", "zgh": "\u2d30-\u2d7f"}
    for names in LABELS.values():
        for code, name in names:
            for language, script in scripts.items():
                assert _only(getattr(name, language), script), (code, language)


def _only(text: str, script: str) -> bool:
    return re.fullmatch(f"[{script} ]+", text) is not None
