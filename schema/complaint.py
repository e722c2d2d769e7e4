"""Complaints as the graph shows them; every field is an attribute of the record."""

from datetime import datetime
from typing import ClassVar

import strawberry

from connectors.contract import records
from connectors.contract.records import Record
from schema.agency import Agency
from schema.enums import (
    Act,
    AuthorRole,
    Channel,
    DatePrecision,
    EventKind,
    Kind,
    Mode,
    Outcome,
    Part,
    Status,
    Visibility,
)
from schema.node import Node
from schema.service import Service


@strawberry.type(description="Where it happened, as far as the source says.")
class Location:
    address: str | None = strawberry.field(description="In words.")
    area_code: str | None = strawberry.field(
        description="ISO 3166-2:MA code, or the source's own word for the area."
    )
    latitude: float | None = strawberry.field(description="WGS 84 degrees, north positive.")
    longitude: float | None = strawberry.field(description="WGS 84 degrees, east positive.")


@strawberry.type(description="Something said in a case.")
class Message:
    id: strawberry.ID = strawberry.field(description="Unique within the case.")
    author: AuthorRole = strawberry.field(description="Who speaks, by role; never by name.")
    visibility: Visibility = strawberry.field(description="Who may read it.")
    body: str = strawberry.field(description="What was said.")
    at: datetime = strawberry.field(description="When it was said.")
    language: str | None = strawberry.field(description="BCP 47 tag, as far as known.")


@strawberry.type(description="Something that happened to a case.")
class Event:
    id: strawberry.ID = strawberry.field(description="Unique within the case.")
    kind: EventKind = strawberry.field(description="What happened.")
    at: datetime = strawberry.field(description="When it happened.")
    status: Status | None = strawberry.field(
        description="The status it led to; null if it changed none."
    )
    raw_status: str | None = strawberry.field(description="The source's own word for that status.")
    agency_code: str | None = strawberry.field(
        description="The agency that became responsible by it, or takes part since; null if it is "
        "about none."
    )
    source_at: datetime | None = strawberry.field(
        description="When it happened by the account of the system that holds the case, if it was "
        "heard from there; `at` is when it was heard."
    )


@strawberry.type(description="An agency that has to do with a case without being responsible.")
class Participant:
    agency_code: str = strawberry.field(description="Its code.")
    part: Part = strawberry.field(description="Why it has to do with the case.")
    since: datetime = strawberry.field(description="Since when.")


@strawberry.type(description="The reasoned answer.")
class Decision:
    id: strawberry.ID = strawberry.field(description="Unique within the case.")
    outcome: Outcome = strawberry.field(description="What was decided.")
    reasons: str = strawberry.field(description="Why, in full sentences.")
    at: datetime = strawberry.field(description="When it was decided.")
    legal_basis: str | None = strawberry.field(description="The rules it rests on.")
    notified_at: datetime | None = strawberry.field(
        description="When the complainant could first read it, which stops the legal clock."
    )
    instead: str | None = strawberry.field(
        description="Where to go instead, where the case does not belong here."
    )
    rating: int | None = strawberry.field(
        description="What the complainant thinks of it, from 1 (bad) to 5; null if they did not say."
    )
    rating_comment: str | None = strawberry.field(description="Why, in the complainant's words.")
    rated_at: datetime | None = strawberry.field(description="When they said so.")
    source_at: datetime | None = strawberry.field(
        description="When it was given by the account of the system that holds the case, if it was "
        "heard from there; `at` is when it was heard."
    )
    answered_without_reasons: bool = strawberry.field(
        description="True if that system says that the case was answered and nobody there said why; "
        "`reasons` is empty then."
    )


@strawberry.type(description="What is known of a file; its content is at its `url`.")
class Attachment:
    id: strawberry.ID = strawberry.field(description="Unique within the case.")
    name: str | None = strawberry.field(description="The file's name.")
    media_type: str | None = strawberry.field(description="Its media type, such as image/jpeg.")
    bytes: int | None = strawberry.field(description="Its size.")
    sha256: str | None = strawberry.field(description="Its SHA-256 digest, in hexadecimal.")
    url: str | None = strawberry.field(
        description="Where its content is: an address of the source's for public media, or one that "
        "begins with /files/ here, for who may read the case; null where it cannot be had."
    )
    at: datetime | None = strawberry.field(
        description="When it came; null where the source does not say."
    )
    author: AuthorRole | None = strawberry.field(
        description="Which side it is from, by role; null where the source does not say."
    )
    message: strawberry.ID | None = strawberry.field(
        description="The id of the message that it came with; null if it came with none."
    )
    decision: strawberry.ID | None = strawberry.field(
        description="The id of the answer that it came with; null if it came with none."
    )


@strawberry.type(description="Who says this, how, and how fresh it is.")
class Origin:
    source: str = strawberry.field(description="The source's name, as in `sources`.")
    source_id: str = strawberry.field(description="The case's id there.")
    mode: Mode = strawberry.field(description="Where the case is kept.")
    fetched_at: datetime = strawberry.field(description="When this was read from its holder.")
    source_updated_at: datetime | None = strawberry.field(
        description="When the holder last changed it, by its own account."
    )
    stale: bool = strawberry.field(
        description="True if the source did not answer and this is what it last said."
    )
    raw_status: str | None = strawberry.field(description="The source's own word for the status.")
    pending_acts: list[Act] = strawberry.field(
        description="What was done here and the source has not heard of yet, in that order."
    )


@strawberry.type(
    description="One case, in one vocabulary, whoever holds it. What a source may not know is "
    "nullable; `sources.fieldsMissing` tells what it never tells."
)
class Complaint(Node):
    record: ClassVar[type[Record]] = records.Complaint

    reference: str | None = strawberry.field(
        description="The number of the receipt; null for a case that was not filed here."
    )
    version: int = strawberry.field(description="Counts the changes known here.")
    origin: Origin = strawberry.field(description="Who says this, and how fresh it is.")
    agency_code: str = strawberry.field(description="The code of the agency responsible.")
    agency: Agency | None = strawberry.field(
        description="The agency responsible; null only if it is no longer in the registry."
    )
    status: Status = strawberry.field(description="Where the case stands.")
    status_reason: str | None = strawberry.field(description="Why, in the holder's words.")
    kind: Kind = strawberry.field(description="What the person brings.")
    title: str | None = strawberry.field(description="What it is about, in a line.")
    description: str | None = strawberry.field(description="What the person tells.")
    language: str | None = strawberry.field(
        description="BCP 47 tag of title and description, as far as known."
    )
    service_code: str | None = strawberry.field(
        description="The code of the service complained about."
    )
    service: Service | None = strawberry.field(
        description="That service as the registry has it; null if it does not know the code."
    )
    category: str | None = strawberry.field(description="The service in the holder's words.")
    channel: Channel | None = strawberry.field(description="How it reached the administration.")
    location: Location | None = strawberry.field(description="Where it happened.")
    created_at: datetime | None = strawberry.field(
        description="When the case began, by the listing source's account."
    )
    created_precision: DatePrecision = strawberry.field(description="How exactly that is known.")
    received_at: datetime | None = strawberry.field(
        description="When it was received here; the legal clock counts from then."
    )
    updated_at: datetime | None = strawberry.field(
        description="When it last changed, by the listing source's account."
    )
    due_at: datetime | None = strawberry.field(description="When an answer is due at the latest.")
    overdue: bool | None = strawberry.field(
        description="Whether an answer is still owed after that time; null if there is no such "
        "time."
    )
    closed_at: datetime | None = strawberry.field(description="When it was closed.")
    assignee: str | None = strawberry.field(
        description="Who handles it, by the name that the agency has for them; null if nobody is "
        "named. Only for the agency."
    )
    duplicate_of: str | None = strawberry.field(
        description="The reference of the case that this one repeats, where the answer will be."
    )
    handed_over_at: datetime | None = strawberry.field(
        description="When the complainant handed it over to the ombudsman."
    )
    participants: list[Participant] = strawberry.field(
        description="The agencies that have to do with it beside the one responsible, oldest first."
    )
    demonstration: bool = strawberry.field(description="True for an invented case.")
    secret: bool | None = strawberry.field(
        description="Whether whoever complains asked that who they are be kept secret; null where "
        "it is not known how the case was filed."
    )
    possible_acts: list[Act] | None = strawberry.field(
        description="What of the lifecycle this viewer may do in it as it stands now, given what "
        "the act asks for; null if that is not known now. An act may be refused all the same "
        "when the case has changed since."
    )
    messages: list[Message] | None = strawberry.field(
        description="What was said, oldest first; internal messages only for staff."
    )
    events: list[Event] | None = strawberry.field(description="What happened, oldest first.")
    decisions: list[Decision] | None = strawberry.field(
        description="The reasoned answers, oldest first."
    )
    attachments: list[Attachment] | None = strawberry.field(description="The files, oldest first.")
