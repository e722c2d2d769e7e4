"""Know what can be done in a case that stands like that, and what it does to it."""

from resolvers.lifecycle.deciding import decide
from resolvers.lifecycle.request import NothingToRate, NotNow, Request
from resolvers.lifecycle.ways import DONE_BY, WAYS, acts_table

__all__ = ["DONE_BY", "WAYS", "NotNow", "NothingToRate", "Request", "acts_table", "decide"]
