"""Count what became of a file's rows, so that every row can be answered for."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.importing.mapping import FileMapping
from gateway.importing.rows import Reject
from gateway.importing.translation import Translated

NAMED_LINES: Final = 20
"""Of each reason so many lines are named; the rest is only counted."""


@dataclass(slots=True)
class Tally:
    """How often something was said, and where first."""

    count: int = 0
    lines: list[int] = field(default_factory=list)
    """Physical line numbers, from 1; at most `NAMED_LINES`."""

    def add(self, line: int) -> None:
        """Count one more."""
        self.count += 1
        if len(self.lines) < NAMED_LINES:
            self.lines.append(line)


class Account:
    """What became of the rows of one file so far."""

    def __init__(self, mapping: FileMapping) -> None:
        self.mapping = mapping
        self.by_status: Counter[str] = Counter()
        """Imported rows by our status."""
        self.by_month: Counter[str] = Counter()
        """Imported rows by the month, as 2024-05, in which they began in the mapping's zone."""
        self.rejects: dict[str, Tally] = {}
        """By reason; rows that were not imported."""
        self.warnings: dict[str, Tally] = {}
        """By text; rows that were imported, but not quite as they stand."""
        self._imported = 0
        self._rejected = 0

    @property
    def rejected_rows(self) -> int:
        """Rows that were not imported."""
        return self._rejected

    @property
    def read(self) -> int:
        """Rows seen, the first line and blank lines left out."""
        return self._imported + self._rejected

    def imported(self, line: int, translated: Translated) -> None:
        """Count a row that became a complaint."""
        complaint = translated.complaint
        self._imported += 1
        self.by_status[complaint.status] += 1
        self.by_month[translated.month] += 1
        for warning in translated.warnings:
            self.warnings.setdefault(warning, Tally()).add(line)

    def rejected(self, reject: Reject) -> None:
        """Count a row that did not."""
        self._rejected += 1
        self.rejects.setdefault(reject.reason, Tally()).add(reject.line)

    def to_json(self) -> dict[str, Any]:
        """The account as JSON has it, keys in a stable order."""
        return {
            "mapping": self.mapping.name,
            "agency": self.mapping.agency.code,
            "read": self.read,
            "imported": self._imported,
            "rejected": self._rejected,
            "rejects": _told(self.rejects),
            "warnings": _told(self.warnings),
            "by_status": dict(sorted(self.by_status.items())),
            "by_month": dict(sorted(self.by_month.items())),
        }


def _told(tallies: dict[str, Tally]) -> dict[str, Any]:
    return {
        text: {"count": tally.count, "lines": list(tally.lines)}
        for text, tally in sorted(tallies.items())
    }
