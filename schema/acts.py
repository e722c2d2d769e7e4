"""What is done in a case: an input and a payload for each act, and the request they stand for."""

import strawberry

from connectors.contract.acts import Act
from resolvers.acts import Which
from resolvers.lifecycle import Request
from schema.complaint import Complaint
from schema.context import Context
from schema.enums import Inadmissibility, Outcome
from schema.problem import Problem

TEXT = "In the person's or the agency's words."
TEXT_OR_FILES = f"{TEXT} May be empty where files come with it."
FILES = (
    "The ids of files that come with it, as `/uploads` answered them; each can be claimed once, "
    "within 24 hours."
)


@strawberry.input(description="The case that is meant.")
class CaseInput:
    reference: str | None = strawberry.field(
        default=None, description="Its reference, as on the receipt; either that or `id`."
    )
    id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Its global id, for who is signed in. A case that was not filed here gets a "
        "reference by the first act in it, and its id goes on to lead to it.",
    )
    tracking_code: str | None = strawberry.field(
        default=None,
        description="Its tracking code: with the reference it lets anyone act as the complainant. "
        "Left out by who is signed in and acts by their own right, and in a browser that has just "
        "opened this case by it (/auth/case).",
    )


def which_of(context: Context, case: CaseInput) -> Which:
    """The case that is meant, with its code if that was opened before."""
    code = context.code_of(case.reference, case.tracking_code)
    return Which(case.reference, code, case.id)


def ids(given: list[strawberry.ID] | None) -> tuple[str, ...]:
    """The ids of files."""
    return tuple(given or ())


@strawberry.input(description="What every act in a case is given.")
class ActInput:
    case: CaseInput = strawberry.field(description="The case that is meant.")
    idempotency_key: str = strawberry.field(
        description="Made anew for each act, and sent again with each repetition of it: the same "
        "key, viewer, act and content are done once. Anonymous callers give at least 128 random "
        "bits (22 characters of base 64)."
    )
    expected_version: int | None = strawberry.field(
        default=None,
        description="The version of the case that this is done upon; if it is another by now, "
        "nothing is done and the problem CONFLICT says so. Left out: upon whatever it is.",
    )

    def request(self) -> Request:
        """What is to be done."""
        raise NotImplementedError


@strawberry.input(description="A message to the other side.")
class AddMessageInput(ActInput):
    text: str = strawberry.field(description=TEXT_OR_FILES)
    language: str | None = strawberry.field(default=None, description="Its BCP 47 tag.")
    uploads: list[strawberry.ID] | None = strawberry.field(default=None, description=FILES)

    def request(self) -> Request:
        return Request(
            Act.ADD_MESSAGE, text=self.text, language=self.language, uploads=ids(self.uploads)
        )


@strawberry.input(description="What the complainant was asked for.")
class ProvideInformationInput(ActInput):
    text: str = strawberry.field(description=TEXT_OR_FILES)
    language: str | None = strawberry.field(default=None, description="Its BCP 47 tag.")
    uploads: list[strawberry.ID] | None = strawberry.field(default=None, description=FILES)

    def request(self) -> Request:
        return Request(
            Act.PROVIDE_INFORMATION,
            text=self.text,
            language=self.language,
            uploads=ids(self.uploads),
        )


@strawberry.input(description="The complainant takes the complaint back.")
class WithdrawComplaintInput(ActInput):
    text: str | None = strawberry.field(default=None, description="Why.")

    def request(self) -> Request:
        return Request(Act.WITHDRAW, text=self.text)


@strawberry.input(description="What the complainant thinks of the last answer.")
class RateAnswerInput(ActInput):
    score: int = strawberry.field(description="From 1 (bad) to 5.")
    text: str | None = strawberry.field(default=None, description="Why.")

    def request(self) -> Request:
        return Request(Act.RATE, text=self.text, score=self.score)


@strawberry.input(description="The complainant is not content with the answer.")
class ReopenComplaintInput(ActInput):
    text: str = strawberry.field(description="Why.")

    def request(self) -> Request:
        return Request(Act.REOPEN, text=self.text)


@strawberry.input(description="The agency confirms to have the case, or takes a reopened one up.")
class AcknowledgeComplaintInput(ActInput):
    def request(self) -> Request:
        return Request(Act.ACKNOWLEDGE)


@strawberry.input(description="Whether the case is to be treated, and if not, why.")
class AssessComplaintInput(ActInput):
    inadmissible: Inadmissibility | None = strawberry.field(
        default=None, description="Why it cannot be treated. Left out: it will be."
    )
    text: str | None = strawberry.field(
        default=None, description="The reasons; required where it cannot be treated."
    )
    instead: str | None = strawberry.field(
        default=None, description="Where to go instead; required for OTHER_COMPETENT_BODY."
    )

    def request(self) -> Request:
        return Request(
            Act.ASSESS,
            text=self.text,
            inadmissible=self.inadmissible,
            instead=self.instead,
        )


@strawberry.input(description="A note that only colleagues read.")
class AddNoteInput(ActInput):
    text: str = strawberry.field(description=TEXT)

    def request(self) -> Request:
        return Request(Act.ADD_NOTE, text=self.text)


@strawberry.input(description="What the complainant is to tell or send.")
class RequestInformationInput(ActInput):
    text: str = strawberry.field(description=TEXT)
    language: str | None = strawberry.field(default=None, description="Its BCP 47 tag.")
    uploads: list[strawberry.ID] | None = strawberry.field(default=None, description=FILES)

    def request(self) -> Request:
        return Request(
            Act.REQUEST_INFORMATION,
            text=self.text,
            language=self.language,
            uploads=ids(self.uploads),
        )


@strawberry.input(description="An interim answer: why the whole one takes longer.")
class AnswerInPartInput(ActInput):
    text: str = strawberry.field(description=TEXT)
    language: str | None = strawberry.field(default=None, description="Its BCP 47 tag.")
    uploads: list[strawberry.ID] | None = strawberry.field(default=None, description=FILES)

    def request(self) -> Request:
        return Request(
            Act.ANSWER_IN_PART, text=self.text, language=self.language, uploads=ids(self.uploads)
        )


@strawberry.input(description="The reasoned answer.")
class DecideComplaintInput(ActInput):
    outcome: Outcome = strawberry.field(description="What is decided.")
    text: str = strawberry.field(description="The reasons, in full sentences.")
    legal_basis: str | None = strawberry.field(default=None, description="The rules it rests on.")
    instead: str | None = strawberry.field(
        default=None, description="Where to go instead; required for REDIRECTED."
    )
    uploads: list[strawberry.ID] | None = strawberry.field(default=None, description=FILES)

    def request(self) -> Request:
        return Request(
            Act.DECIDE,
            text=self.text,
            outcome=self.outcome,
            legal_basis=self.legal_basis,
            instead=self.instead,
            uploads=ids(self.uploads),
        )


@strawberry.input(description="Nothing further is to be done.")
class CloseComplaintInput(ActInput):
    text: str | None = strawberry.field(default=None, description="Why.")

    def request(self) -> Request:
        return Request(Act.CLOSE, text=self.text)


@strawberry.interface(description="What became of an act.")
class ActPayload:
    complaint: Complaint | None = strawberry.field(
        description="The case as it stands now, changed or not; null if there is none in which "
        "this viewer may do this."
    )
    problems: list[Problem] = strawberry.field(description="Why nothing was done; empty if it was.")


@strawberry.type(description="What became of a message.")
class AddMessagePayload(ActPayload):
    pass


@strawberry.type(description="What became of the information.")
class ProvideInformationPayload(ActPayload):
    pass


@strawberry.type(description="What became of the withdrawal.")
class WithdrawComplaintPayload(ActPayload):
    pass


@strawberry.type(description="What became of the rating.")
class RateAnswerPayload(ActPayload):
    pass


@strawberry.type(description="What became of the reopening.")
class ReopenComplaintPayload(ActPayload):
    pass


@strawberry.type(description="What became of the acknowledgement.")
class AcknowledgeComplaintPayload(ActPayload):
    pass


@strawberry.type(description="What became of the assessment.")
class AssessComplaintPayload(ActPayload):
    pass


@strawberry.type(description="What became of the note.")
class AddNotePayload(ActPayload):
    pass


@strawberry.type(description="What became of the request.")
class RequestInformationPayload(ActPayload):
    pass


@strawberry.type(description="What became of the interim answer.")
class AnswerInPartPayload(ActPayload):
    pass


@strawberry.type(description="What became of the answer.")
class DecideComplaintPayload(ActPayload):
    pass


@strawberry.type(description="What became of the closing.")
class CloseComplaintPayload(ActPayload):
    pass
