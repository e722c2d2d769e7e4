"""Complaints held in memory: the reference connector, and the one that tests weaken at will."""

from connectors.memory.connector import PLUGIN, Before, MemoryConnector
from connectors.memory.full import FULL

__all__ = ["FULL", "PLUGIN", "Before", "MemoryConnector"]
