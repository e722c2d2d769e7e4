"""Put complaints into the store, telling how far it got and what that changed."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

from msgspec import structs
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from connectors.contract.connector import Call
from connectors.contract.query import SELECTABLE, Child, ListQuestion, Selection
from connectors.contract.records import STORE, Agency, Complaint, utc_now
from connectors.store import Store
from gateway.config import Configured

GENERATED: Final = 400
_SEED: Final = 2018
_BATCH: Final = 500
_BULK: Final = 5000
_PATIENCE_SECONDS: Final = 60


@dataclass(slots=True)
class Put:
    """What became of the complaints that were put."""

    new: int = 0
    changed: int = 0
    """Known already, and now kept as they were put."""
    unchanged: int = 0
    """Known already, just so: nothing was written."""


async def put_all(store: Store, complaints: Iterable[Complaint]) -> Put:
    """Put `complaints` into `store`, some hundred in a transaction."""
    put = Put()
    rows = iter(complaints)
    while batch := await asyncio.to_thread(lambda: list(islice(rows, _BATCH))):
        known = await _known(store, batch)
        fresh = [complaint for complaint in batch if not _is_kept(complaint, known)]
        if fresh:
            await store.mirror.put(fresh, source=STORE, heard_at=utc_now())
        added = sum(complaint.origin.source_id not in known for complaint in fresh)
        put.new += added
        put.changed += len(fresh) - added
        put.unchanged += len(batch) - len(fresh)
    return put


async def add_generated(store: Store, configured: Configured, count: int) -> Put:
    """Add `count` generated complaints by bulk; those there already are left as they are."""
    from gateway.generating import generate

    complaints = generate(_own(configured), count=count, seed=_SEED, now=utc_now())
    return await _add(store, complaints, count)


async def fill_with_generated(store: Store, configured: Configured) -> None:
    """Fill an empty store with generated complaints, each marked as demonstration."""
    if await _is_empty(store):
        await _add(store, generate_own(configured, GENERATED), GENERATED)


def generate_own(configured: Configured, count: int) -> Iterator[Complaint]:
    """Invent complaints of the agencies whose cases the store keeps."""
    from gateway.demonstration.complaints import generate

    return generate(_own(configured), count=count, seed=_SEED, now=utc_now())


async def _add(store: Store, complaints: Iterator[Complaint], count: int) -> Put:
    put = Put()
    with progress("Generated complaints", count) as advance:
        while batch := await asyncio.to_thread(lambda: list(islice(complaints, _BULK))):
            added = await store.bulk.add(batch, heard_at=utc_now())
            put.new += added
            put.unchanged += len(batch) - added
            advance(len(batch))
    return put


async def _known(store: Store, batch: Sequence[Complaint]) -> Mapping[str, Complaint]:
    carried = frozenset(
        child
        for child in Child
        if any(getattr(complaint, child.value) is not None for complaint in batch)
    )
    return await store.connector.get(
        [complaint.origin.source_id for complaint in batch],
        Selection(fields=SELECTABLE, children=carried, internal=True),
        _call(),
    )


def _is_kept(complaint: Complaint, known: Mapping[str, Complaint]) -> bool:
    """Whether the store says of a complaint just what is to be put, but for its own counters."""
    kept = known.get(complaint.origin.source_id)
    return kept is not None and complaint == structs.replace(
        kept,
        origin=structs.replace(kept.origin, fetched_at=complaint.origin.fetched_at),
        reference=complaint.reference,
        version=complaint.version,
    )


def _own(configured: Configured) -> list[Agency]:
    """The agencies whose cases the store keeps."""
    elsewhere = configured.holders()
    return [agency for code, agency in configured.agencies.items() if code not in elsewhere]


async def _is_empty(store: Store) -> bool:
    question = ListQuestion(where=(), order=None, selection=Selection(), limit=1)
    return not (await store.connector.list(question, _call())).records


def _call() -> Call:
    return Call(asyncio.get_running_loop().time() + _PATIENCE_SECONDS)


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on the standard error; it ends full, however good a guess `total` was."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)
        bar.update(task, total=bar.tasks[0].completed)
