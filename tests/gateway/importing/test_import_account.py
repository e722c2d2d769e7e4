"""The account and the rejects file answer for every row."""

import csv
import stat
from pathlib import Path

from gateway.importing import (
    Account,
    Reject,
    load_mapping,
    read,
    rejects_file,
)

FIXTURES = Path(__file__).parent / "fixtures"
HEADER = "row,mois,nature,activite,dernier_statut,provenance,jour,heure\n"


def test_the_account_tells_every_row() -> None:
    mapping = load_mapping("montreal")
    account = Account(mapping)
    for _ in read(mapping, FIXTURES / "twice.csv", account=account):
        pass
    again = "id: expected once, came again with {} content; the first is kept"
    assert account.to_json() == {
        "mapping": "montreal",
        "agency": "montreal-311",
        "read": 6,
        "imported": 3,
        "rejected": 3,
        "rejects": {
            again.format("other"): {"count": 1, "lines": [5]},
            again.format("the same"): {"count": 1, "lines": [4]},
            "mois: expected %Y-%m, came text": {"count": 1, "lines": [6]},
        },
        "warnings": {},
        "by_status": {"ACKNOWLEDGED": 2, "ANSWERED": 1},
        "by_month": {"2024-05": 3},
    }


def test_the_account_keeps_pace_with_the_rows() -> None:
    mapping = load_mapping("montreal")
    account = Account(mapping)
    reading = read(mapping, FIXTURES / "words.csv", account=account)
    for count, _ in enumerate(reading, start=1):
        assert account.read == count


def test_of_each_reason_twenty_lines_are_named(tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text(HEADER + "x\n" * 50, encoding="utf-8")
    mapping = load_mapping("montreal")
    account = Account(mapping)
    list(read(mapping, file, account=account))
    assert account.to_json()["rejects"] == {
        "row: expected 8 columns, came 1": {"count": 50, "lines": list(range(2, 22))}
    }


def test_rejects_are_written_whole_and_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    raw = 'A;"deux\nlignes";\udce9'
    with rejects_file(path) as write:
        write(Reject(3, "row: expected 7 columns, came 3", raw))
    with path.open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream)) == [
            ["line", "reason", "raw"],
            ["3", "row: expected 7 columns, came 3", 'A;"deux\nlignes";\\udce9'],
        ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_rejects_can_be_written_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    mapping = load_mapping("montreal")
    with rejects_file(path) as write:
        for item in read(mapping, FIXTURES / "quotes.csv"):
            if isinstance(item, Reject):
                write(item)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 6


def test_nothing_that_a_row_says_is_told_in_a_reason() -> None:
    for file in ("quotes.csv", "shifted.csv", "words.csv", "twice.csv"):
        mapping = load_mapping("montreal")
        for item in read(mapping, FIXTURES / file):
            if isinstance(item, Reject):
                assert "Lampadaire" not in item.reason
                assert "Éloge" not in item.reason
