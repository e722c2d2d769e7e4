"""Advice before filing as the graph shows it: likely agencies, excluded matters, similar cases."""

import strawberry

from connectors.contract.records import AgencyCode
from resolvers.advice import excluded, similar
from resolvers.advice.excluded import MatterCode
from resolvers.advice.likely import ReasonCode
from schema.agency import Agency
from schema.complaint import Complaint
from schema.enums import Inadmissibility, SourceStatus, described
from schema.labels import LocalizedText
from schema.service import Service

described(
    ReasonCode,
    called="LikelyAgencyReasonCode",
    SERVICE_WORDS="Words of the text are words of this service.",
    AGENCY_WORDS="Words of the text are words of the agency's name.",
    PLACE_NAMED="It is the local agency of a place that was named.",
    PLACE_AROUND="It is a part of the local agency of a place that was named, or the other way "
    "round.",
    SAME_REGION="It is a local agency of the region that was named.",
    ELSEWHERE="It is a local agency of another region: this speaks against it.",
)
described(
    MatterCode,
    called="ExcludedMatterCode",
    BEFORE_A_COURT="It is before a court or another competent body.",
    JUDGED="It has been judged.",
    JUDICIAL_POLICE="The judicial police has recorded it for the prosecutor.",
    ANOTHER_BODY="The administration is not competent.",
    NATIONAL_DEFENCE="It is about the administration of National Defence.",
    INFORMATION_REQUEST="It asks for information.",
    CORRUPTION="It reports corruption.",
)


@strawberry.type(description="One thing that speaks for an agency, or against it.")
class LikelyAgencyReason:
    code: ReasonCode = strawberry.field(description="What kind of reason it is.")
    words: list[str] = strawberry.field(
        description="The words of the text, as they are compared: without marks, accents and case."
    )
    region: str | None = strawberry.field(
        description="The agency's region, where that is the reason."
    )


@strawberry.type(description="An agency that may be competent.")
class LikelyAgency:
    agency: Agency = strawberry.field(description="The agency.")
    service: Service | None = strawberry.field(
        description="The one of its services that most speaks for; null if only its name does."
    )
    score: float = strawberry.field(
        description="Above 0 and below 1; for comparing within one answer, no probability."
    )
    reasons: list[LikelyAgencyReason] = strawberry.field(description="What made the score.")


@strawberry.type(description="The agencies that may be competent.")
class LikelyAgencies:
    suggestions: list[LikelyAgency] = strawberry.field(
        description="The likeliest first, then by code; each agency once. Empty if nothing speaks "
        "for any."
    )
    regions: list[str] = strawberry.field(
        description="ISO 3166-2:MA codes of the regions that were understood; empty if no place was."
    )


@strawberry.type(description="A matter that the law does not let be treated as a complaint.")
class ExcludedMatter:
    suggested: bool = strawberry.field(
        description="Whether the text hints at it: worth a question, and no more."
    )
    words: list[str] = strawberry.field(
        description="The words of the text that hint at it, without marks, accents and case."
    )

    @strawberry.field(description="Which matter it is.")
    def code(self: excluded.ExcludedMatter) -> MatterCode:
        return self.matter.code

    @strawberry.field(description="How a case about it would be assessed.")
    def inadmissibility(self: excluded.ExcludedMatter) -> Inadmissibility:
        return self.matter.inadmissibility

    @strawberry.field(description="The number of the law or decree behind it.")
    def law(self: excluded.ExcludedMatter) -> str:
        return self.matter.law

    @strawberry.field(graphql_type=LocalizedText, description="What people call it.")
    def name(self: excluded.ExcludedMatter) -> LocalizedText:
        return self.matter.name  # type: ignore[return-value]  # records travel as they are

    @strawberry.field(graphql_type=LocalizedText, description="Where to go instead.")
    def instead(self: excluded.ExcludedMatter) -> LocalizedText:
        return self.matter.instead  # type: ignore[return-value]  # the same

    @strawberry.field(description="The address of that place, if it has one.")
    def url(self: excluded.ExcludedMatter) -> str | None:
        return self.matter.url


@strawberry.input(description="What is about to be filed.")
class SimilarComplaintsInput:
    text: str = strawberry.field(description="What happened, in the person's words.")
    agency: str = strawberry.field(description="The code of the agency it is about.")
    service_code: str | None = strawberry.field(
        default=None, description="Only among cases about the service of this code."
    )
    area_code: str | None = strawberry.field(
        default=None,
        description="Only among cases in this area: the ISO 3166-2:MA code of a region, which "
        "stands for all in it, or of a province or prefecture.",
    )


@strawberry.type(description="An open case that is like the text.")
class SimilarComplaint:
    complaint: Complaint = strawberry.field(description="The case.")
    score: float = strawberry.field(description="Above 0, and 1 for the same words.")


@strawberry.type(description="How a source did that holds cases of the agency.")
class AskedSource:
    source: str = strawberry.field(description="The source's name; `store` is our own.")
    status: SourceStatus = strawberry.field(description="How it did.")


@strawberry.type(description="What open complaints are like a text.")
class SimilarComplaints:
    at_least: int | None = strawberry.field(
        description="How many were found, rounded down to a multiple of five; null if fewer than "
        "five were, or none."
    )
    complaints: list[SimilarComplaint] | None = strawberry.field(
        description="The most alike first, then the newest. Null for who does not read the "
        "agency's cases."
    )
    looked_at: int | None = strawberry.field(
        description="How many cases were compared; null where `complaints` is."
    )
    searched_for: str | None = strawberry.field(
        description="The part of a word that all cases looked at have; null if no word of the text "
        "told enough to look for any. Who does not read the cases has only words of services "
        "looked for."
    )
    sources: list[AskedSource] = strawberry.field(
        description="How each source did that holds cases of the agency."
    )
    complete: bool = strawberry.field(
        description="Whether every open case with that part of a word was looked at."
    )


def question_of(given: SimilarComplaintsInput) -> similar.SimilarQuestion:
    """What is looked for."""
    return similar.SimilarQuestion(
        given.text, AgencyCode(given.agency), given.service_code, given.area_code
    )
