"""Administrations of every class and every way of being known, and a store that counts them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from connectors.contract.figures import Cohort, Counts, Coverage, Month
from connectors.contract.records import (
    STORE,
    Agency,
    AgencyClass,
    AgencyCode,
    LocalizedText,
    Mode,
    SourceId,
)
from connectors.memory.full import FULL
from connectors.store import Store
from resolvers.figures import Recount
from resolvers.registry import Registry, Source, SyncSettings

NOW: Final = datetime(2026, 3, 25, 9, tzinfo=UTC)
FRESH, SILENT, LIVE = SourceId("fresh"), SourceId("silent"), SourceId("live")
EVERY_SECONDS: Final = 300.0
HEARD_AT: Final = NOW - timedelta(seconds=3 * EVERY_SECONDS)
"""The earliest that still counts as lately."""


def agency(code: str, of_class: AgencyClass, *, invented: bool = False) -> Agency:
    return Agency(
        code=AgencyCode(code),
        name=LocalizedText(fr=code),
        agency_class=of_class,
        demonstration=invented,
    )


AGENCIES: Final = {
    each.code: each
    for each in (
        agency("water", AgencyClass.EEP),
        agency("rails", AgencyClass.EEP),
        agency("interior", AgencyClass.MINISTRY),
        agency("plan", AgencyClass.HIGH_COMMISSION),
        agency("rabat", AgencyClass.COLLECTIVITE),
        agency("fes", AgencyClass.COLLECTIVITE),
        agency("agadir", AgencyClass.COLLECTIVITE),
        agency("invented", AgencyClass.COLLECTIVITE, invented=True),
    )
}


def mirror(name: SourceId, *agencies: str) -> Source:
    return Source(
        name,
        "memory",
        Mode.MIRROR,
        FULL,
        tuple(map(AgencyCode, agencies)),
        sync=SyncSettings(every_seconds=EVERY_SECONDS),
    )


REGISTRY: Final = Registry(
    AGENCIES,
    {
        STORE: Source(STORE, "store", Mode.OWN, FULL),
        FRESH: mirror(FRESH, "rabat", "rails"),
        SILENT: mirror(SILENT, "fes"),
        LIVE: Source(LIVE, "memory", Mode.LIVE, FULL, (AgencyCode("agadir"),)),
    },
)

Figures = dict[Cohort, Counts]


def recount(
    store: Store, *, at: datetime = NOW, registry: Registry = REGISTRY, page: int = 500
) -> Recount:
    return Recount(store.figures, store.mirror, lambda: registry, now=lambda: at, page=page)


async def kept(store: Store) -> Figures:
    """All that is kept, by cohort."""
    found: Figures = {}
    for demonstration in (False, True):
        for each in await store.figures.kept(
            list(AgencyClass), Month(1, 1), Month(9999, 12), demonstration=demonstration
        ):
            of_class = each.coverage.agency_class
            found |= {
                Cohort(of_class, demonstration, month): counts
                for month, counts in each.months.items()
            }
    return found


async def coverage(store: Store, *, demonstration: bool = False) -> dict[str, Coverage]:
    """What is kept of how much is known, by class."""
    classes = await store.figures.kept(
        list(AgencyClass), Month(1, 1), Month(1, 1), demonstration=demonstration
    )
    return {each.coverage.agency_class.value: each.coverage for each in classes}
