"""An engine that counts the rows its statements visit."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from connectors.store.engine import Engine
from connectors.store.rows import Row

STEPS_A_ROW: Final = 10
"""What SQLite's machine needs at least for a row that it walks past and looks at."""

_MATCHED: Final = re.compile(r"FROM (\w+) WHERE \w+ MATCH \?1")
_READS: Final = {"Index Scan", "Index Only Scan", "Seq Scan", "Bitmap Heap Scan"}


class CountingEngine:
    """Reads like the engine it is made of, twice where the plan has to be asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.dialect = engine.dialect
        self.visited = 0
        """Rows that were read, those too that a filter removed; on SQLite steps by ten."""
        self.entries = 0
        """What inverted indexes did before rows were read: entries, on SQLite steps by ten."""

        self.statements = 0

    async def fetch(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """As the engine's own."""
        return await self._run(statement, values, bitmaps=False)

    async def fetch_by_bitmaps(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """As the engine's own."""
        return await self._run(statement, values, bitmaps=True)

    async def _run(self, statement: str, values: Sequence[Any], *, bitmaps: bool) -> Sequence[Row]:
        self.statements += 1
        read = self._engine.fetch_by_bitmaps if bitmaps else self._engine.fetch
        if self.dialect.name == "postgres":
            told = await read(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", values)
            self._count(json.loads(told[0][0])[0]["Plan"])
            return await read(statement, values)
        rows, steps = await self._stepped(statement, values)
        table = _MATCHED.search(statement)
        if table is not None:
            # A full-text index reads itself by statements of its own, whose steps count too.
            alone = (
                f"SELECT 1 FROM (SELECT rowid FROM {table[1]} WHERE {table[1]} MATCH ?1)"  # noqa: S608
                " LIMIT ?2"
            )
            _, index = await self._stepped(alone, values[:2])
            self.entries += index
            steps -= index
        self.visited += max(steps, 0)
        return rows

    async def _stepped(self, statement: str, values: Sequence[Any]) -> tuple[Sequence[Row], int]:
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        readers = self._engine._readers  # type: ignore[attr-defined]
        for reader in readers:
            reader.set_progress_handler(step, STEPS_A_ROW)
        try:
            rows = await self._engine.fetch(statement, values)
        finally:
            for reader in readers:
                reader.set_progress_handler(None, 0)
        return rows, steps

    def _count(self, plan: dict[str, Any]) -> None:
        removed = plan.get("Rows Removed by Filter", 0) + plan.get(
            "Rows Removed by Index Recheck", 0
        )
        if plan["Node Type"] in _READS:
            self.visited += round((plan["Actual Rows"] + removed) * plan["Actual Loops"])
        if plan["Node Type"] == "Bitmap Index Scan":
            self.entries += round(plan["Actual Rows"])
        for below in plan.get("Plans", ()):
            self._count(below)
