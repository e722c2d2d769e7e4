"""Make the services of the registry from how they are described."""

from connectors.contract.records import (
    AgencyCode,
    AttributeChoice,
    LocalizedText,
    Service,
    ServiceAttribute,
)
from gateway.config.entries import AttributeEntry, ServiceEntry


def service_of(agency: AgencyCode, entry: ServiceEntry) -> Service:
    """A service of `agency`, with the questions it asks."""
    return Service(
        agency_code=agency,
        code=entry.code,
        name=LocalizedText(**entry.name.model_dump()),
        description=entry.description,
        group=entry.group,
        keywords=tuple(entry.keywords),
        attributes=tuple(map(_attribute, entry.attributes)),
    )


def _attribute(entry: AttributeEntry) -> ServiceAttribute:
    return ServiceAttribute(
        code=entry.code,
        type=entry.type,
        required=entry.required,
        description=entry.description,
        hint=entry.hint,
        asked=entry.asked,
        choices=tuple(AttributeChoice(key=each.key, name=each.name) for each in entry.choices),
    )
