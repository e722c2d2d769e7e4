"""Read the times that cities write, with a zone or without, and write ours."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from connectors.contract.records import DatePrecision
from connectors.open311.shapes import Loose, text


def moment(value: Loose, zone: ZoneInfo) -> datetime | None:
    """The instant in UTC; what states no zone was written in `zone`. None for what is no time."""
    written = text(value)
    if written is None:
        return None
    try:
        at = datetime.fromisoformat(written.upper())
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def precision(value: Loose) -> DatePrecision:
    """How exactly `value` was written; INSTANT for what is no time."""
    try:
        date.fromisoformat((text(value) or "").upper())
    except ValueError:
        return DatePrecision.INSTANT
    return DatePrecision.DAY


def written(at: datetime) -> str:
    """`at` as the standard wants it: to the second, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
