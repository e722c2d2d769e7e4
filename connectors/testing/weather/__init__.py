"""Bad weather between a connector and its upstream: the faults, and the proxy that makes them."""

from connectors.testing.weather.faults import (
    Cut,
    Delay,
    Endless,
    Fault,
    Garbage,
    HalfClose,
    Hang,
    Length,
    Reset,
    Trickle,
    Way,
)
from connectors.testing.weather.kinds import FAIR, KINDS, Weather
from connectors.testing.weather.proxy import FaultProxy, weathered

__all__ = [
    "FAIR",
    "KINDS",
    "Cut",
    "Delay",
    "Endless",
    "Fault",
    "FaultProxy",
    "Garbage",
    "HalfClose",
    "Hang",
    "Length",
    "Reset",
    "Trickle",
    "Way",
    "Weather",
    "weathered",
]
