"""Send letters while the program runs."""

from typing import Final

from gateway.letters.sending import Sending
from gateway.workers.loop import Loop

_PERIOD_SECONDS: Final = 60.0
"""A mail server may take nearly as long as three of these over one letter."""


def lettering(sending: Sending) -> Loop:
    """The loop that sends; several processes share what waits."""

    async def turn() -> float | None:
        return await sending.turn(loop.beat)

    loop = Loop("letters", _PERIOD_SECONDS, turn, told_to_end=sending.end)
    return loop
