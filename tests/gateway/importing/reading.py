"""Read a file by a mapping, and see what became of each row."""

from datetime import UTC, datetime
from pathlib import Path

from connectors.contract.records import Complaint
from gateway.importing import Account, Reject, load_mapping, read

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
MONTREAL_HEADER = "row,mois,nature,activite,dernier_statut,provenance,jour,heure"


def imported(file: str | Path, mapping: str) -> tuple[dict[str, Complaint], list[Reject], Account]:
    """The complaints by row id, the rejects, and the account of them."""
    known = load_mapping(mapping)
    account = Account(known)
    items = list(read(known, FIXTURES / file, account=account, now=NOW))
    complaints = {
        item.origin.source_id.partition(":")[2]: item
        for item in items
        if isinstance(item, Complaint)
    }
    rejects = [item for item in items if isinstance(item, Reject)]
    assert account.read == len(items)
    return complaints, rejects, account


def lines_and_reasons(rejects: list[Reject]) -> dict[int, str]:
    return {reject.line: reject.reason for reject in rejects}


def warned(account: Account) -> dict[str, list[int]]:
    return {text: tally.lines for text, tally in account.warnings.items()}
