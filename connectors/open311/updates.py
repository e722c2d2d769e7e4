"""Read what mySociety's cities say about requests, which they list by time and not by request."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.contract.connector import Call
from connectors.contract.query import Child
from connectors.open311.client import GeoReport
from connectors.open311.options import Open311Options
from connectors.open311.shapes import Request
from connectors.open311.statuses import Statuses
from connectors.open311.timeline import Said, events, messages, placed
from connectors.open311.times import moment
from connectors.open311.windows import Windows

_A_DAY: Final = timedelta(days=1)


class Updates:
    """One city's updates."""

    def __init__(
        self,
        options: Open311Options,
        client: GeoReport,
        statuses: Statuses,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Read by `client`."""
        self._options = options
        self._client = client
        self._statuses = statuses
        self._now = now
        self._longest = timedelta(days=options.window_days)

    async def children(
        self, requests: Mapping[str, Request], wanted: frozenset[Child], call: Call
    ) -> Mapping[str, dict[str, Any]]:
        """For each request by id, those of its messages and events that are wanted."""
        said: defaultdict[str, list[Said]] = defaultdict(list)
        for each in await self._said(requests, call):
            said[each.request_id].append(each)
        return {
            source_id: self._of(source_id, request, said[source_id], wanted)
            for source_id, request in requests.items()
        }

    def _of(
        self, source_id: str, request: Request, said: Sequence[Said], wanted: frozenset[Child]
    ) -> dict[str, Any]:
        children: dict[str, Any] = {}
        if Child.MESSAGES in wanted:
            children["messages"] = messages(said)
        if Child.EVENTS in wanted:
            filed_at = moment(request.requested_datetime, self._options.zone)
            children["events"] = events(said, source_id, filed_at, self._statuses)
        return children

    async def _said(self, requests: Mapping[str, Request], call: Call) -> Sequence[Said]:
        """Everything said about `requests`, from the first one's beginning on."""
        zone = self._options.zone
        begun = [moment(each.requested_datetime, zone) for each in requests.values()]
        touched = [moment(each.updated_datetime, zone) for each in requests.values()]
        last = self._now() if None in touched else max(at for at in touched if at)
        end = last.replace(microsecond=0) + _A_DAY
        start = min((at for at in begun if at), default=end - self._longest)
        start = start.replace(microsecond=0)
        windows = self._windows(tuple(requests), call)
        found: dict[str, Said] = {}
        while end > start:
            window = await windows.before(end, max(start, end - self._longest))
            found |= {each.id: each for each in window.rows}
            end = window.start
        return list(found.values())

    def _windows(self, ids: Sequence[str], call: Call) -> Windows[Said]:
        async def fetch(start: datetime, end: datetime, _: int) -> Sequence[Said]:
            told = await self._client.updates(start, end, ids, call)
            rows = [placed(update, self._options.zone) for update in told]
            return [row for row in rows if row is not None]

        return Windows(fetch, self._options.row_cap)
