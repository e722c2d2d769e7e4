"""The real samples: what the command keeps of them agrees with a count that shares no code with it.

The counts are taken from the files with the csv module and a few lines of this page's own: its
tables of statuses are written by hand, its months are cut from the text.
"""

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from connectors.contract.records import Complaint, DatePrecision
from tests.gateway.importing.command import chikaya
from tests.gateway.importing.stored import everything

DATA = Path(__file__).parents[3] / "../shared/data"
REGISTRY = Path(__file__).parents[3] / "agencies.yaml"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not DATA.exists(),
        reason="the samples, which are not part of the repository, are not beside it",
    ),
]

Row = dict[str, str]


MONTREAL = {
    "Acceptée": "ACKNOWLEDGED",
    "Annulée": "WITHDRAWN",
    "Prise en charge": "IN_PROGRESS",
    "Réactivée": "REOPENED",
    "Refusée": "INADMISSIBLE",
    "Supprimée": "WITHDRAWN",
    "Terminée": "ANSWERED",
    "Transmise pour traitement": "UNDER_ASSESSMENT",
    "Urgente": "IN_PROGRESS",
}


def baltimore_status(row: Row) -> str:
    word = row["SRStatus"]
    if word.endswith("(Duplicate)"):
        return "DUPLICATE"
    if word.startswith("Closed"):
        return "CLOSED"
    return {
        "New": "SUBMITTED",
        "Open": "ACKNOWLEDGED",
        "Pending": "AWAITING_COMPLAINANT",
        "In Progress": "IN_PROGRESS",
    }[word]


def baltimore_month(row: Row) -> str:
    month, _, year = row["CreatedDate"].split(" ")[0].split("/")
    return f"{year}-{month}"


@dataclass(frozen=True)
class Sample:
    mapping: str
    file: Path
    rows: int
    zone: str
    warnings: dict[str, int]
    """How many of each, by the column that a warning begins with."""
    id: Callable[[Row], str]
    status: Callable[[Row], str]
    month: Callable[[Row], str]
    category: str

    def read(self) -> Iterator[Row]:
        with self.file.open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)


SAMPLES = {
    "montreal": Sample(
        mapping="montreal",
        file=DATA / "montreal311_plateau_fr_20000.csv",
        rows=20_000,
        zone="America/Toronto",
        warnings={},
        id=lambda row: row["row"],
        status=lambda row: MONTREAL[row["dernier_statut"]],
        month=lambda row: row["mois"],
        category="activite",
    ),
    "baltimore": Sample(
        mapping="baltimore",
        file=DATA / "baltimore311_sample_10000.csv",
        rows=10_000,
        zone="America/New_York",
        warnings={"DueDate": 2, "Latitude, Longitude": 892, "ZipCode": 47},
        id=lambda row: row["ServiceRequestNum"],
        status=baltimore_status,
        month=baltimore_month,
        category="SRType",
    ),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "agencies.yaml").write_bytes(REGISTRY.read_bytes())
    return tmp_path


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
async def test_all_rows_are_kept_and_counted_by_status_and_month_as_the_file_says(
    home: Path, database_url: str, sample: Sample
) -> None:
    rows = list(sample.read())
    assert len(rows) == sample.rows
    by_both = Counter((sample.status(row), sample.month(row)) for row in rows)

    first = seeded(home, database_url, sample)
    assert (first["read"], first["imported"], first["rejected"]) == (sample.rows, sample.rows, 0)
    assert (first["new"], first["changed"], first["unchanged"]) == (sample.rows, 0, 0)
    assert first["by_status"] == counted(status for status, _ in by_both.elements())
    assert first["by_month"] == counted(month for _, month in by_both.elements())
    assert {
        text.partition(":")[0]: told["count"] for text, told in first["warnings"].items()
    } == sample.warnings

    kept = await everything(database_url)
    zone = ZoneInfo(sample.zone)
    assert Counter((each.status.value, month_of(each, zone)) for each in kept) == by_both
    assert {each.origin.source_id: each.category for each in kept} == {
        f"{sample.mapping}:{sample.id(row)}": row[sample.category] for row in rows
    }
    assert await counted_by_sql(database_url) == first["by_status"]

    second = seeded(home, database_url, sample)
    assert (second["new"], second["changed"], second["unchanged"]) == (0, 0, sample.rows)
    assert await everything(database_url) == kept


async def test_what_each_city_knows_of_time_and_place_is_kept_as_exactly_as_it_knows_it(
    home: Path, sqlite_url: str
) -> None:
    for sample in SAMPLES.values():
        seeded(home, sqlite_url, sample)
    kept = await everything(sqlite_url)
    agencies = Counter(complaint.agency_code for complaint in kept)
    assert agencies == {"montreal-311": 20_000, "baltimore-311": 10_000}
    assert {(each.agency_code, each.created_precision) for each in kept} == {
        ("montreal-311", DatePrecision.MONTH),
        ("baltimore-311", DatePrecision.INSTANT),
    }
    baltimore = list(SAMPLES["baltimore"].read())
    form = "%m/%d/%Y %I:%M:%S %p"
    late = sum(
        datetime.strptime(row["CloseDate"], form) > datetime.strptime(row["DueDate"], form)  # noqa: DTZ007 - both are local to the city
        for row in baltimore
        if row["CloseDate"] and row["DueDate"]
    )
    assert late == sum(
        each.closed_at > each.due_at for each in kept if each.closed_at and each.due_at
    )
    # A latitude of few characters is a whole degree: such points are left out.
    placed = sum(len(row["Latitude"]) > 2 for row in baltimore)
    assert placed == sum(
        each.location is not None and each.location.latitude is not None for each in kept
    )


def seeded(home: Path, database_url: str, sample: Sample) -> dict[str, object]:
    done = chikaya(
        home,
        *("seed", "--from", sample.file, "--mapping", sample.mapping, "--json"),
        environ={"CHIKAYA_DATABASE_URL": database_url},
    )
    assert done.returncode == 0, done.stderr
    assert f"{sample.rows}/{sample.rows}" in done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def counted(words: Iterator[str]) -> dict[str, int]:
    return dict(Counter(words))


def month_of(complaint: Complaint, zone: ZoneInfo) -> str:
    assert complaint.created_at is not None
    local = complaint.created_at.astimezone(zone)
    return f"{local.year}-{local.month:02}"


async def counted_by_sql(url: str) -> dict[str, int]:
    """The statuses as the database itself counts them."""
    statement = "SELECT status, count(*) FROM complaint GROUP BY status"
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return dict(connection.execute(statement).fetchall())
        finally:
            connection.close()
    server = await asyncpg.connect(url)
    try:
        return {row[0]: row[1] for row in await server.fetch(statement)}
    finally:
        await server.close()
