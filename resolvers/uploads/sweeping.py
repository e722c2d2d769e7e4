"""Remove what nobody claimed in time, and what was broken off."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from connectors.contract.records import utc_now
from connectors.contract.uploads import KEPT_AS_DRAFT
from resolvers.uploads.keeping import Contents, KeepsUploads

_GRACE: Final = timedelta(hours=1)
"""For an act that claims a file at the last moment."""
_BROKEN_OFF: Final = timedelta(days=1)
"""No file takes so long to come."""


class Sweeping:
    """Sweeps; several processes may at once."""

    def __init__(
        self,
        uploads: KeepsUploads,
        contents: Contents,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Sweep nothing before `sweep`."""
        self._uploads = uploads
        self._contents = contents
        self._now = now

    async def sweep(self) -> int:
        """How many drafts were removed. Raises `ConnectorError` and `OSError`."""
        now = self._now()
        expired = await self._uploads.drafts(now - KEPT_AS_DRAFT - _GRACE)
        # The contents first: what is no longer known would never be found again.
        await self._contents.delete(expired)
        await self._uploads.forget(expired)
        await self._contents.tidy(now - _BROKEN_OFF)
        return len(expired)
