"""Read what the environment and the command line set, and refuse what would not be safe."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from gateway.config import mail
from gateway.config.mail import Mail, mail_from, mail_of, mail_server
from gateway.config.mistakes import ConfigError, Mistake, nearest, quoted
from gateway.config.oidc import Oidc, lacking, oidc_of, roles, scope
from gateway.config.values import (
    Unfit,
    choice,
    is_loopback,
    number,
    path,
    web_address,
    web_origin,
    whole,
    words,
)

PREFIX: Final = "CHIKAYA_"
POSTGRESQL: Final = frozenset({"postgres", "postgresql"})
_FOR_TESTS: Final = frozenset({"CHIKAYA_REQUIRE"})
_USUAL_PAGE: Final = 20
_OIDC: Final = "OIDC_"
_FILES: Final = Path("var/files")


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
    files: Path | None
    """The folder of the files that people send; None: not given."""
    host: str
    port: int
    url: str | None
    """What browsers call this place, without a slash at its end; None: not told."""
    workers: int
    """Processes; more than one only with PostgreSQL."""
    loops: str
    """`on`: the loops run inside the server; `off`: somewhere else."""
    plain: str
    """`on`: answers are completed by graphql-core alone; `off`: what is plain by generated functions."""
    deadline_seconds: float
    """For answering one request."""
    page_max: int
    """The most that `first` may ask for."""
    sort_buffer: int
    """Most rows of one source that are sorted here."""
    row_budget: int
    """Most rows of one source that are read to fill a page whose filter it does not know."""
    filings_per_minute: int
    """Most that are taken from one address of people who are not signed in."""
    uploads_per_minute: int
    """Most files that are taken from one address of people who are not signed in, or from one
    person who is."""
    cursor_hours: float
    """How long a cursor is good for."""
    session_idle_minutes: float
    """How long somebody stays signed in by browser who does nothing."""
    session_hours: float
    """How long somebody stays signed in by browser whatever they do."""
    mail: Mail | None
    """By what letters to whoever complains are sent; None: none are written."""
    oidc: Oidc | None
    """Whose tokens tell who asks; None: nobody can sign in."""

    @property
    def page_default(self) -> int:
        """What `first` is if it is not said."""
        return min(_USUAL_PAGE, self.page_max)

    @property
    def files_folder(self) -> Path:
        """Where the contents of files lie: beside the SQLite file unless something else is said."""
        if self.files is not None:
            return self.files
        if self.postgresql:
            return _FILES
        return Path(self.database_url.partition("://")[2].removeprefix("/")).with_name(_FILES.name)

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
    loops: str | None = None,
    plain: str | None = None,
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
        "LOOPS": loops,
        "PLAIN": plain,
    }
    reading = _Reading(
        environ, {name: str(each) for name, each in said.items() if each is not None}
    )
    values: dict[str, Any] = {name.lower(): reading.value(name) for name in _KNOWN}
    mode = values.pop("env")
    mistakes = [*_unknown(environ), *reading.mistakes, *_lacking(reading)]
    if mistakes:
        raise ConfigError(mistakes)
    oidc = oidc_of(
        {
            name.removeprefix(_OIDC).lower(): values.pop(name.lower())
            for name in _KNOWN
            if name.startswith(_OIDC)
        }
    )
    letters = mail_of(values.pop("smtp_url"), values.pop("mail_from"))
    local = is_loopback(values["host"])
    postgresql = _scheme(values["database_url"]) in POSTGRESQL
    settings = Settings(
        production=mode == "production" or (mode is None and (postgresql or not local)),
        oidc=oidc,
        mail=letters,
        **values,
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

    def given(self, name: str) -> bool:
        """Whether a setting is set at all."""
        return name in self._said or f"{PREFIX}{name}" in self._environ

    def value(self, name: str) -> object:
        """The setting; None after a mistake."""
        default, parse = _KNOWN[name]
        text = self._said.get(name, self._environ.get(f"{PREFIX}{name}"))
        if text is None:
            return default
        try:
            return parse(text)
        except Unfit as unfit:
            self.mistakes.append(Mistake(f"{self.called(name)}: {unfit}"))
            return None


def _database(text: str) -> str:
    """The URL; of a wrong one only the scheme is told, for the rest may hold a password."""
    scheme = _scheme(text)
    if scheme != "sqlite" and scheme not in POSTGRESQL:
        came = (
            f"{quoted(scheme)}{nearest(scheme, ['sqlite', 'postgresql'])}" if scheme else "no URL"
        )
        raise Unfit(f"expected a URL that begins with sqlite:// or postgresql://; came {came}")
    return text


_KNOWN: Final[Mapping[str, tuple[object, Callable[[str], object]]]] = {
    "ENV": (None, choice("production", "development")),
    "DATABASE_URL": ("sqlite:///var/chikaya.sqlite3", _database),
    "AGENCIES": (Path("agencies.yaml"), path),
    "KEYS": (None, path),
    "FILES": (None, path),
    "HOST": ("127.0.0.1", words),
    "PORT": (8000, whole(0, 65535)),
    "URL": (None, web_origin),
    "WORKERS": (1, whole(1, 64)),
    "LOOPS": ("on", choice("on", "off")),
    "PLAIN": ("off", choice("on", "off")),
    "DEADLINE_SECONDS": (3.0, number(0, 60)),
    "PAGE_MAX": (100, whole(1, 1000)),
    "SORT_BUFFER": (1000, whole(1, 100_000)),
    "ROW_BUDGET": (2000, whole(1, 100_000)),
    "FILINGS_PER_MINUTE": (60, whole(1, 100_000)),
    "UPLOADS_PER_MINUTE": (60, whole(1, 100_000)),
    "CURSOR_HOURS": (24.0, number(0, 24 * 365)),
    "SESSION_IDLE_MINUTES": (30.0, number(0, 60 * 24)),
    "SESSION_HOURS": (8.0, number(0, 24 * 30)),
    "SMTP_URL": (None, mail_server),
    "MAIL_FROM": (None, mail_from),
    "OIDC_ISSUER": (None, web_address),
    "OIDC_AUDIENCE": (None, words),
    "OIDC_KEYS_URL": (None, web_address),
    "OIDC_SUBJECT_CLAIM": ("sub", words),
    "OIDC_ROLES_CLAIM": ("realm_access.roles", words),
    "OIDC_AGENCIES_CLAIM": ("agencies", words),
    "OIDC_ROLES": (None, roles),
    "OIDC_CLIENT_ID": (None, words),
    "OIDC_CLIENT_SECRET": (None, words),
    "OIDC_SCOPE": ("openid", scope),
}
"""Each setting with its default and how it is read."""


def _scheme(url: str) -> str:
    scheme, separator, _ = url.partition("://")
    return scheme.lower() if separator else ""


def _unknown(environ: Mapping[str, str]) -> Iterator[Mistake]:
    names = [f"{PREFIX}{name}" for name in _KNOWN]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in _FOR_TESTS and name not in names:
            yield Mistake(
                f"{name}: no setting has that name; known: {', '.join(names)}{nearest(name, names)}"
            )


def _lacking(reading: _Reading) -> Iterator[Mistake]:
    names = [name for name in _KNOWN if name.startswith(_OIDC)]
    given = {name.removeprefix(_OIDC).lower(): reading.given(name) for name in names}
    for name, why in lacking(given):
        yield Mistake(f"{PREFIX}{_OIDC}{name.upper()}: expected a value; it is not set, and {why}")
    if reading.given("OIDC_CLIENT_ID") and not reading.given("URL"):
        yield Mistake(
            f"{PREFIX}URL: expected a value; it is not set, and without it the provider is not told "
            "where people who signed in come back to"
        )
    for name, why in mail.lacking({name: reading.given(name) for name in _KNOWN}):
        yield Mistake(f"{PREFIX}{name}: expected a value; it is not set, and {why}")


def _unsafe(settings: Settings, reading: _Reading, *, local: bool) -> Iterator[Mistake]:
    if not local and settings.oidc is None:
        yield Mistake(
            f"{reading.called('HOST')}: expected a loopback address such as 127.0.0.1; came "
            f"{quoted(settings.host)}. Beyond loopback people must sign in by OIDC: set "
            f"{PREFIX}{_OIDC}ISSUER and {PREFIX}{_OIDC}AUDIENCE"
        )
    if settings.workers > 1 and not settings.postgresql:
        yield Mistake(
            f"{reading.called('WORKERS')}: expected 1, for one process alone writes to SQLite; "
            f"came {settings.workers}. More need a postgresql:// database"
        )
