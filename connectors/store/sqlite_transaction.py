"""A transaction of the store on SQLite."""

from collections.abc import Sequence
from typing import Any, Final

import aiosqlite

from connectors.store.rows import Row

_INDEXED: Final = "complaint"
"""The table that text is searched in."""
_INSERT_TRIGGERS: Final = (
    "SELECT name, sql FROM sqlite_master"
    " WHERE type = 'trigger' AND tbl_name = ? AND name LIKE '%\\_insert' ESCAPE '\\'"
)
_INDEX: Final = (
    (
        "INSERT INTO complaint_text (rowid, folded)"
        " SELECT id, folded FROM complaint WHERE id >= ? ORDER BY id"
    ),
    (
        "INSERT INTO complaint_words (rowid, words)"
        " SELECT id, words FROM complaint_worded WHERE id >= ? ORDER BY id"
    ),
)
"""What the triggers do for each row, done for all from one on."""


class SqliteTransaction:
    """A transaction on the writing connection."""

    def __init__(self, connection: aiosqlite.Connection, told: list[str]) -> None:
        """Write by `connection`, and leave in `told` what is to be told when it is committed."""
        self._connection = connection
        self._told = told

    async def fetch(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """Run one statement."""
        return list(await self._connection.execute_fetchall(statement, values))

    async def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row."""
        await self._connection.executemany(statement, rows)

    async def load(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """By one prepared insert; what triggers would do for each row is done for all at once."""
        marks = ", ".join("?" * len(columns))
        add = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
        triggers = await self.fetch(_INSERT_TRIGGERS, [table]) if table == _INDEXED else []
        # A search index flushes what it holds in memory for each row that a trigger brings.
        for name, _ in triggers:
            await self.fetch(f"DROP TRIGGER {name}")
        await self._connection.executemany(add, rows)
        if triggers:
            for text in _INDEX:
                await self.fetch(text, [rows[0][0]])
        for _, text in triggers:
            await self.fetch(text)

    async def tell(self, text: str) -> None:
        """Kept until the commit."""
        self._told.append(text)
