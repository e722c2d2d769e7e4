"""Every pair of filters, each filter with common, rare and far-away values."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations
from typing import Final

from connectors.contract.lifecycle import Status
from connectors.contract.query import TIMES, Box, Condition, Field, Op
from connectors.contract.records import Channel, Kind


def _in(field: Field, *values: str) -> Condition:
    return Condition(field, Op.IN, frozenset(values))


def _times(field: Field) -> Sequence[Condition]:
    return (
        Condition(field, Op.GTE, datetime(2026, 1, 20, tzinfo=UTC)),
        Condition(field, Op.LT, datetime(2019, 3, 1, tzinfo=UTC)),
        Condition(field, Op.GTE, datetime(2020, 5, 10, tzinfo=UTC)),
    )


NOW: Final = datetime(2026, 2, 2, 12, tzinfo=UTC)

VALUES: Final[Mapping[Field, Sequence[Condition]]] = {
    Field.AGENCY: (
        _in(Field.AGENCY, "cnss"),
        _in(Field.AGENCY, "commune-tanger"),
        _in(Field.AGENCY, "adm", "transport"),
    ),
    Field.STATUS: (
        _in(Field.STATUS, Status.CLOSED),
        _in(Field.STATUS, Status.SUBMITTED),
        _in(Field.STATUS, Status.REOPENED, Status.IN_PROGRESS),
    ),
    Field.KIND: (_in(Field.KIND, Kind.COMPLAINT), _in(Field.KIND, Kind.SUGGESTION)),
    Field.CHANNEL: (_in(Field.CHANNEL, Channel.WEB), _in(Field.CHANNEL, Channel.EMAIL)),
    Field.SERVICE: (_in(Field.SERVICE, "family-allowances"), _in(Field.SERVICE, "parking")),
    Field.CATEGORY: (
        _in(Field.CATEGORY, "التعويضات العائلية"),
        _in(Field.CATEGORY, "Stationnement"),
    ),
    Field.AREA: (_in(Field.AREA, "MA-CAS"), _in(Field.AREA, "MA-TIZ")),
    **{time: _times(time) for time in TIMES},
    Field.POSITION: (
        Condition(Field.POSITION, Op.WITHIN, Box(33.5, -7.7, 33.6, -7.5)),
        Condition(Field.POSITION, Op.WITHIN, Box(30.0, -10.0, 35.0, -5.0)),
        Condition(Field.POSITION, Op.WITHIN, Box(29.68, -9.74, 29.71, -9.72)),
    ),
    Field.OVERDUE: (
        Condition(Field.OVERDUE, Op.AS_OF, NOW),
        Condition(Field.OVERDUE, Op.AS_OF, datetime(2019, 1, 1, tzinfo=UTC)),
    ),
    Field.TEXT: (
        Condition(Field.TEXT, Op.CONTAINS, ("retard",)),
        Condition(Field.TEXT, Op.CONTAINS, ("lampadaires",)),
        Condition(Field.TEXT, Op.CONTAINS, ("الدعم",)),
        Condition(Field.TEXT, Op.CONTAINS, ("4637",)),
    ),
}


def questions() -> Iterator[tuple[Condition, Condition]]:
    """Both conditions of every question."""
    for one, other in combinations(VALUES, 2):
        for condition in VALUES[one]:
            for second in VALUES[other]:
                yield condition, second
