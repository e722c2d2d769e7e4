"""Keep the sessions of browsers, so that they can be ended here, in every process at once."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from datetime import datetime

from connectors.contract.sessions import KeptSession
from connectors.store.engine import Engine
from connectors.store.writing import insert_into


class StoreSessions:
    """Meets `gateway.auth.browser.sessions.KeepsSessions`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def keep(self, session: KeptSession, *, now: datetime) -> None:
        """Keep a new session, and forget those that have ended."""
        dialect = self._engine.dialect
        row = (session.name, session.content, session.ends_at, session.last_at)
        async with self._engine.transaction() as transaction:
            await transaction.fetch(
                insert_into(dialect, "session", ("name", "content", "ends_at", "last_at")),
                [dialect.write(value) for value in row],
            )
            # In one order, lest two at once wait for each other's rows.
            await transaction.fetch(
                "DELETE FROM session WHERE name IN (SELECT name FROM session"
                f" WHERE ends_at <= {dialect.marker}1 ORDER BY name{dialect.lock})",
                [dialect.write(now)],
            )

    async def find(self, name: str, *, now: datetime) -> KeptSession | None:
        """The session of that name; None if there is none, or none any more."""
        dialect = self._engine.dialect
        rows = await self._engine.fetch(
            "SELECT content, ends_at, last_at FROM session"
            f" WHERE name = {dialect.marker}1 AND ends_at > {dialect.marker}2",
            [name, dialect.write(now)],
        )
        if not rows:
            return None
        content, ends_at, last_at = rows[0]
        return KeptSession(name, bytes(content), dialect.moment(ends_at), dialect.moment(last_at))

    async def prolong(self, name: str, *, ends_at: datetime) -> None:
        """Let it end at `ends_at` instead, unless it was ended meanwhile."""
        dialect = self._engine.dialect
        async with self._engine.transaction() as transaction:
            await transaction.fetch(
                f"UPDATE session SET ends_at = {dialect.marker}2 WHERE name = {dialect.marker}1",
                [name, dialect.write(ends_at)],
            )

    async def end(self, name: str) -> None:
        """Forget it, in every process; one that is not there is no mistake."""
        async with self._engine.transaction() as transaction:
            await transaction.fetch(
                f"DELETE FROM session WHERE name = {self._engine.dialect.marker}1", [name]
            )
