"""Mappings are data; their mistakes are told by name, all at once."""

import re
from pathlib import Path

import pytest

from connectors.contract.records import Agency, AgencyClass, AgencyCode, LocalizedText
from gateway.importing import MappingInvalid, known_mappings, load_mapping

LETTERS = Path(__file__).parent / "fixtures" / "letters.yaml"


def test_the_shipped_mappings_are_those_of_the_samples() -> None:
    assert known_mappings() == ("baltimore", "montreal")
    assert load_mapping("montreal").agency_record == Agency(
        code=AgencyCode("montreal-311"),
        name=LocalizedText(
            ar="مدينة مونتريال – 311", fr="Ville de Montréal – 311", en="City of Montréal – 311"
        ),
        agency_class=AgencyClass.COLLECTIVITE,
    )


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(MappingInvalid, match=r'no mapping "toronto"; known: baltimore, montreal'):
        load_mapping("toronto")


def test_a_file_of_ones_own_is_named_by_its_stem() -> None:
    mapping = load_mapping(str(LETTERS))
    assert mapping.name == "letters"
    assert mapping.columns == {
        "bureau", "numéro", "reçu", "nature", "état", "objet", "texte"
    }  # fmt: skip


def changed(tmp_path: Path, old: str, new: str) -> str:
    file = tmp_path / "letters.yaml"
    said = LETTERS.read_text(encoding="utf-8")
    assert old in said
    file.write_text(said.replace(old, new), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("clos: CLOSED", "clos: SHUT", r"status\.table\.clos"),
        ("class: OTHER", "class: other", r"agency\.class"),
        ("code: letters", "code: My Letters", r"agency\.code"),
        ("{ar: رسائل, fr: Lettres}", "{fr: Lettres}", r"agency\.name\.ar"),
        ("fr: Lettres", "fr: ' '", r"agency\.name\.fr"),
        ("zone: Africa/Casablanca", "zone: Africa/Nowhere", r"times\.zone"),
        ("precision: DAY", "precision: EON", r"times\.created\.precision"),
        (r"\d+'", "('", r"id\.pattern"),
        ("columns: [bureau, numéro]", "columns: []", r"id\.columns"),
        ("delimiter: ';'", "delimiter: '\"'", r"delimiter: expected a sign between cells"),
        ("delimiter: ';'", "separator: ';'", r"separator"),
        ("otherwise: COMPLAINT", "otherwise: [", r"expected YAML"),
        ("  table: {}", "  table: {1: COMPLAINT}", r"expected text as every key"),
    ],
)
def test_a_mistake_in_a_mapping_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(MappingInvalid, match=named):
        load_mapping(changed(tmp_path, old, new))


def test_mistakes_are_told_together(tmp_path: Path) -> None:
    path = changed(tmp_path, "clos: CLOSED", "clos: SHUT, fini: GONE")
    with pytest.raises(MappingInvalid, match=r"status\.table\.clos: .*; status\.table\.fini: "):
        load_mapping(path)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(MappingInvalid, match=r"nowhere\.yaml: cannot be read"):
        load_mapping("nowhere.yaml")


def test_a_mapping_that_is_no_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.yaml"
    file.write_text("- one\n", encoding="utf-8")
    with pytest.raises(MappingInvalid, match=r"list\.yaml: mapping: "):
        load_mapping(str(file))


def test_the_mapping_that_the_docs_show_can_be_loaded(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/importing.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "our-letters.yaml"
    file.write_text(shown, encoding="utf-8")
    mapping = load_mapping(str(file))
    assert mapping.agency.code == "our-letters"
    assert "jours_ouverts" in mapping.columns
