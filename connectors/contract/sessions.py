"""What is said to and by whoever keeps the sessions of browsers."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session as it is kept: who has only this learns neither its secret nor whose it is."""

    name: str
    """A keyed hash of the secret that the browser shows."""
    content: bytes
    """What it stands for, sealed under that secret."""
    ends_at: datetime
    """When it ends if it is not used before."""
    last_at: datetime
    """When it ends however much it is used."""
