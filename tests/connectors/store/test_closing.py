"""A store closes at once, whoever wrote last."""

import asyncio

from connectors.store import Store


async def test_after_a_migration_a_file_is_closed_without_waiting_for_a_lock(
    empty_database_url: str,
) -> None:
    store = await Store.open(empty_database_url)
    await store.migrate()
    # SQLite would wait for five seconds.
    async with asyncio.timeout(2):
        await store.aclose()
