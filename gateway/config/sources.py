"""Find the connector of a configured source and have it judge its options."""

import json
from collections.abc import Collection, Mapping
from typing import Protocol

from pydantic import BaseModel, ValidationError

from connectors.contract.connector import Plugin
from connectors.discovery import PluginError
from gateway.config.crosschecks import Spot
from gateway.config.files import Noted
from gateway.config.mistakes import Mistake, known, quoted
from gateway.config.references import Resolver
from gateway.config.refusals import refused


class Plugins(Protocol):
    """The connectors that are installed; the module `connectors.discovery` is one."""

    def known(self) -> Collection[str]:
        """Their names. Raises `PluginError` if two packages offer one name."""

    def load(self, name: str, /) -> Plugin:
        """The connector of that name. Raises `PluginError` if it cannot be used."""


class Sources:
    """The reading of all sources of one configuration."""

    def __init__(
        self,
        plugins: Plugins,
        environ: Mapping[str, str],
        noted: Noted,
        mistakes: list[Mistake],
    ) -> None:
        self._plugins = plugins
        self._known: Collection[str] | None = None
        self._loaded: dict[str, Plugin] = {}
        self._environ = environ
        self._noted = noted
        self._mistakes = mistakes
        try:
            self._known = plugins.known()
        except PluginError as error:
            mistakes.append(Mistake(str(error)))

    def opened(self, spot: Spot) -> tuple[Plugin, BaseModel] | None:
        """The connector with its options as it understands them; None after a mistake."""
        plugin = self._plugin(spot)
        options = None if plugin is None else self._options(spot, plugin.options)
        return None if plugin is None or options is None else (plugin, options)

    def _plugin(self, spot: Spot) -> Plugin | None:
        name = spot.text("connector")
        if name is None or self._known is None:
            return None
        if name not in self._known:
            self._report(
                f"{spot.name} uses connector {quoted(name)}; {known(name, self._known)}", spot
            )
            return None
        if name not in self._loaded:
            # Each time would look through all that is installed.
            try:
                self._loaded[name] = self._plugins.load(name)
            except PluginError as error:
                self._report(f"{spot.name}: {error}", spot)
                return None
        return self._loaded[name]

    def _options(self, spot: Spot, model: type[BaseModel]) -> BaseModel | None:
        where = (*spot.where, "options")
        given = spot.document.get(*where)
        if given is not None and not isinstance(given, dict):
            return None
        resolver = Resolver(spot.document, self._environ, self._noted, self._mistakes)
        resolved = resolver.resolve(where)
        try:
            # Through JSON, in which a strict model takes an enum or a tuple for what it is.
            options = model.model_validate_json(json.dumps(resolved.data or {}))
        except ValidationError as error:
            self._mistakes += refused(
                error,
                document=spot.document,
                model=model,
                below=where,
                told=resolved.unresolved,
                mask=resolved.mask,
            )
            return None
        return None if resolved.unresolved else options

    def _report(self, text: str, spot: Spot) -> None:
        self._mistakes.append(Mistake(text, spot.place("connector")))
