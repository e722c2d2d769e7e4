"""Show a case that was read as somebody may see it."""

from dataclasses import dataclass

import msgspec

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
        agency = self.registry.agencies.get(record.agency_code)
        added = msgspec.structs.replace(
            record,
            agency=agency,
            demonstration=record.demonstration or (agency is not None and agency.demonstration),
            service=self.registry.services.get((record.agency_code, record.service_code)),
            overdue=None if record.due_at is None else record.overdue_at(utc_now()),
        )
        return sight.of(added, self.pseudonyms)
