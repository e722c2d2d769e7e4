"""Hold the keys that seal cursors and make tracking codes: given in production, else made once.

The file has a line for each key, `name: base64 of at least 32 random bytes`; lines that begin
with # are notes, and names unknown here pass, for another version may need them.
"""

import base64
import binascii
import contextlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from gateway.config.mistakes import ConfigError, Mistake, Place, quoted

GENERATED: Final = Path("var/keys")
"""Where the first run leaves the keys it makes."""

_BYTES: Final = 32
_NOTE: Final = "# Made by the first run, for development. Production refuses a file with this line."
_FORBIDDEN: Final = stat.S_IWGRP | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of this gateway; all its processes have the same."""

    cursors: bytes = field(repr=False)
    """Seals cursors; a new one makes callers begin their lists again."""
    tracking_codes: bytes = field(repr=False)
    """Makes and checks tracking codes; without it no code that was given out works again."""

    def derived(self, purpose: str) -> bytes:
        """A key for one further purpose that stays the same for as long as tracking codes do."""
        return hmac.digest(self.tracking_codes, f"chikaya {purpose}".encode(), "sha256")

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """What each key can be known by, and nothing be learnt from, by its name."""
        return {
            each.name: hmac.digest(
                getattr(self, each.name), b"chikaya fingerprint", "sha256"
            ).hex()[:16]
            for each in fields(self)
        }


_NAMES: Final = tuple(each.name for each in fields(Keys))


def obtain(given: Path | None, *, production: bool, generated: Path = GENERATED) -> Keys:
    """The keys in the file `given`, or else, outside production, those at `generated`.

    What is not there is made at `generated`, never at `given`. Raises `ConfigError`.
    """
    if given is not None:
        return _read(given, production=production)
    if production:
        raise ConfigError.one(
            "CHIKAYA_KEYS: expected the file of this gateway's keys; it is not set, and production "
            "makes none of its own"
        )
    if not generated.exists():
        _make(generated)
    return _read(generated, production=False)


def _make(path: Path) -> None:
    """Write new keys; if another process is first, its keys stay."""
    made = (f"{name}: {base64.b64encode(secrets.token_bytes(_BYTES)).decode()}" for name in _NAMES)
    put("\n".join([_NOTE, *made, ""]).encode(), path)


def put(content: bytes, path: Path) -> None:
    """Write a file of keys; one that is there stays. Raises `ConfigError`."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # A link appears whole or not at all, and never takes the place of another file.
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError.one(
            f"expected to write new keys; {_reason(error)}", Place(str(path))
        ) from None


def _read(path: Path, *, production: bool) -> Keys:
    name = str(path)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read()
    except OSError as error:
        raise ConfigError.one(
            f"expected the file of the keys; {_reason(error)}", Place(name)
        ) from None
    if mode & _FORBIDDEN:
        raise ConfigError.one(
            "expected keys that only their owner and group can read, and only their owner "
            f"change; came mode {stat.S_IMODE(mode):04o} (chmod 600 {name})",
            Place(name),
        )
    return _parsed(name, content.decode("utf-8", "replace").splitlines(), production=production)


def _parsed(name: str, lines: list[str], *, production: bool) -> Keys:
    mistakes: list[Mistake] = []
    found: dict[str, bytes] = {}
    for number, line in enumerate(lines, 1):
        place = Place(name, number, 1)
        if production and line == _NOTE:
            mistakes.append(
                Mistake("expected keys given by the operator; came those of a first run", place)
            )
        if not line.strip() or line.startswith("#"):
            continue
        key, separator, text = line.partition(":")
        if not separator:
            mistakes.append(Mistake("expected a line such as cursors: base64; came another", place))
        elif key in found:
            mistakes.append(Mistake(f"the key {quoted(key)} is given twice", place))
        elif key in _NAMES:
            found[key] = _secret(key, text.strip(), place, mistakes)
    mistakes += _missing(name, found)
    if mistakes:
        raise ConfigError(mistakes)
    return Keys(**found)


def _secret(key: str, text: str, place: Place, mistakes: list[Mistake]) -> bytes:
    try:
        secret = base64.b64decode(text, validate=True)
    except binascii.Error:
        mistakes.append(Mistake(f"key {quoted(key)}: expected base64; came other text", place))
        return b""
    if len(secret) < _BYTES:
        mistakes.append(
            Mistake(
                f"key {quoted(key)}: expected at least {_BYTES} bytes; came {len(secret)}", place
            )
        )
    return secret


def _missing(name: str, found: Mapping[str, bytes]) -> list[Mistake]:
    return [
        Mistake(f"expected a line with the key {quoted(key)}; there is none", Place(name))
        for key in _NAMES
        if key not in found
    ]


def _reason(error: OSError) -> str:
    return (error.strerror or "that cannot be done").lower()
