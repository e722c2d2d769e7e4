"""The real samples, counted once by us and once by hand."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from gateway.importing import Account, load_mapping, read

DATA = Path(__file__).parents[3] / "../shared/data"
MONTREAL = DATA / "montreal311_plateau_fr_20000.csv"
BALTIMORE = DATA / "baltimore311_sample_10000.csv"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (MONTREAL.exists() and BALTIMORE.exists()),
        reason="the samples, which are not part of the repository, are not beside it",
    ),
]


def account_of(mapping: str, file: Path) -> Account:
    known = load_mapping(mapping)
    account = Account(known)
    for _ in read(known, file, account=account):
        pass
    return account


def test_montreal_agrees_with_a_count_of_its_raw_lines() -> None:
    # The last four and the first three cells hold no comma, so no quotes need be understood.
    months: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    for line in MONTREAL.read_bytes().decode().split("\r\n")[1:-1]:
        months[line.split(",", 3)[1]] += 1
        statuses[line.rsplit(",", 4)[1]] += 1
    account = account_of("montreal", MONTREAL)
    assert account.read == 20_000
    assert account.rejects == {}
    assert account.warnings == {}
    assert account.by_month == months
    assert account.by_raw_status == statuses
    assert account.by_status == {
        "ANSWERED": statuses["Terminée"],
        "IN_PROGRESS": statuses["Prise en charge"],
        "UNDER_ASSESSMENT": statuses["Transmise pour traitement"],
        "ACKNOWLEDGED": statuses["Acceptée"],
        "REOPENED": statuses["Réactivée"],
        "INADMISSIBLE": statuses["Refusée"],
        "WITHDRAWN": statuses["Annulée"] + statuses["Supprimée"],
    }


def test_baltimore_agrees_with_a_count_of_its_raw_columns() -> None:
    with BALTIMORE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    statuses = Counter(row["SRStatus"] for row in rows)
    account = account_of("baltimore", BALTIMORE)
    assert account.read == 10_000
    assert account.rejects == {}
    assert account.by_month == Counter(
        f"{row['CreatedDate'][6:10]}-{row['CreatedDate'][:2]}" for row in rows
    )
    assert account.by_raw_status == statuses
    assert account.by_status == {
        "CLOSED": statuses["Closed"] + statuses["Closed (Transferred)"],
        "DUPLICATE": sum(n for status, n in statuses.items() if "Duplicate" in status),
        "ACKNOWLEDGED": statuses["Open"],
        "SUBMITTED": statuses["New"],
        "AWAITING_COMPLAINANT": statuses["Pending"],
        "IN_PROGRESS": statuses["In Progress"],
    }
    whole_degrees = sum(row["Latitude"] == "39" for row in rows)
    odd_zips = sum(len(row["ZipCode"]) not in {0, 5} for row in rows)
    assert [tally.count for _, tally in sorted(account.warnings.items())] == [
        2,
        whole_degrees,
        odd_zips,
    ]


def test_every_row_of_both_samples_is_accounted_for() -> None:
    both = account_of("montreal", MONTREAL), account_of("baltimore", BALTIMORE)
    told = [account.to_json() for account in both]
    assert sum(one["imported"] + one["rejected"] for one in told) == 30_000
    assert sum(sum(one["by_month"].values()) for one in told) == 30_000
    assert sum(sum(one["by_status"].values()) for one in told) == 30_000
