"""Cities that speak Open311 GeoReport v2, and the two larger habits of doing so."""

from connectors.open311.connector import PLUGIN, Open311Connector
from connectors.open311.options import Open311Options

__all__ = ["PLUGIN", "Open311Connector", "Open311Options"]
