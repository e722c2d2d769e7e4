"""What the store asks of a database, and which one a URL means."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from connectors.store.dialect import Dialect
from connectors.store.rows import Row

OnStatement = Callable[[str], None]
"""Called with the text of every reading statement, before it runs."""

ACCEPTED: Final = "sqlite:///path/to/file or postgresql://user:password@host:5432/database"


class Transaction(Protocol):
    """A transaction that is open for writing."""

    async def fetch(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """Run one statement; the rows it returns, if any."""

    async def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement once for each of `rows`."""

    async def load(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Add `rows` to `table` in the engine's quickest way."""

    async def tell(self, text: str) -> None:
        """Tell `text` to whoever hears this database, once this is committed."""


class Engine(Protocol):
    """An opened database. Its errors leave as `ConnectorError`s, bugs as they are."""

    @property
    def dialect(self) -> Dialect:
        """How to speak to it."""

    async def fetch(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """Run one reading statement."""

    async def fetch_by_bitmaps(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """Run one reading statement by intersecting indexes, whatever else seems cheaper."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction: committed durably at the end, or rolled back by an exception."""

    def migrating(self) -> AbstractAsyncContextManager[Mapping[str, Any]]:
        """Be the only one who migrates; gives tortoise's settings for the connection."""

    def alone(self, what: str) -> AbstractAsyncContextManager[bool]:
        """Be the only one in any process who does `what`; False if somebody else does already."""

    async def hear(self, heard: Callable[[str | None], None]) -> None:
        """Call `heard` with what transactions tell, in any process, until cancelled.

        First it is called with None: from then on nothing is missed. Raises `SourceUnavailable`
        when that can no longer be promised.
        """

    async def faults(self) -> list[str]:
        """What of the database itself must be mended, each naming its cure."""

    async def aclose(self) -> None:
        """Close every connection; twice is harmless."""


async def open_engine(url: str, *, writes: bool, on_statement: OnStatement | None) -> Engine:
    """The database behind `url`. Raises `ValueError` naming what is accepted."""
    scheme, _, rest = url.partition("://")
    heard = on_statement or _ignore
    if scheme == "sqlite":
        from connectors.store.sqlite import Sqlite

        return await Sqlite.open(_sqlite_path(rest), writes=writes, on_statement=heard)
    if scheme in {"postgresql", "postgres"}:
        from connectors.store.postgres import Postgres

        _check_postgres(url)
        return await Postgres.open(url, on_statement=heard)
    # Without a scheme it may begin with anything, a password too.
    got = f"a URL that begins with {scheme[:20]}://" if rest else "no URL"
    raise ValueError(f"the store takes {ACCEPTED}; got {got}")


def _sqlite_path(rest: str) -> Path:
    path = rest.removeprefix("/")
    if not rest.startswith("/") or not path or "?" in path or ":memory:" in path:
        raise ValueError(
            f"the store takes {ACCEPTED}; a SQLite URL has three slashes, then the file"
            f" (four for an absolute path); got sqlite://{rest}"
        )
    return Path(path)


def _check_postgres(url: str) -> None:
    """The URL holds a password: no message repeats it."""
    try:
        parts = urlsplit(url)
        known = bool(parts.path.removeprefix("/")) and parts.port != 0
    except ValueError as error:
        raise ValueError(f"the store takes {ACCEPTED}; the port is not a number") from error
    if not known:
        raise ValueError(f"the store takes {ACCEPTED}; got a PostgreSQL URL without a database")


def _ignore(_statement: str) -> None:
    return None
