"""Put complaints into the store, telling how far it got."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from connectors.contract.connector import Call
from connectors.contract.query import ListQuestion, Selection
from connectors.contract.records import STORE, Complaint, utc_now
from connectors.store import Store
from gateway.config import Configured

GENERATED: Final = 400
_SEED: Final = 2018
_BATCH: Final = 500


async def put_all(
    store: Store, complaints: Iterable[Complaint], advance: Callable[[int], None]
) -> int:
    """Put `complaints` into `store`, some hundred in a transaction; how many there were."""
    count = 0
    rows = iter(complaints)
    while batch := await asyncio.to_thread(lambda: list(islice(rows, _BATCH))):
        await store.mirror.put(batch, source=STORE, heard_at=utc_now())
        count += len(batch)
        advance(len(batch))
    return count


async def fill_with_generated(store: Store, configured: Configured) -> None:
    """Fill an empty store with generated complaints, each marked as demonstration."""
    if await _is_empty(store):
        with progress("Generated complaints", GENERATED) as advance:
            await put_all(store, generate_own(configured, GENERATED), advance)


def generate_own(configured: Configured, count: int) -> Iterator[Complaint]:
    """Invent complaints of the agencies whose cases the store keeps."""
    from gateway.demonstration.complaints import generate

    elsewhere = {code for source in configured.sources for code in source.agencies}
    own = [agency for code, agency in configured.agencies.items() if code not in elsewhere]
    return generate(own, count=count, seed=_SEED, now=utc_now())


async def _is_empty(store: Store) -> bool:
    question = ListQuestion(where=(), order=None, selection=Selection(), limit=1)
    deadline = asyncio.get_running_loop().time() + 60
    return not (await store.connector.list(question, Call(deadline))).records


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on the standard error; `total` None where the end is not known."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)
