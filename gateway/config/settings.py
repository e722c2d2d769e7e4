"""Read what the environment and the command line set, and refuse what would not be safe."""

import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from gateway.config.mistakes import ConfigError, Mistake, nearest, quoted

PREFIX: Final = "CHIKAYA_"
POSTGRESQL: Final = frozenset({"postgres", "postgresql"})
_FOR_TESTS: Final = frozenset({"CHIKAYA_REQUIRE"})
_USUAL_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs."""

    production: bool
    """No demonstration source, no demonstration sign-in, no generated key."""
    database_url: str = field(repr=False)
    """Where the store is; it may hold a password."""
    agencies: Path
    keys: Path | None
    """The file of the keys; None: not given."""
    host: str
    port: int
    workers: int
    """Processes; more than one only with PostgreSQL."""
    deadline_seconds: float
    """For answering one request."""
    page_max: int
    """The most that `first` may ask for."""
    sort_buffer: int
    """Most rows of one source that are sorted here."""
    row_budget: int
    """Most rows of one source that are read to fill a page whose filter it does not know."""
    cursor_hours: float
    """How long a cursor is good for."""

    @property
    def page_default(self) -> int:
        """What `first` is if it is not said."""
        return min(_USUAL_PAGE, self.page_max)

    @property
    def postgresql(self) -> bool:
        """Whether the store is PostgreSQL; it is SQLite otherwise."""
        return _scheme(self.database_url) in POSTGRESQL


def read_settings(
    environ: Mapping[str, str] = os.environ,
    *,
    database_url: str | None = None,
    agencies: str | Path | None = None,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
) -> Settings:
    """The settings of the environment, or of the command line where it says something (not None).

    Raises `ConfigError` with every mistake found.
    """
    said = {
        "DATABASE_URL": database_url,
        "AGENCIES": agencies,
        "HOST": host,
        "PORT": port,
        "WORKERS": workers,
    }
    reading = _Reading(
        environ, {name: str(each) for name, each in said.items() if each is not None}
    )
    values: dict[str, Any] = {name.lower(): reading.value(name) for name in _KNOWN}
    mode = values.pop("env")
    mistakes = [*_unknown(environ), *reading.mistakes]
    if mistakes:
        raise ConfigError(mistakes)
    local = _loopback(values["host"])
    postgresql = _scheme(values["database_url"]) in POSTGRESQL
    settings = Settings(
        production=mode == "production" or (mode is None and (postgresql or not local)), **values
    )
    if mistakes := list(_unsafe(settings, reading, local=local)):
        raise ConfigError(mistakes)
    return settings


class _Reading:
    """Each value with the name that its mistakes carry."""

    def __init__(self, environ: Mapping[str, str], said: Mapping[str, str]) -> None:
        self.mistakes: list[Mistake] = []
        self._environ = environ
        self._said = said

    def called(self, name: str) -> str:
        """The option or variable that decides about a setting."""
        if name in self._said:
            return f"--{name.lower().replace('_', '-')}"
        return f"{PREFIX}{name}"

    def value(self, name: str) -> object:
        """The setting; None after a mistake."""
        default, parse = _KNOWN[name]
        text = self._said.get(name, self._environ.get(f"{PREFIX}{name}"))
        if text is None:
            return default
        try:
            return parse(text)
        except _Unfit as unfit:
            self.mistakes.append(Mistake(f"{self.called(name)}: {unfit}"))
            return None


class _Unfit(Exception):
    """A value that cannot be; its text says what was expected and what came."""


def _choice(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            came = f"{quoted(text)}{nearest(text, choices)}"
            raise _Unfit(f"expected {' or '.join(choices)}; came {came}")
        return text

    return parse


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise _Unfit(f"expected a whole number from {least} to {most}; came {quoted(text)}")
        return number

    return parse


def _number(above: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not above < number <= most:
            raise _Unfit(
                f"expected a number above {above:g} and up to {most:g}; came {quoted(text)}"
            )
        return number

    return parse


def _text(text: str) -> str:
    if not text.strip():
        raise _Unfit(f"expected some text; came {quoted(text)}")
    return text


def _path(text: str) -> Path:
    return Path(_text(text))


def _database(text: str) -> str:
    """The URL; of a wrong one only the scheme is told, for the rest may hold a password."""
    scheme = _scheme(text)
    if scheme != "sqlite" and scheme not in POSTGRESQL:
        came = (
            f"{quoted(scheme)}{nearest(scheme, ['sqlite', 'postgresql'])}" if scheme else "no URL"
        )
        raise _Unfit(f"expected a URL that begins with sqlite:// or postgresql://; came {came}")
    return text


_KNOWN: Final[Mapping[str, tuple[object, Callable[[str], object]]]] = {
    "ENV": (None, _choice("production", "development")),
    "DATABASE_URL": ("sqlite:///var/chikaya.sqlite3", _database),
    "AGENCIES": (Path("agencies.yaml"), _path),
    "KEYS": (None, _path),
    "HOST": ("127.0.0.1", _text),
    "PORT": (8000, _whole(0, 65535)),
    "WORKERS": (1, _whole(1, 64)),
    "DEADLINE_SECONDS": (3.0, _number(0, 60)),
    "PAGE_MAX": (100, _whole(1, 1000)),
    "SORT_BUFFER": (1000, _whole(1, 100_000)),
    "ROW_BUDGET": (2000, _whole(1, 100_000)),
    "CURSOR_HOURS": (24.0, _number(0, 24 * 365)),
}
"""Each setting with its default and how it is read."""


def _scheme(url: str) -> str:
    scheme, separator, _ = url.partition("://")
    return scheme.lower() if separator else ""


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _unknown(environ: Mapping[str, str]) -> Iterator[Mistake]:
    names = [f"{PREFIX}{name}" for name in _KNOWN]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in _FOR_TESTS and name not in names:
            yield Mistake(
                f"{name}: no setting has that name; known: {', '.join(names)}{nearest(name, names)}"
            )


def _unsafe(settings: Settings, reading: _Reading, *, local: bool) -> Iterator[Mistake]:
    if not local:
        yield Mistake(
            f"{reading.called('HOST')}: expected a loopback address such as 127.0.0.1; came "
            f"{quoted(settings.host)}. Beyond loopback people must sign in by OIDC, which this "
            "version cannot do yet"
        )
    if settings.workers > 1 and not settings.postgresql:
        yield Mistake(
            f"{reading.called('WORKERS')}: expected 1, for one process alone writes to SQLite; "
            f"came {settings.workers}. More need a postgresql:// database"
        )
