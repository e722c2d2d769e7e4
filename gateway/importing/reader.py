"""Read a file row by row: each becomes a complaint or a reject, and none is passed over.

Of rows with the same id the first that can be imported is kept; later ones are rejects, told
apart by whether they repeat it word for word. No more than one row is held in memory.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final, TextIO

from connectors.contract.records import Complaint, utc_now
from gateway.importing.account import Account
from gateway.importing.mapping import FileMapping
from gateway.importing.rows import Lines, Quote, Reject, rows, split
from gateway.importing.translation import Unfit, row_id_of, translate


class WrongFile(ValueError):
    """The file's first line is not the one that the mapping describes."""


def read(
    mapping: FileMapping,
    path: Path,
    *,
    account: Account | None = None,
    now: datetime | None = None,
) -> Iterator[Complaint | Reject]:
    """Every row of `path`, in order; `account` is told of each before it is handed out.

    `now` is when the file is taken to be read; None asks the clock. The iterator may change
    threads between rows. Raises `WrongFile` for a first line without the mapping's columns,
    `OSError` for a file that cannot be opened.
    """
    account = account if account is not None else Account(mapping)
    read_at = now if now is not None else utc_now()
    encoding = "utf-8-sig" if mapping.encoding == "utf-8" else mapping.encoding
    with (
        path.open(encoding=encoding, errors="surrogateescape", newline="\n") as stream,
        closing(_Seen()) as seen,
    ):
        yield from _read(mapping, stream, account, seen, read_at, file=path.name)


def _read(
    mapping: FileMapping,
    stream: TextIO,
    account: Account,
    seen: "_Seen",
    read_at: datetime,
    *,
    file: str,
) -> Iterator[Complaint | Reject]:
    lines = Lines(stream)
    header = _header(lines, mapping, file)
    for row in rows(
        lines,
        delimiter=mapping.delimiter,
        width=len(header),
        begins=lambda cells: _has_id(cells, header, mapping),
    ):
        if isinstance(row, Reject):
            account.rejected(row)
            yield row
            continue
        try:
            translated = translate(dict(zip(header, row.cells, strict=True)), mapping, now=read_at)
            seen.add(translated.complaint.origin.source_id, row.raw)
        except Unfit as unfit:
            reject = Reject(row.line, str(unfit), row.raw)
            account.rejected(reject)
            yield reject
        else:
            account.imported(row.line, translated)
            yield translated.complaint


def _header(lines: Lines, mapping: FileMapping, file: str) -> tuple[str, ...]:
    first = next(lines, None)
    cells = () if first is None else split(first.text, mapping.delimiter)
    if isinstance(cells, Quote):
        raise WrongFile(f"{file}:1: expected the names of columns, came a broken quote")
    header = tuple(cell.strip() for cell in cells)
    missing = sorted(column for column in mapping.columns if header.count(column) != 1)
    if missing:
        raise WrongFile(
            f"{file}:1: mapping {mapping.name} expects each of these columns once:"
            f" {', '.join(missing)}; came {len(header)} columns without"
        )
    return header


def _has_id(cells: Sequence[str], header: Sequence[str], mapping: FileMapping) -> bool:
    try:
        row_id_of(dict(zip(header, cells, strict=True)), mapping.id)
    except Unfit:
        return False
    return True


_SEEN_TABLE: Final = "CREATE TABLE seen (id TEXT PRIMARY KEY, digest BLOB) WITHOUT ROWID"


class _Seen:
    """The ids handed out, in a nameless file of their own: memory stays flat for any file."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(_SEEN_TABLE)
        self._database.execute("BEGIN")

    def add(self, source_id: str, raw: str) -> None:
        """Remember a row; raises `Unfit` if its id was seen before."""
        digest = blake2b(raw.encode(), digest_size=16).digest()
        added = self._database.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)", (source_id, digest)
        )
        if added.rowcount:
            return
        (first,) = self._database.execute(
            "SELECT digest FROM seen WHERE id = ?", (source_id,)
        ).fetchone()
        content = "the same" if first == digest else "other"
        raise Unfit(f"id: expected once, came again with {content} content; the first is kept")

    def close(self) -> None:
        """Give the file up."""
        self._database.close()
