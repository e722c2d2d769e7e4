"""Carry out `chikaya seed`: read, put, account, and register an agency that is new."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from connectors.contract.records import Agency, Complaint
from gateway.cli.agencies import labels
from gateway.cli.filling import Put, add_generated, progress, put_all
from gateway.cli.opening import ready_store
from gateway.config import Configured, Settings, load
from gateway.importing import Account, FileMapping, Reject, load_mapping, read, rejects_file

_FOLDER: Final = "agencies.d"
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Seeding:
    """One run of the command."""

    settings: Settings
    configured: Configured

    async def generated(self, count: int) -> dict[str, Any]:
        """Invent `count` complaints of the agencies whose cases the store keeps.

        Raises `ValueError` in production, where all cases are real.
        """
        if self.settings.production:
            raise ValueError("--generated: production takes no invented complaints")
        async with ready_store(self.settings) as store:
            put = await add_generated(store, self.configured, count)
        return {"imported": count, **asdict(put)}

    async def imported(self, path: Path, mapping_name: str, rejects: Path) -> dict[str, Any]:
        """Import `path`; rows that cannot be read go to `rejects`, which stays if there are any.

        Raises `ValueError` for a file, a mapping or an agency that cannot be imported.
        """
        mapping = load_mapping(mapping_name)
        _check_files(path, rejects)
        self._check_holder(mapping)
        account = Account(mapping)
        rows = await asyncio.to_thread(_count_lines, path)
        async with ready_store(self.settings) as store:
            with rejects_file(rejects) as reject, progress(path.name, rows) as advance:
                put = await put_all(store, _accepted(mapping, path, account, reject, advance))
        return {
            **_told(account, put),
            "rejects_file": str(rejects) if account.rejected_rows else None,
            **self._register(mapping),
        }

    def _check_holder(self, mapping: FileMapping) -> None:
        """Refuse an agency whose own system tells its cases: those of a file would never be seen."""
        code = mapping.agency_record.code
        if source := self.configured.holders().get(code):
            raise ValueError(
                f'agency "{code}" has its cases in source "{source.id}", not in the store; '
                "give the mapping another agency"
            )

    def _register(self, mapping: FileMapping) -> dict[str, str]:
        """Write the agency's entry beside agencies.yaml, unless there is one already."""
        agency = mapping.agency_record
        if agency.code in self.configured.agencies:
            return {}
        main = self.settings.agencies
        file = main.parent / _FOLDER / f"{agency.code}.yaml"
        file.parent.mkdir(exist_ok=True)
        if not file.exists():
            file.write_text(_entry(agency), encoding="utf-8")
        if agency.code in load(main, production=self.settings.production).agencies:
            return {"registered": str(file)}
        return {
            "not_registered": f"{main} does not include {file}: add include: [{_FOLDER}/*.yaml]"
        }


def _accepted(
    mapping: FileMapping,
    path: Path,
    account: Account,
    reject: Callable[[Reject], None],
    advance: Callable[[int], None],
) -> Iterator[Complaint]:
    """The rows that become complaints; the others are handed to `reject`."""
    for row in read(mapping, path, account=account):
        advance(1)
        if isinstance(row, Reject):
            reject(row)
        else:
            yield row


def _told(account: Account, put: Put) -> dict[str, Any]:
    """The account, with what it changed after what it counts."""
    said = account.to_json()
    first = {key: said.pop(key) for key in ("mapping", "agency", "read", "imported")}
    return {**first, **asdict(put), **said}


def _check_files(path: Path, rejects: Path) -> None:
    if not path.is_file():
        raise ValueError(f"--from: expected a file of rows at {path}; there is none")
    if rejects.exists() and rejects.samefile(path):
        raise ValueError("--rejects: expected another file than the one that is read")


def _count_lines(path: Path) -> int:
    """How many lines follow the first, about."""
    with path.open("rb") as stream:
        return sum(chunk.count(b"\n") for chunk in iter(partial(stream.read, _CHUNK), b"")) - 1


def _entry(agency: Agency) -> str:
    entry = {
        "version": 1,
        "agencies": [
            {
                "code": str(agency.code),
                "name": labels(agency.name),
                "class": agency.agency_class.value,
            }
        ],
    }
    stream = StringIO()
    YAML().dump(entry, stream)
    return f"# Written by `chikaya seed`; yours to edit.\n{stream.getvalue()}"
