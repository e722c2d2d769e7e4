"""How long to wait before what failed is tried again."""

import random
from typing import Final

_DOUBLINGS: Final = 20
"""More than any pause needs; 2 to the power of a year of failures is no number of seconds."""


def pause_after(failures: int, *, first_seconds: float, longest_seconds: float) -> float:
    """The seconds to wait after that many failures in a row: growing, and spread."""
    doubled = first_seconds * 2 ** min(failures - 1, _DOUBLINGS)
    spread = random.uniform(0.75, 1.25)  # noqa: S311 - spreads load
    return float(min(doubled, longest_seconds) * spread)
