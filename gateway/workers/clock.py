"""Look at the legal clocks of all cases now and then, and say what came of it."""

import structlog

from gateway.workers.loop import Loop
from resolvers.watch import Looked, Watch

_log = structlog.get_logger(__name__)

_PERIOD_SECONDS = 60.0


def watching(watch: Watch) -> Loop:
    """The loop that looks; several processes take turns."""

    async def turn() -> float | None:
        wait = await watch.due_in()
        if wait > 0:
            return wait
        looked = await watch.look(loop.beat)
        if looked is not None:
            _tell(looked)
        return None

    loop = Loop("clock", _PERIOD_SECONDS, turn)
    return loop


def _tell(looked: Looked) -> None:
    if looked.told or looked.closed:
        _log.info("clocks_looked_at", cases=looked.cases, notices=looked.told, closed=looked.closed)
