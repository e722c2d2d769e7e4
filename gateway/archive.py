"""A backup in one file: the store, what it is, and if that is wanted the keys that it needs.

The file is a tar of `manifest.json`, `store.sqlite3` and, with the keys, `keys`.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

FORM: Final = 1
_MANIFEST: Final = "manifest.json"
_STORE: Final = "store.sqlite3"
_KEYS: Final = "keys"
_LARGEST_NOTE: Final = 1_000_000


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is."""

    form: int
    """Of the file; `FORM` is the only one."""
    version: str
    """Of the gateway that made it."""
    made_at: str
    """When, in ISO 8601."""
    migration: str
    """The last one that its store has seen."""
    sha256: str
    """Of its store."""
    keys: Mapping[str, str]
    """The fingerprint of each key that it needs."""


def write(path: Path, manifest: Manifest, store: Path, keys: bytes | None) -> None:
    """Write the backup to `path`, which must not exist; only its owner can read it."""
    with (
        open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,  # noqa: PTH123 - a descriptor
        tarfile.open(fileobj=file, mode="w") as tar,
    ):
        _add(tar, _MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        if keys is not None:
            _add(tar, _KEYS, keys)
        tar.add(store, _STORE, filter=_plain)
        tar.close()
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> tuple[Manifest, bytes | None]:
    """What `path` is, and the keys in it. Raises `ValueError` for what is no backup of ours."""
    try:
        with tarfile.open(path, "r:") as tar:
            manifest = msgspec.json.decode(_note(tar, _MANIFEST) or b"", type=Manifest)
            keys = _note(tar, _KEYS)
    except (tarfile.TarError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: expected a file of `chikaya backup`; came another") from error
    if manifest.form != FORM:
        raise ValueError(f"{path}: expected a backup of form {FORM}; came form {manifest.form}")
    return manifest, keys


def unpack(path: Path, manifest: Manifest, store: Path) -> None:
    """Write the store of the backup to `store`, which must not exist.

    Raises `ValueError`, and leaves nothing there, if it is not the one that was backed up.
    """
    try:
        with (
            tarfile.open(path, "r:") as tar,
            open(os.open(store, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to,  # noqa: PTH123 - a descriptor
        ):
            source = tar.extractfile(_STORE) if _STORE in tar.getnames() else None
            while source is not None and (part := source.read(1 << 20)):
                to.write(part)
            to.flush()
            os.fsync(to.fileno())
        whole = digest(store) == manifest.sha256
    except tarfile.TarError:
        whole = False
    if not whole:
        store.unlink()
        raise ValueError(f"{path}: its store is not the one that was backed up; it is damaged")


def digest(store: Path) -> str:
    """What a manifest says of `store`."""
    with store.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    note = tarfile.TarInfo(name)
    note.size, note.mode = len(content), 0o600
    tar.addfile(note, io.BytesIO(content))


def _note(tar: tarfile.TarFile, name: str) -> bytes | None:
    if name not in tar.getnames():
        return None
    member = tar.extractfile(name)
    return None if member is None else member.read(_LARGEST_NOTE)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without whose it is on this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
