"""Show a case that was read as somebody may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from connectors.contract.records import Complaint, utc_now
from resolvers.policy import Pseudonyms, Sight
from resolvers.registry import Registry


@dataclass(frozen=True, slots=True)
class Presenting:
    """Shows the cases of the agencies of one registry."""

    registry: Registry
    pseudonyms: Pseudonyms

    def knows(self, record: Complaint) -> bool:
        """Whether the agency responsible is in the registry."""
        return record.agency_code in self.registry.agencies

    def shown(self, sight: Sight, record: Complaint) -> Complaint:
        """`record` as `sight` shows it, with what the registry and the clock add."""
        return self.all_shown(sight, (record,))[0]

    def all_shown(self, sight: Sight, records: Sequence[Complaint]) -> list[Complaint]:
        """The same of many, in their order."""
        now = utc_now()
        return [sight.of(self._added(record, now), self.pseudonyms) for record in records]

    def _added(self, record: Complaint, now: datetime) -> Complaint:
        registry = self.registry
        agency = registry.agencies.get(record.agency_code)
        service = None
        if record.service_code is not None:
            service = registry.services.get((record.agency_code, record.service_code))
        return replace(
            record,
            agency=agency,
            demonstration=record.demonstration or (agency is not None and agency.demonstration),
            service=service,
            overdue=None if record.due_at is None else record.overdue_at(now),
        )
