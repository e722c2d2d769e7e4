"""The gateway's own store, on SQLite or PostgreSQL."""

from connectors.store.connector import CAPABILITIES
from connectors.store.copying import copy_held
from connectors.store.lock import SecondWriter
from connectors.store.store import Store

__all__ = ["CAPABILITIES", "SecondWriter", "Store", "copy_held"]
