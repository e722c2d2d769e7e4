"""Find installed connectors by their entry points, and refuse those that cannot work here.

Nothing is imported before it is asked for by name, so that what is installed and not used can
neither slow the start nor break it.
"""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from pydantic import BaseModel

from connectors.contract import CONTRACT_VERSION
from connectors.contract.connector import Plugin

GROUP: Final = "chikaya.connectors"


class PluginError(Exception):
    """An installed connector cannot be used; the message names it, its package and the cure."""


def known() -> Mapping[str, EntryPoint]:
    """The installed connectors by name, none of them imported yet.

    Raises `PluginError` if two packages use one name, for then nobody can say which is meant.
    """
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        other = found.setdefault(entry.name, entry)
        if other is not entry:
            packages = " and ".join(sorted({_package(other), _package(entry)}))
            raise PluginError(
                f'connector "{entry.name}" is offered by {packages}; expected one package: '
                "uninstall the others"
            )
    return found


def load(name: str) -> Plugin:
    """The connector of that name, imported and checked. Raises `PluginError`."""
    installed = known()
    if name not in installed:
        names = ", ".join(installed) or "none"
        raise PluginError(f'connector "{name}" is not installed; known: {names}')
    entry = installed[name]
    return _checked(_imported(entry), entry)


def _imported(entry: EntryPoint) -> object:
    try:
        return entry.load()
    except Exception as broken:
        # A stranger's import may raise anything; all of it means the same to the operator.
        raise PluginError(
            f"{_named(entry)} cannot be imported from {entry.value}: "
            f"{type(broken).__name__}: {broken}; install what it needs, or another version of it"
        ) from broken


def _checked(plugin: object, entry: EntryPoint) -> Plugin:
    if not isinstance(plugin, Plugin):
        raise PluginError(
            f"{_named(entry)}: {entry.value} must be a connectors.contract.connector.Plugin; "
            f"got {type(plugin).__name__}"
        )
    if plugin.contract != CONTRACT_VERSION:
        raise PluginError(
            f"{_named(entry)} is written for contract {plugin.contract}; this gateway speaks "
            f"{CONTRACT_VERSION}: install a version of the package that does"
        )
    if plugin.name != entry.name:
        raise PluginError(
            f'{_named(entry)} calls itself "{plugin.name}"; expected the name of its entry point'
        )
    options: object = plugin.options
    if not (isinstance(options, type) and issubclass(options, BaseModel)):
        raise PluginError(f"{_named(entry)}: options must be a pydantic model; got {options!r}")
    if options.model_config.get("extra") != "forbid":
        raise PluginError(
            f'{_named(entry)}: options must forbid unknown keys (extra="forbid"), so that a '
            "mistyped option stops the start"
        )
    return plugin


def _named(entry: EntryPoint) -> str:
    return f'connector "{entry.name}" of {_package(entry)}'


def _package(entry: EntryPoint) -> str:
    # Found through `entry_points`, an entry always knows its distribution.
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unnamed package"
