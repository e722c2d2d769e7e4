"""Give requests their place in a list, and leave out those that have none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from connectors.contract.records import SourceId
from connectors.open311.shapes import Request, text
from connectors.open311.times import moment

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """A request with its place."""

    id: str
    at: datetime
    """When it was made."""
    request: Request


class Places:
    """Where one source's requests stand."""

    def __init__(self, source: SourceId, zone: ZoneInfo) -> None:
        """Place the requests of `source`, whose times without a zone were written in `zone`."""
        self._source = source
        self._zone = zone
        self._told_of_timeless = False

    def rows(self, requests: Iterable[Request]) -> tuple[Row, ...]:
        """Those that can be placed.

        One without an id is still being entered over there; one without a time only a get brings.
        """
        return tuple(self._rows(requests))

    def _rows(self, requests: Iterable[Request]) -> Iterator[Row]:
        for request in requests:
            id_ = text(request.service_request_id)
            at = moment(request.requested_datetime, self._zone)
            if id_ is not None and at is not None:
                yield Row(id_, at, request)
            elif id_ is not None:
                self._tell_of_timeless()

    def _tell_of_timeless(self) -> None:
        if not self._told_of_timeless:
            _log.warning("requests_without_time_left_out", source=self._source)
        self._told_of_timeless = True
