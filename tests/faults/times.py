"""The moment at which every subject's upstream stands still."""

from datetime import UTC, datetime

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
