"""Bring a database to the newest schema, one process at a time."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

import pkgutil
from collections.abc import Callable
from typing import Final

from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from connectors.store import migrations
from connectors.store.engine import Engine

APP: Final = "store"
NEWEST: Final = "__latest__"

_TABLES: Final = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE name = 'tortoise_migrations'",
    "postgres": "SELECT 1 WHERE to_regclass('tortoise_migrations') IS NOT NULL",
}


def known() -> list[str]:
    """The migrations that this version has, in their order."""
    return sorted(module.name for module in pkgutil.iter_modules(migrations.__path__))


async def applied(engine: Engine) -> set[str]:
    """The migrations that this database has seen."""
    # Tortoise's own recorder takes any error, an unreachable database too, for "none".
    if not await engine.fetch(_TABLES[engine.dialect.name]):
        return set()
    rows = await engine.fetch(f"SELECT name FROM tortoise_migrations WHERE app = '{APP}'")
    return {row[0] for row in rows}


async def pending(engine: Engine) -> list[str]:
    """The migrations still to be run, in their order."""
    seen = await applied(engine)
    return [name for name in known() if name not in seen]


async def unknown(engine: Engine) -> list[str]:
    """The migrations that a later version ran here."""
    return sorted(await applied(engine) - set(known()))


async def migrate(engine: Engine, *, progress: Callable[[str], None], target: str = NEWEST) -> None:
    """Run what is pending up to `target`; whoever comes second waits and finds nothing to do."""
    async with engine.migrating() as connection, TortoiseContext() as context:
        if not await pending(engine):
            return
        app = {
            "models": ["connectors.store.models"],
            "default_connection": "default",
            "migrations": migrations.__name__,
        }
        await context.init(config={"connections": {"default": connection}, "apps": {APP: app}})
        executor = MigrationExecutor(context.db(), {APP: app})
        await executor.migrate(
            [MigrationTarget(APP, target)],
            direction="forward",
            progress=lambda event, _, name: progress(_told(event, name)),
        )


def _told(event: str, name: str) -> str:
    return f"{name}: {'done' if event.endswith('done') else 'running'}"
