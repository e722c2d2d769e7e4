"""Open the store for a command that writes into it, ready to be written into."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from connectors.store import Store
from gateway.cli.start import prepare_folder
from gateway.config import Settings


def _untold(_line: str) -> None:
    """Tell nobody."""


@asynccontextmanager
async def ready_store(
    settings: Settings, told: Callable[[str], None] = _untold
) -> AsyncIterator[Store]:
    """The store of `settings`, migrated; `told` hears how that goes.

    A SQLite file is migrated here, PostgreSQL only when somebody says so.
    Raises `ValueError` for a database that cannot serve, and what `Store.open` raises.
    """
    prepare_folder(settings)
    store = await Store.open(settings.database_url)
    try:
        if faults := await store.faults():
            raise ValueError("\n".join(faults))
        if await store.pending_migrations():
            if settings.postgresql:
                raise ValueError("the database is not migrated: run `chikaya migrate` first")
            await store.migrate(told)
        yield store
    finally:
        await store.aclose()
