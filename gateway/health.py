"""Say whether this process and its loops are alive, and whether it can serve.

It never says otherwise because of an agency.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request
from starlette.responses import JSONResponse

from connectors.contract.errors import ConnectorError
from connectors.store import Store
from gateway.reloading import Reloads
from gateway.workers import Loops

_NO_STORE = {"Cache-Control": "no-store"}


class Health:
    """The two doors for whoever runs this."""

    def __init__(self) -> None:
        """Not ready until a store is watched."""
        self._store: Store | None = None
        self._reloads: Reloads | None = None
        self._loops: Loops | None = None

    @contextmanager
    def watching(
        self, store: Store, reloads: Reloads | None = None, loops: Loops | None = None
    ) -> Iterator[None]:
        """Be as ready as `store` is, inside, and tell of `reloads` and `loops`."""
        self._store, self._reloads, self._loops = store, reloads, loops
        try:
            yield
        finally:
            self._store = self._reloads = self._loops = None

    async def healthz(self, _request: Request) -> JSONResponse:
        """200 while the process answers and its loops do, whatever became of a changed registry.

        503 if a loop was not heard for more than three of its periods.
        """
        told: dict[str, object] = {"status": "alive"}
        if self._reloads is not None:
            told["registry"] = self._reloads.told()
        late = False
        if self._loops is not None:
            told["loops"], late = self._loops.told(), self._loops.late
        if late:
            told["status"] = "a loop is late"
        return JSONResponse(told, status_code=503 if late else 200, headers=_NO_STORE)

    async def readyz(self, _request: Request) -> JSONResponse:
        """200 if the store is reachable, migrated and fit to serve; else 503 with what is not."""
        faults = await self._faults()
        return JSONResponse(
            {"status": "ready"} if not faults else {"status": "not ready", "faults": faults},
            status_code=503 if faults else 200,
            headers=_NO_STORE,
        )

    async def _faults(self) -> list[str]:
        if self._store is None:
            return ["not started"]
        try:
            waiting = await self._store.pending_migrations()
            faults = await self._store.faults()
        except ConnectorError as error:
            return [str(error)]
        return [*faults, *(["the database is not migrated"] if waiting else [])]
