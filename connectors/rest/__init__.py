"""JSON case systems that are described in agencies.yaml alone."""

from connectors.rest.options import RestOptions

__all__ = ["RestOptions"]
