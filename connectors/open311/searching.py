"""Decide, without any I/O, which parameters find what is asked, and what must be looked at again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, Final

from connectors.contract.query import Condition, Field, Op
from connectors.open311.client import Search
from connectors.open311.options import Open311Options
from connectors.open311.rows import Row
from connectors.open311.shapes import text
from connectors.open311.statuses import Statuses
from connectors.open311.times import moment

Keeps = Callable[[Row], bool]

_MOST_CODES: Final = 50
"""More service codes would make an address too long; then all services are asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as GeoReport can be asked it."""

    search: Search = field(default_factory=Search)
    since: datetime | None = None
    """Made at that time or later."""
    until: datetime | None = None
    """Made before that time."""
    keeps: tuple[Keeps, ...] = ()
    nothing: bool = False
    """Whether no request can be the answer."""

    def kept(self, rows: Iterable[Row]) -> Sequence[Row]:
        """The rows that meet what the parameters can only say roughly."""
        return [row for row in rows if all(keeps(row) for keeps in self.keeps)]


def asked(where: Sequence[Condition], options: Open311Options, statuses: Statuses) -> Asked:
    """How to ask for `where`, of which every condition is declared."""
    since = max(_values(where, Field.CREATED, Op.GTE), default=None)
    until = min(_values(where, Field.CREATED, Op.LT), default=None)
    updated = max(_values(where, Field.UPDATED, Op.GTE), default=None)
    services = _wanted(where, Field.SERVICE)
    wanted = _wanted(where, Field.STATUS)
    families = None if wanted is None else statuses.families(wanted)
    keeps: list[Keeps] = []
    if since is not None:
        keeps.append(lambda row: row.at >= since)
    if until is not None:
        keeps.append(lambda row: row.at < until)
    if updated is not None:
        keeps.append(_updated_since(updated, options))
    if services is not None:
        keeps.append(lambda row: text(row.request.service_code) in services)
    if wanted is not None and statuses.exact:
        keeps.append(lambda row: statuses.meaning(text(row.request.status)) in wanted)
    return Asked(
        search=Search(
            service_code=_codes(services),
            status=next(iter(families)) if families is not None and len(families) == 1 else None,
            # Whether the city takes `after` to include the instant is not written anywhere.
            updated_after=None if updated is None else updated - timedelta(seconds=1),
        ),
        since=since,
        until=until,
        keeps=tuple(keeps),
        nothing=services == frozenset() or families == frozenset(),
    )


def _values(where: Iterable[Condition], of: Field, op: Op) -> list[Any]:
    return [each.value for each in where if each.field is of and each.op is op]


def _wanted(where: Iterable[Condition], of: Field) -> frozenset[Any] | None:
    """What all conditions on `of` allow; None if there is none."""
    lists = _values(where, of, Op.IN)
    return reduce(frozenset.intersection, lists) if lists else None


def _codes(services: frozenset[str] | None) -> str | None:
    if not services or len(services) > _MOST_CODES or any("," in code for code in services):
        return None
    return ",".join(sorted(services))


def _updated_since(updated: datetime, options: Open311Options) -> Keeps:
    def keeps(row: Row) -> bool:
        at = moment(row.request.updated_datetime, options.zone)
        return at is not None and at >= updated

    return keeps
