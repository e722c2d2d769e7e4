"""Hold the keys by which a repetition is known to what makes them safe."""

from typing import Final

from resolvers.outcome import Refusal
from resolvers.policy import Role, Viewer

_LONGEST: Final = 200
_SHORTEST_ANONYMOUS: Final = 22
"""Signs; as many as 128 random bits need in base 64: all anonymous callers are one subject."""


def check_key(viewer: Viewer, key: str) -> None:
    """Raise `Refusal` for a key that is too long, or that somebody else might come upon."""
    least = _SHORTEST_ANONYMOUS if viewer.role is Role.ANONYMOUS else 1
    if not least <= len(key) <= _LONGEST:
        raise Refusal(
            f"an idempotency key has {least} to {_LONGEST} characters "
            f"(for anonymous callers at least 128 random bits); got {len(key)}"
        )
