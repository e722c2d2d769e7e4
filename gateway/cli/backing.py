"""Carry out `chikaya backup` and `chikaya restore`."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import aclosing
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from connectors.contract.records import utc_now
from connectors.store import Store, copy_held
from gateway import archive
from gateway.cli.start import prepare_folder
from gateway.config import Settings
from gateway.keys import GENERATED, obtain, put
from gateway.uploads import Folder

_OF_POSTGRESQL: Final = (
    "a PostgreSQL store is backed up by `pg_dump` and restored by `pg_restore`, after which "
    "`chikaya outbox hold` has to be run before anything else: see docs/operating.md"
)


def back_up(settings: Settings, file: Path, *, with_keys: bool) -> dict[str, str]:
    """Write the backup, and account for it.

    Raises `ValueError` for a store that cannot be backed up so, `OSError` and `ConfigError`.
    """
    store = _file_of(settings)
    if not store.exists():
        raise ValueError(f"{store}: expected the store's file; there is none")
    keys = obtain(settings.keys, production=settings.production)
    content = (settings.keys or GENERATED).read_bytes() if with_keys else None
    # Beside the backup: where that has room, its copy has.
    with TemporaryDirectory(prefix=".chikaya-backup-", dir=file.absolute().parent) as folder:
        copy = Path(folder) / "store.sqlite3"
        try:
            copy_held(store, copy)
        except sqlite3.Error as error:
            raise ValueError(
                f"{store} cannot be copied as it is: run `chikaya check` ({error.sqlite_errorname})"
            ) from error
        digests = asyncio.run(_attached(copy))
        contents = {id_: Folder(settings.files_folder).path(id_) for id_ in digests}
        there = {id_: path for id_, path in contents.items() if path.exists()}
        manifest = archive.Manifest(
            form=archive.FORM,
            version=version("chikaya-gateway"),
            made_at=utc_now().isoformat(),
            migration=asyncio.run(_migration(copy)),
            sha256=archive.digest(copy),
            keys=keys.fingerprints,
            files=len(there),
        )
        archive.write(file, manifest, copy, content, there)
    missing = (
        {"files_missing": str(len(contents) - len(there))} if len(there) < len(contents) else {}
    )
    return _account(file, manifest) | missing


def put_back(settings: Settings, file: Path) -> dict[str, str]:
    """Put the store of the backup in its place, and account for it. Raises as `back_up` does."""
    store = _file_of(settings)
    # The logs of another store would be played into this one.
    found = [each for each in _parts(store) if each.exists()]
    if found:
        raise ValueError(
            f"{found[0]}: expected no store; stop the gateway and move it away, with the files "
            "that end in -wal and -shm beside it"
        )
    manifest, content = archive.read(file)
    there = settings.keys or GENERATED
    if content is not None and not there.exists():
        put(content, there)
    if not there.exists():
        raise ValueError(f"{there}: expected the keys that the backup needs; there are none")
    needed, given = manifest.keys, obtain(settings.keys, production=settings.production)
    wrong = [name for name in needed if given.fingerprints.get(name) != needed[name]]
    if wrong:
        raise ValueError(f"{there}: expected the keys of the backup; others are {', '.join(wrong)}")
    prepare_folder(settings)
    with TemporaryDirectory(prefix=".chikaya-restore-", dir=store.absolute().parent) as folder:
        copy = Path(folder) / "store.sqlite3"
        archive.unpack(file, manifest, copy)
        asyncio.run(_migration(copy))
        settings.files_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = Folder(settings.files_folder).path
        archive.unpack_files(file, asyncio.run(_attached(copy)), place)
        # Appears whole or not at all, and takes nobody's place.
        store.hardlink_to(copy)
    return _account(file, manifest) | {"next": "chikaya migrate, then chikaya outbox reconcile"}


async def _migration(copy: Path) -> str:
    """The last migration that `copy` has seen. Raises `ValueError` if this version cannot serve it."""
    async with aclosing(await Store.open(f"sqlite:///{copy}", writes=False)) as store:
        if faults := await store.faults():
            raise ValueError("\n".join(faults))
        return await store.last_migration() or "none"


async def _attached(copy: Path) -> Mapping[str, str]:
    """The digests of the files of its cases, by their ids."""
    async with aclosing(await Store.open(f"sqlite:///{copy}", writes=False)) as store:
        return await store.uploads.attached()


def _file_of(settings: Settings) -> Path:
    if settings.postgresql:
        raise ValueError(_OF_POSTGRESQL)
    return Path(settings.database_url.partition("://")[2].removeprefix("/"))


def _parts(store: Path) -> list[Path]:
    return [store.with_name(f"{store.name}{end}") for end in ("", "-wal", "-shm")]


def _account(file: Path, manifest: archive.Manifest) -> dict[str, str]:
    told = {"backup": str(file), "made_at": manifest.made_at, "version": manifest.version}
    needs = {f"needs_{name}": fingerprint for name, fingerprint in manifest.keys.items()}
    return told | {"migration": manifest.migration, "files": str(manifest.files)} | needs
