"""What the gateway is told before it starts: its agencies and sources, and its settings."""

from gateway.config.agencies import Configured, SourceConfig, load
from gateway.config.files import Files
from gateway.config.mistakes import ConfigError, Mistake, Place
from gateway.config.oidc import Claims, Oidc
from gateway.config.schema import agencies_schema
from gateway.config.settings import Settings, read_settings
from gateway.config.sources import Plugins

__all__ = [
    "Claims",
    "ConfigError",
    "Configured",
    "Files",
    "Mistake",
    "Oidc",
    "Place",
    "Plugins",
    "Settings",
    "SourceConfig",
    "agencies_schema",
    "load",
    "read_settings",
]
