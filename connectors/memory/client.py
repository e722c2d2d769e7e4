"""Read the file that a source in memory may begin with."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from connectors.contract.errors import SourceUnavailable
from connectors.contract.records import Complaint, SourceId
from connectors.memory.mapping import complaints_of


async def complaints_in(path: Path, source: SourceId) -> Sequence[Complaint]:
    """The complaints of the file at `path`, told by `source`."""
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except OSError as unread:
        raise SourceUnavailable("the source's file cannot be read", detail=str(unread)) from unread
    return complaints_of(content, source)
