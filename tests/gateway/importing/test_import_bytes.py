"""Files are bytes before they are rows: encodings, marks, line ends, and what is none of these."""

from datetime import UTC, datetime
from pathlib import Path

from connectors.contract.records import Channel, DatePrecision
from tests.gateway.importing.reading import (
    FIXTURES,
    MONTREAL_HEADER,
    imported,
    lines_and_reasons,
)


def test_the_letters_line_ends_and_hours_of_an_old_program_are_read() -> None:
    raw = (FIXTURES / "offices.csv").read_bytes()
    assert b"\r\n" in raw
    assert "Élagage d’un chêne".encode("windows-1252") in raw
    complaints, rejects, account = imported("offices.csv", str(FIXTURES / "offices.yaml"))
    assert {row: (each.title, each.channel) for row, each in complaints.items()} == {
        "1": ("Élagage d’un chêne", Channel.CALL_CENTRE),
        "2": ("Trottoir cassé – 3 m", Channel.COUNTER),
    }
    # In May Casablanca is an hour ahead of UTC: midnight is the evening before.
    assert [(each.created_at, each.created_precision) for each in complaints.values()] == [
        (datetime(2024, 5, 6, 13, tzinfo=UTC), DatePrecision.HOUR),
        (datetime(2024, 5, 6, 23, tzinfo=UTC), DatePrecision.HOUR),
    ]
    assert dict(account.by_month) == {"2024-05": 2}
    assert lines_and_reasons(rejects) == dict.fromkeys(
        (4, 5), "reçu: expected %d/%m/%Y %Hh, came text"
    )


def test_an_arabic_office_program_is_read_too(tmp_path: Path) -> None:
    # Its code page has no sign for the º of the column's name.
    said = (FIXTURES / "offices.yaml").read_text(encoding="utf-8").replace("nº", "n°")
    mapping = tmp_path / "arabic.yaml"
    mapping.write_text(said.replace("windows-1252", "windows-1256"), encoding="utf-8")
    file = tmp_path / "arabic.csv"
    file.write_bytes(
        "n°;reçu;nature;état;objet;voie\r\n"
        "1;06/05/2024 14h;R;clos;انقطاع الماء في الحي;Guichet\r\n".encode("windows-1256")
    )
    complaints, rejects, _ = imported(file, str(mapping))
    assert rejects == []
    assert complaints["1"].title == "انقطاع الماء في الحي"


def test_bytes_that_are_no_text_are_refused_by_row(tmp_path: Path) -> None:
    file = tmp_path / "bytes.csv"
    row = "{},2024-05,Requete,{},Terminée,Téléphone,lundi,9\r\n"
    file.write_bytes(
        b"\xef\xbb\xbf"
        + f"{MONTREAL_HEADER}\r\n".encode()
        + row.format(1, "Élagage").encode()
        + row.format(2, "Élagage").encode("windows-1252")
        + row.format(3, "Nul\0").encode()
        + row.format(4, "Élagage").encode()
    )
    complaints, rejects, _ = imported(file, "montreal")
    assert lines_and_reasons(rejects) == {
        3: "row: expected the mapping's encoding, came other bytes",
        4: "row: expected text, came a NUL byte",
    }
    assert [complaint.category for complaint in complaints.values()] == ["Élagage", "Élagage"]


def test_a_line_without_end_is_cut_and_the_next_row_is_read(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    row = "{},2024-05,Requete,{},Terminée,Téléphone,lundi,9\n"
    file.write_text(
        f"{MONTREAL_HEADER}\n"
        + row.format(1, "x" * 2_500_000)
        + row.format(2, '"' + "x" * 2_500_000)
        + row.format(3, "Banc").rstrip("\n"),
        encoding="utf-8",
    )
    complaints, rejects, _ = imported(file, "montreal")
    assert list(complaints) == ["3"]
    assert lines_and_reasons(rejects) == dict.fromkeys(
        (2, 3), "row: expected at most 1000000 characters, came more"
    )
    assert len(rejects[0].raw) == 1_000_000
