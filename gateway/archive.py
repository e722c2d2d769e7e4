"""A backup in one file: the store and its files, what it is, and if that is wanted the keys it needs.

The file is a tar of `manifest.json`, `store.sqlite3`, with the keys `keys`, and below `files/` the
content of each attachment under its id.
"""

import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import msgspec

FORM: Final = 1
_MANIFEST: Final = "manifest.json"
_STORE: Final = "store.sqlite3"
_KEYS: Final = "keys"
_FILES: Final = "files/"
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
    files: int
    """How many attachments are in it."""


def write(
    path: Path, manifest: Manifest, store: Path, keys: bytes | None, files: Mapping[str, Path]
) -> None:
    """Write the backup to `path`, which must not exist; only its owner can read it."""
    with (
        open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,  # noqa: PTH123 - a descriptor
        tarfile.open(fileobj=file, mode="w") as tar,
    ):
        _add(tar, _MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        if keys is not None:
            _add(tar, _KEYS, keys)
        tar.add(store, _STORE, filter=_plain)
        for id_, content in files.items():
            tar.add(content, f"{_FILES}{id_}", filter=_plain)
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


def unpack_files(path: Path, digests: Mapping[str, str], place: Callable[[str], Path]) -> None:
    """Write the contents of the files that are in the backup where `place` says, by their ids.

    `digests` are those of the files that its store knows; one that is there already stays. Raises
    `ValueError`, and leaves none that it wrote, if one is not what was backed up.
    """
    written: list[Path] = []
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                id_ = member.name.removeprefix(_FILES)
                # What the store does not know is no name to write to.
                if id_ != member.name and id_ in digests and not place(id_).exists():
                    written.append(place(id_))
                    _unpack_file(tar, member, place(id_))
                    if digest(place(id_)) != digests[id_]:
                        raise ValueError(f"{path}: a file in it is damaged")  # noqa: TRY301
    except (tarfile.TarError, ValueError) as error:
        for each in written:
            each.unlink(missing_ok=True)
        raise ValueError(f"{path}: a file in it is not the one that was backed up") from error


def _unpack_file(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = tar.extractfile(member)
    with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
        if source is not None:
            shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())


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
