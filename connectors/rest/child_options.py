"""The format of what a case holds beside itself: messages, events, decisions and attachments."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator

from connectors.contract.query import Child
from connectors.contract.records import AuthorRole, EventKind, Visibility
from connectors.rest.reading_options import Paging, Whole
from connectors.rest.requests import Reading, knows
from connectors.rest.rules import (
    AuthorChoice,
    AuthorRule,
    Described,
    EventChoice,
    EventRule,
    Number,
    OutcomeChoice,
    PathText,
    Text,
    Time,
    VisibilityChoice,
    VisibilityRule,
)

_WHOLE = Whole(style="none")


class ChildOptions(Described):
    """Where the items stand, and how they come."""

    items: PathText
    """Where they stand, from the case (or from the answer of `request`): their list, or each."""
    inside: PathText | None = None
    """A list inside each item; then `@` in paths is the inner one, and each inner one counts."""
    brought_by: Literal["list", "get", "both"] = "get"
    """Which calls bring them, if they have no request of their own."""
    include: dict[str, str] = {}
    """Parameters that make those calls bring them; equal names are joined by a comma."""
    request: Annotated[Reading, AfterValidator(knows("id"))] | None = None
    """A call of its own for each case."""
    paging: Paging = _WHOLE
    """How that call's further pages are asked for; all are read."""


class MessageOptions(ChildOptions):
    """What was said in a case. Items without a text or a time are left out."""

    id: Text
    """Unique in the case."""
    at: Time
    """When it was said."""
    body: Text
    """What was said."""
    author: AuthorChoice = AuthorRule(constant=AuthorRole.AGENCY)
    """Who said it."""
    visibility: VisibilityChoice = VisibilityRule(constant=Visibility.INTERNAL)
    """Who may read it; what is not stated is internal."""
    language: Text | None = None
    """BCP 47 tag."""
    internal_items: PathText | None = None
    """Where more of them stand that only the staff may read, whatever `visibility` says."""


class EventOptions(ChildOptions):
    """What happened to a case. Items without a time are left out."""

    id: Text
    """Unique in the case; with `inside`, a number is added."""
    at: Time
    """When it happened."""
    kind: EventChoice = EventRule(constant=EventKind.STATUS_CHANGED)
    """What happened; a word without a meaning leaves the item out."""
    status: Text | None = None
    """The status it led to, in the source's word, told by `statuses.in`."""
    filed: bool = False
    """Add the filing, at the time the case was made."""


class DecisionOptions(ChildOptions):
    """The reasoned answers. Items without reasons, a time or an outcome are left out."""

    id: Text
    """Unique in the case."""
    at: Time
    """When it was decided."""
    outcome: OutcomeChoice
    """What was decided."""
    reasons: Text
    """Why."""
    legal_basis: Text | None = None
    """By which law."""
    notified_at: Time | None = None
    """When the complainant could first read it."""


class AttachmentOptions(ChildOptions):
    """Files. Items without an id are left out."""

    id: Text
    """Unique in the case."""
    name: Text | None = None
    """The file's name."""
    media_type: Text | None = None
    """Its type."""
    bytes: Number | None = None
    """Its size."""
    sha256: Text | None = None
    """Its hash."""
    url: Text | None = None
    """Where anyone may see it: only for public media, of the source's host or `media_hosts`."""


class Children(Described):
    """What a case holds beside itself."""

    messages: MessageOptions | None = None
    """What was said."""
    events: EventOptions | None = None
    """What happened."""
    decisions: DecisionOptions | None = None
    """The reasoned answers."""
    attachments: AttachmentOptions | None = None
    """Files."""

    def told(self) -> Mapping[Child, ChildOptions]:
        """Those that are described."""
        found = {child: getattr(self, child.value) for child in Child}
        return {child: held for child, held in found.items() if held is not None}
