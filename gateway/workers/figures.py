"""Count the public figures now and then, and say so."""

import structlog

from gateway.workers.loop import Loop
from resolvers.figures import Recount

_log = structlog.get_logger(__name__)

_PERIOD_SECONDS = 60.0


def counting(recount: Recount) -> Loop:
    """The loop that counts; several processes take turns."""

    async def turn() -> float | None:
        wait = await recount.due_in()
        if wait > 0:
            return wait
        cases = await recount.run(loop.beat)
        if cases is not None:
            _log.info("figures_counted", cases=cases)
        return None

    loop = Loop("figures", _PERIOD_SECONDS, turn)
    return loop
