"""Bring a database to the newest schema, one process at a time."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

import pkgutil
from collections.abc import Callable
from typing import Any, Final

from tortoise.backends.base.client import TransactionalDBClient
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.transactions import in_transaction

from connectors.store import migrations
from connectors.store.engine import Engine

APP: Final = "store"
MODELS: Final = [
    "connectors.store.models",
    "connectors.store.models_ledger",
    "connectors.store.models_running",
]

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


async def migrate(
    engine: Engine, *, progress: Callable[[str], None], upto: str | None = None
) -> None:
    """Run what is pending, `upto` one of them or all; a second waits and finds nothing to do.

    Each migration is one transaction, together with the note that it was run.
    """
    async with engine.migrating() as connection, TortoiseContext() as context:
        waiting = await pending(engine)
        if upto is not None:
            waiting = [name for name in waiting if name <= upto]
        if not waiting:
            return
        app = {
            "models": MODELS,
            "default_connection": "default",
            "migrations": migrations.__name__,
        }
        await context.init(config={"connections": {"default": connection}, "apps": {APP: app}})
        await MigrationExecutor(context.db(), {APP: app}).migrate([], direction="forward")
        for name in waiting:
            progress(f"{name}: running")
            async with in_transaction() as transaction:
                executor = _Executor(transaction, {APP: app})
                await executor.migrate([MigrationTarget(APP, name)], direction="forward")
            progress(f"{name}: done")


class _Notes(MigrationRecorder):
    """The record of what was run, whose table is there already."""

    async def ensure_schema(self, schema_editor: BaseSchemaEditor) -> None:
        """Nothing: tortoise would end the transaction for it."""


class _Executor(MigrationExecutor):
    """Runs a migration and notes it in the transaction that somebody opened.

    Tortoise alone would note it afterwards: whoever was killed between the two could never
    migrate again.
    """

    def __init__(self, connection: TransactionalDBClient, apps: dict[str, Any]) -> None:
        super().__init__(connection, apps)
        self.recorder = self.loader.recorder = _Notes(connection)
