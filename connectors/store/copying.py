"""Make a copy of a SQLite store, also of one that is being written, in which deliveries are held.

Whatever is still to be delivered in a copy may have been since: nobody is told again by a store
that was put back before a person has said that it is the one in force (`Restored.reconcile`).
"""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from connectors.contract.outbox import RESTORED, DeliveryState, Verb
from connectors.store.engine import Engine
from connectors.store.settling import Rows

_HOLD: Final = (
    f"UPDATE outbox SET state = '{DeliveryState.UNCERTAIN}', code = '{RESTORED}'"
    f" WHERE state IN ('{DeliveryState.PENDING}', '{DeliveryState.SENDING}')"
)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of deliveries that were held."""

    again: int
    """How many are tried again, as ones that may have arrived."""
    left: int
    """How many wait for a person: a case that was put somewhere may have gone on since."""


class Restored:
    """The deliveries of a store that was put back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def hold(self) -> int:
        """Have nothing delivered that was queued until now, until `reconcile`; how many those are."""
        async with self._engine.transaction() as transaction:
            return len(await transaction.fetch(f"{_HOLD} RETURNING id"))

    async def reconcile(self, at: datetime) -> Reconciled:
        """Have what is held tried again from `at` on, as if an attempt had been broken off then.

        What can be repeated safely is: by its key, or once a search has settled. Where neither
        is possible nothing is sent, and it is UNCERTAIN again.
        """
        dialect = self._engine.dialect
        held = Rows(dialect)
        held.where("state", DeliveryState.UNCERTAIN)
        held.where("code", RESTORED)
        held.among("verb", [Verb.FILE, Verb.SAY])
        again = {"state": DeliveryState.PENDING, "maybe_sent": True, "attempts": 0, "code": None}
        async with self._engine.transaction() as transaction:
            begun = await held.set(transaction, again | {"tried_at": at, "next_at": at})
        return Reconciled(len(begun), await self.held())

    async def held(self) -> int:
        """How many deliveries are held."""
        ((count,),) = await self._engine.fetch(
            f"SELECT count(*) FROM outbox WHERE state = '{DeliveryState.UNCERTAIN}'"
            f" AND code = '{RESTORED}'"
        )
        found: int = count
        return found


def copy_held(store: Path, copy: Path) -> None:
    """Write a whole copy of the SQLite file `store` to `copy`, which must not exist.

    Only its owner can read it. Raises `OSError`, and `sqlite3.Error` for what is no store.
    """
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source = f"{store.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as there, closing(sqlite3.connect(copy)) as to:
        there.backup(to)
        # All of it in the one file.
        to.execute("PRAGMA journal_mode = DELETE")
        with to:
            to.execute(_HOLD)
