"""What a queue is narrowed to, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self
from urllib.parse import urlencode

OPEN: Final = (
    "SUBMITTED",
    "ACKNOWLEDGED",
    "UNDER_ASSESSMENT",
    "IN_PROGRESS",
    "AWAITING_COMPLAINANT",
    "AWAITING_THIRD_PARTY",
    "REOPENED",
)
"""The states in which an answer is owed."""
ENDED: Final = ("ANSWERED", "CLOSED", "INADMISSIBLE", "WITHDRAWN", "DUPLICATE")
ANY: Final = "ANY"
"""In the place of a state: all of them."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases are asked for; what is empty narrows nothing."""

    agency: str = ""
    class_: str = ""
    """Of agencies: where a supervisor's table leads to."""
    status: str = ""
    """A state, or `ANY`; empty: those in which an answer is owed."""
    service: str = ""
    """Of the agency, and nothing without one."""
    text: str = ""
    overdue: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Self:
        """What the parameters of an address say; a state that there is not is none."""
        agency, status = asked.get("agency", "").strip(), asked.get("status", "")
        return cls(
            agency=agency,
            class_=asked.get("class", "").strip(),
            status=status if status in {ANY, *OPEN, *ENDED} else "",
            service=asked.get("service", "").strip() if agency else "",
            text=asked.get("text", "").strip(),
            overdue=asked.get("overdue") == "yes",
        )

    @property
    def input(self) -> dict[str, Any]:
        """The `ComplaintFilter`."""
        statuses = [self.status] if self.status else list(OPEN)
        return {
            "agencies": [self.agency] if self.agency else None,
            "agencyClasses": [self.class_] if self.class_ else None,
            "statuses": None if self.status == ANY else statuses,
            "services": [self.service] if self.service else None,
            "text": self.text or None,
            "overdue": self.overdue or None,
        }

    @property
    def only_late(self) -> dict[str, Any]:
        """The same, narrowed to what is overdue."""
        return replace(self, overdue=True).input

    def query(self, **more: str | None) -> str:
        """The parameters of an address that says this, and `more`."""
        said = {
            "agency": self.agency,
            "class": self.class_,
            "status": self.status,
            "service": self.service,
            "text": self.text,
            "overdue": "yes" if self.overdue else "",
        }
        return urlencode({name: text for name, text in (said | more).items() if text})
