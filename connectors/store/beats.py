"""Keep the last beat of every loop of every process."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from connectors.contract.beats import Beat
from connectors.store.engine import Engine
from connectors.store.writing import insert_into

_COLUMNS: Final = ("process", "loop", "period_seconds", "beat_at", "failures", "told_at")


class Beats:
    """The beats of all processes over one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def put(self, beats: Sequence[Beat], *, forget_before: datetime) -> None:
        """Keep `beats` in the place of earlier ones; those told before `forget_before` go."""
        dialect = self._engine.dialect
        replaced = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[2:])
        text = (
            f"{insert_into(dialect, 'loop_beat', _COLUMNS)}"
            f" ON CONFLICT (process, loop) DO UPDATE SET {replaced}"
        )
        rows = [[dialect.write(getattr(beat, name)) for name in _COLUMNS] for beat in beats]
        async with self._engine.transaction() as transaction:
            await transaction.many(text, rows)
            await transaction.fetch(
                f"DELETE FROM loop_beat WHERE told_at < {dialect.marker}1",
                [dialect.write(forget_before)],
            )

    async def forget(self, process: str) -> None:
        """Leave out a process that ends in order."""
        async with self._engine.transaction() as transaction:
            await transaction.fetch(
                f"DELETE FROM loop_beat WHERE process = {self._engine.dialect.marker}1", [process]
            )

    async def all(self) -> Sequence[Beat]:
        """Every one that is kept, by process and loop."""
        rows = await self._engine.fetch(
            f"SELECT {', '.join(_COLUMNS)} FROM loop_beat ORDER BY process, loop"
        )
        return [self._beat(*row) for row in rows]

    def _beat(  # one parameter a column
        self,
        process: str,
        loop: str,
        period_seconds: float,
        beat_at: Any,
        failures: int,
        told_at: Any,
    ) -> Beat:
        moment = self._engine.dialect.moment
        return Beat(process, loop, period_seconds, moment(beat_at), failures, moment(told_at))
