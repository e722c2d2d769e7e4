"""Complaints held in memory: the reference connector, and the one that tests weaken at will."""

from connectors.memory.connector import FULL, PLUGIN, Before, MemoryConnector

__all__ = ["FULL", "PLUGIN", "Before", "MemoryConnector"]
