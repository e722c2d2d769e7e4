"""Say for how many administrations of each class the cases are known; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors.contract.beats import PERIODS_OF_SILENCE
from connectors.contract.figures import Coverage
from connectors.contract.records import STORE, Agency, AgencyClass, Mode, SourceId
from resolvers.registry import Registry


def coverage_of(
    registry: Registry, heard: Mapping[SourceId, datetime], now: datetime
) -> Sequence[Coverage]:
    """Of every class that has agencies, without the invented ones and with them.

    `heard` tells when each mirrored source was last heard in full; those never heard are absent.
    """
    return [
        _coverage(agency_class, members, registry, heard, now, demonstration=demonstration)
        for agency_class in AgencyClass
        for demonstration in (False, True)
        if (
            members := [
                agency
                for agency in registry.agencies.values()
                if agency.agency_class is agency_class
                and (demonstration or not agency.demonstration)
            ]
        )
    ]


def _coverage(
    agency_class: AgencyClass,
    members: Sequence[Agency],
    registry: Registry,
    heard: Mapping[SourceId, datetime],
    now: datetime,
    *,
    demonstration: bool,
) -> Coverage:
    known = [_known_at(registry, agency, heard, now) for agency in members]
    covered = [at for at in known if at is not None]
    return Coverage(
        agency_class,
        demonstration,
        agencies=len(members),
        covered=len(covered),
        as_of=min(covered, default=now),
    )


def _known_at(
    registry: Registry, agency: Agency, heard: Mapping[SourceId, datetime], now: datetime
) -> datetime | None:
    """Up to when the agency's cases are known here; None if they are not, or not any more."""
    source = registry.sources[registry.routes[agency.code].details]
    if source.id == STORE:
        return now
    if source.mode is not Mode.MIRROR or source.id not in heard:
        return None
    silent = (now - heard[source.id]).total_seconds()
    fresh = silent <= PERIODS_OF_SILENCE * source.sync.every_seconds
    return min(heard[source.id], now) if fresh else None
