"""What a loop of a running process last told: that it is alive."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

PERIODS_OF_SILENCE: Final = 3
"""A loop that was not heard for more of its periods than that has stopped or hangs."""


@dataclass(frozen=True, slots=True)
class Beat:
    """How a loop stood when its process last told."""

    process: str
    """`host:pid`."""
    loop: str
    period_seconds: float
    beat_at: datetime
    """When it last ended a turn well, or got on in one."""
    failures: int
    """Turns that failed since."""
    told_at: datetime

    @property
    def late(self) -> bool:
        """Whether it had been silent for too long when its process told."""
        silent = (self.told_at - self.beat_at).total_seconds()
        return silent > PERIODS_OF_SILENCE * self.period_seconds
