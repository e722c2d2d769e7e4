"""Know what can be done in a case that stands like that, and what it does to it."""

from resolvers.lifecycle.deciding import decide, way_of
from resolvers.lifecycle.handing_over import AT_ONCE, HandOverPolicy
from resolvers.lifecycle.hearing import Told, hear, impossible
from resolvers.lifecycle.request import (
    HandedOver,
    Hindrance,
    NothingToRate,
    NotNow,
    Request,
    TooEarly,
)
from resolvers.lifecycle.ways import DONE_BY, WAYS, acts_table

__all__ = [
    "AT_ONCE",
    "DONE_BY",
    "WAYS",
    "HandOverPolicy",
    "HandedOver",
    "Hindrance",
    "NotNow",
    "NothingToRate",
    "Request",
    "Told",
    "TooEarly",
    "acts_table",
    "decide",
    "hear",
    "impossible",
    "way_of",
]
