"""What a receipt tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Names = Mapping[str, str | None]
"""A LocalizedText of the graph: by the tag of a language what something is called in it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as the graph tells it, and where its reader can follow the case."""

    site: str
    """What browsers call the portal: scheme and host, without a slash at the end."""
    reference: str
    tracking_code: str
    kind: str
    """A value of the graph's Kind."""
    received_at: datetime
    """In any zone."""
    due_at: datetime | None
    """The end of the last day for an answer; None where the law sets no term."""
    agency: Names | None
    """None where it is not told."""
    service: Names | None
    """None where the case is for no service."""
