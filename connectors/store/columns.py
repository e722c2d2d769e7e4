"""The column types of the store, each in the form that sorts and compares right on both engines."""

from datetime import datetime

from tortoise.fields.base import Field


class Words(Field[str]):
    """Text as people write it, of any length."""

    field_type = str
    SQL_TYPE = "TEXT"


class Word(Field[str]):
    """Text that machines write: compared and sorted in code point order, as Python does."""

    field_type = str
    SQL_TYPE = 'TEXT COLLATE "C"'

    class _db_sqlite:  # noqa: N801 - the name that tortoise looks for
        SQL_TYPE = "TEXT"


class Instant(Field[datetime]):
    """A moment in UTC; on SQLite as microseconds since 1970, which sort and round-trip."""

    field_type = datetime
    SQL_TYPE = "TIMESTAMPTZ"

    class _db_sqlite:  # noqa: N801 - the name that tortoise looks for
        SQL_TYPE = "BIGINT"


class Digest(Field[bytes]):
    """A hash, compared whole."""

    field_type = bytes
    SQL_TYPE = "BYTEA"

    class _db_sqlite:  # noqa: N801 - the name that tortoise looks for
        SQL_TYPE = "BLOB"
