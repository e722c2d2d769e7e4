"""JSON case systems that are described in agencies.yaml alone."""

from connectors.rest.connector import PLUGIN, RestConnector
from connectors.rest.options import RestOptions

__all__ = ["PLUGIN", "RestConnector", "RestOptions"]
