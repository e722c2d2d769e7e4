"""Remove now and then the files that nobody claimed, and say how many there were."""

import structlog

from gateway.workers.loop import Loop
from resolvers.uploads.sweeping import Sweeping

_log = structlog.get_logger(__name__)

_PERIOD_SECONDS = 600.0


def sweeping(sweep: Sweeping) -> Loop:
    """The loop that sweeps; several processes may do so at once."""

    async def turn() -> None:
        if swept := await sweep.sweep():
            _log.info("drafts_swept", files=swept)

    return Loop("drafts", _PERIOD_SECONDS, turn)
