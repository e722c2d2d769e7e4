"""Filing a complaint: what is given, and the receipt or the problems that come back."""

from datetime import datetime
from typing import Any

import strawberry

from connectors.contract import records
from connectors.contract.connector import Contact, OnBehalfOf
from connectors.contract.records import AgencyCode
from resolvers import filing, questions, wording
from resolvers.filing_request import FilingRequest
from schema.acts import FILES, ids
from schema.complaint import Complaint
from schema.context import Info
from schema.enums import Channel, Kind, Mandate, PersonType
from schema.problem import Problem


@strawberry.input(description="Where it happened, as far as the person says.")
class LocationInput:
    address: str | None = strawberry.field(default=None, description="In words.")
    area_code: str | None = strawberry.field(
        default=None, description="ISO 3166-2:MA code of the region, province or prefecture."
    )
    latitude: float | None = strawberry.field(
        default=None, description="WGS 84 degrees; only together with the longitude."
    )
    longitude: float | None = strawberry.field(
        default=None, description="WGS 84 degrees; only together with the latitude."
    )


@strawberry.input(
    description="How to reach whoever complains, and not who enters it for them. It is kept apart; "
    "`readComplainant` tells who may look."
)
class ContactInput:
    name: str | None = strawberry.field(default=None, description="The person's name.")
    phone: str | None = strawberry.field(
        default=None,
        description="As it is dialled, in whatever digits: 0612345678, +212 6 12 34 56 78.",
    )
    email: str | None = strawberry.field(
        default=None,
        description="An e-mail address; what becomes of the case is written to it, if this gateway "
        "sends letters.",
    )
    language: str | None = strawberry.field(
        default=None,
        description="BCP 47 tag of what the person reads; left out: the language of the description, or else what `Accept-Language` prefers.",
    )


@strawberry.input(
    description="For whom somebody complains who does not complain for themselves. It is kept apart; "
    "`readComplainant` tells who may look."
)
class OnBehalfOfInput:
    name: str = strawberry.field(description="Their name.")
    mandate: Mandate = strawberry.field(description="By what whoever complains acts for them.")
    person_type: PersonType = strawberry.field(
        default=PersonType.NATURAL, description="Who they are before the law."
    )


@strawberry.input(description="The answer to one of the service's questions.")
class AttributeAnswer:
    code: str = strawberry.field(description="The question's code.")
    values: list[str] = strawberry.field(
        description="The answer; several only where several choices may be taken."
    )


@strawberry.input(description="What is filed.")
class FileComplaintInput:
    agency: str = strawberry.field(description="The code of the agency complained about.")
    idempotency_key: str = strawberry.field(
        description="Made anew for each filing, and sent again with each repetition of it: the "
        "same key, viewer and content get the same receipt. Anonymous callers give at least 128 "
        "random bits (22 characters of base 64)."
    )
    kind: Kind = strawberry.field(default=Kind.COMPLAINT, description="What the person brings.")
    channel: Channel = strawberry.field(
        default=Channel.WEB,
        description="How it reached the administration. On the web and in an application people "
        "file for themselves; any other is said by who enters a complaint for whoever complains, and "
        "only by who receives complaints that way.",
    )
    description: str = strawberry.field(
        default="",
        description="What happened, in the person's words. May be left out if it is told in a "
        "recording, of sound or video, among `uploads`.",
    )
    uploads: list[strawberry.ID] | None = strawberry.field(default=None, description=FILES)
    title: str | None = strawberry.field(default=None, description="What it is about, in a line.")
    service_code: str | None = strawberry.field(
        default=None, description="The code of the service complained about."
    )
    language: str | None = strawberry.field(
        default=None, description="BCP 47 tag of title and description, such as ar or fr."
    )
    location: LocationInput | None = strawberry.field(
        default=None, description="Where it happened."
    )
    contact: ContactInput | None = strawberry.field(
        default=None, description="How to reach whoever complains."
    )
    on_behalf_of: OnBehalfOfInput | None = strawberry.field(
        default=None,
        description="For whom they complain, if somebody else: a child, a client, an association's "
        "member. Left out: for themselves.",
    )
    secret: bool = strawberry.field(
        default=False,
        description="Whether whoever complains asks that who they are be kept secret: of those who "
        "handle the case only supervisors may look.",
    )
    attributes: list[AttributeAnswer] | None = strawberry.field(
        default=None,
        description="Answers to the service's questions: `Agency.service { attributes }`.",
    )


@strawberry.type(description="Proof that a case was received; it is as durable as the case.")
class Receipt:
    reference: str = strawberry.field(description="The number of the case, for ever.")
    tracking_code: str = strawberry.field(
        description="What proves, with the reference, the right to follow the case."
    )
    received_at: datetime = strawberry.field(description="When it was received.")
    due_at: datetime | None = strawberry.field(
        description="When an answer is due at the latest; null where the law sets no term."
    )
    complaint: Complaint = strawberry.field(description="The case as it was filed.")


@strawberry.type(description="What could not be seen to although a filing was taken.")
class FilingWarning:
    code: str = strawberry.field(description="A stable code; docs/errors.md lists them.")
    path: list[str] = strawberry.field(description="The input field it is about.")

    @strawberry.field(
        description="What that is, and what may follow, for people: in the language that a "
        "problem's message would have."
    )
    def message(self: questions.Warned, info: Info) -> str:
        return self.message(info.context.language)


@strawberry.type(description="A receipt, or the problems for want of one.")
class FileComplaintPayload:
    receipt: Receipt | None = strawberry.field(description="Null if there are problems.")
    problems: list[Problem] = strawberry.field(
        description="All that was wrong; nothing was stored. Empty if there is a receipt."
    )
    warnings: list[FilingWarning] = strawberry.field(
        description="With a receipt: what the agency may come back to."
    )


def request_of(given: FileComplaintInput) -> FilingRequest:
    """What is to be filed."""
    contact, location, whom = given.contact, given.location, given.on_behalf_of
    return FilingRequest(
        agency_code=AgencyCode(given.agency),
        description=given.description,
        kind=given.kind,
        channel=given.channel,
        uploads=ids(given.uploads),
        title=given.title,
        service_code=given.service_code,
        secret=given.secret,
        language=given.language,
        location=None
        if location is None
        else records.Location(
            address=location.address,
            area_code=location.area_code,
            latitude=location.latitude,
            longitude=location.longitude,
        ),
        contact=Contact()
        if contact is None
        else Contact(
            name=contact.name,
            phone=contact.phone,
            email=contact.email,
            language=contact.language,
        ),
        on_behalf_of=None
        if whom is None
        else OnBehalfOf(name=whom.name, mandate=whom.mandate, person_type=whom.person_type),
        attributes=tuple((each.code, tuple(each.values)) for each in given.attributes or ()),
    )


def payload_of(filed: filing.Receipt | tuple[wording.Problem, ...]) -> FileComplaintPayload:
    """What came of it."""
    if isinstance(filed, filing.Receipt):
        warnings: Any = list(filed.warnings)
        return FileComplaintPayload(receipt=filed, problems=[], warnings=warnings)  # type: ignore[arg-type]  # records travel as they are
    return FileComplaintPayload(receipt=None, problems=list(filed), warnings=[])  # type: ignore[arg-type]  # the same
