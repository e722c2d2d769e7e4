"""Carry out `chikaya seed`: read, put, account, and register an agency that is new."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from connectors.contract.records import Agency, Complaint
from connectors.store import Store
from gateway.app import Config
from gateway.cli.filling import generate_own, progress, put_all
from gateway.cli.start import prepare_folder
from gateway.importing import Account, FileMapping, Reject, load_mapping, read, rejects_file

_FOLDER: Final = "agencies.d"


@dataclass(frozen=True, slots=True)
class Seeding:
    """One run of the command."""

    config: Config

    async def generated(self, count: int) -> dict[str, Any]:
        """Invent `count` complaints of the agencies whose cases the store keeps."""
        async with self._store() as store:
            with progress("Generated complaints", count) as advance:
                put = await put_all(store, generate_own(self.config.configured, count), advance)
        return {"imported": put}

    async def imported(self, path: Path, mapping_name: str, rejects: Path) -> dict[str, Any]:
        """Import `path`; rows that cannot be read go to `rejects`, which stays if there are any."""
        mapping = load_mapping(mapping_name)
        account = Account(mapping)
        rows = await asyncio.to_thread(_count_lines, path)
        async with self._store() as store:
            with rejects_file(rejects) as reject, progress(path.name, rows) as advance:

                def complaints() -> Iterator[Complaint]:
                    for row in read(mapping, path, account=account):
                        if isinstance(row, Reject):
                            reject(row)
                        else:
                            yield row

                await put_all(store, complaints(), advance)
        told = account.to_json()
        if told["rejected"]:
            told["rejects_file"] = str(rejects)
        else:
            rejects.unlink()
        told["registered"] = self._register(mapping)
        return told

    def _register(self, mapping: FileMapping) -> str | None:
        """Write the agency's entry beside agencies.yaml, unless it is configured already."""
        agency = mapping.agency_record
        if agency.code in self.config.configured.agencies:
            return None
        file = self.config.settings.agencies.parent / _FOLDER / f"{agency.code}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(_entry(agency), encoding="utf-8")
        return str(file)

    @asynccontextmanager
    async def _store(self) -> AsyncIterator[Store]:
        prepare_folder(self.config.settings)
        store = await Store.open(self.config.settings.database_url)
        try:
            await store.migrate()
            yield store
        finally:
            await store.aclose()


def _count_lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in stream) - 1


def _entry(agency: Agency) -> str:
    name = agency.name
    languages = {"ar": name.ar, "fr": name.fr, "en": name.en, "zgh": name.zgh}
    entry = {
        "version": 1,
        "agencies": [
            {
                "code": str(agency.code),
                "name": {language: text for language, text in languages.items() if text},
                "class": agency.agency_class.value,
            }
        ],
    }
    stream = StringIO()
    YAML().dump(entry, stream)
    return f"# Written by `chikaya seed`; yours to edit.\n{stream.getvalue()}"
