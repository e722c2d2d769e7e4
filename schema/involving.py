"""Acts by which somebody else comes to have to do with a case: their inputs and payloads."""

import strawberry

from connectors.contract.acts import Act
from connectors.contract.records import AgencyCode
from resolvers.lifecycle import Request
from schema.acts import ActInput, ActPayload

_AGENCY = "The code of that agency."


@strawberry.input(description="Who handles the case from now on.")
class AssignComplaintInput(ActInput):
    assignee: str | None = strawberry.field(
        default=None,
        description="By the name or number that the agency itself has for them, at most 200 "
        "characters. Left out: nobody.",
    )

    def request(self) -> Request:
        return Request(Act.ASSIGN, assignee=self.assignee)


@strawberry.input(description="The case repeats another one.")
class LinkDuplicateInput(ActInput):
    original: str = strawberry.field(
        description="The reference of that other case, which must be one that the viewer may see "
        "and in which there will be an answer."
    )
    text: str | None = strawberry.field(default=None, description="Why; the complainant reads it.")

    def request(self) -> Request:
        return Request(Act.LINK_DUPLICATE, text=self.text, original=self.original)


@strawberry.input(description="Another agency is competent.")
class TransferComplaintInput(ActInput):
    agency: str = strawberry.field(description=_AGENCY)
    text: str = strawberry.field(description="Why; the complainant reads it.")
    service_code: str | None = strawberry.field(
        default=None, description="Which of that agency's services it is about."
    )

    def request(self) -> Request:
        return Request(
            Act.TRANSFER,
            text=self.text,
            agency=AgencyCode(self.agency),
            service_code=self.service_code,
        )


@strawberry.input(description="Another agency is asked to help.")
class AddCoAgencyInput(ActInput):
    agency: str = strawberry.field(description=_AGENCY)
    text: str | None = strawberry.field(
        default=None, description="What it is asked for; only colleagues read it."
    )

    def request(self) -> Request:
        return Request(Act.ADD_CO_AGENCY, text=self.text, agency=AgencyCode(self.agency))


@strawberry.input(description="The complainant turns to the ombudsman.")
class HandOverInput(ActInput):
    no_court_seized: bool = strawberry.field(
        description="The complainant's statement that the matter is before no court; law 14-16 asks "
        "for it."
    )
    text: str | None = strawberry.field(
        default=None, description="Why the complainant is not content; both sides read it."
    )

    def request(self) -> Request:
        return Request(Act.HAND_OVER, text=self.text, no_court_seized=self.no_court_seized)


@strawberry.type(description="What became of the assignment.")
class AssignComplaintPayload(ActPayload):
    pass


@strawberry.type(description="What became of the link.")
class LinkDuplicatePayload(ActPayload):
    pass


@strawberry.type(description="What became of the transfer.")
class TransferComplaintPayload(ActPayload):
    pass


@strawberry.type(description="What became of the request for help.")
class AddCoAgencyPayload(ActPayload):
    pass


@strawberry.type(description="What became of the handing over.")
class HandOverPayload(ActPayload):
    pass
