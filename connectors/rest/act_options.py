"""The format of acts: what is sent to file, say, move and attach, and what must come of it."""

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from connectors.rest.requests import HeaderName, Reading, Writing, knows, names_in_json
from connectors.rest.rules import Described, PathText, Text
from connectors.rest.templates import refuse_unknown

FILING: Final = (
    "key", "reference", "agency", "kind", "channel", "title", "description", "service_code",
    "language", "filed_at", "address", "area_code", "latitude", "longitude", "contact_name",
    "contact_phone", "contact_email", "on_behalf_of", "mandate", "media_url", "attributes",
    "attribute.",
)  # fmt: skip
SAYING: Final = ("key", "id", "body", "author", "visibility", "language")
MOVE: Final = ("key", "id", "status", "reason")
UPLOAD: Final = ("key", "id", "name", "media_type", "size", "base64")
TOKEN: Final = "token"  # noqa: S105 - the name of a value, no secret


class Identified(Described):
    """Where an answer says the id of what was made."""

    path: PathText | None = None
    """In the answer."""
    header: HeaderName | None = None
    """Or as the last step of an address in this header, such as Location."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.path is None) == (self.header is None):
            raise ValueError("expected either a path or a header")
        return self


class Search(Described):
    """How a filing that may have arrived before is looked for."""

    request: Annotated[Reading, AfterValidator(knows("reference", "service_code"))]
    """What is asked, with our `{reference}`."""
    records: PathText
    """Where the cases stand."""
    reference: Text
    """Where a case carries our reference."""
    contained: bool = False
    """The reference stands somewhere in that text; else it must be the text."""
    settles_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 30.0
    """How long after an attempt was given up its case may still be missing from what is found."""


class FileAct(Described):
    """How a case is entered."""

    request: Annotated[Writing, AfterValidator(knows(*FILING))]
    """What is sent. The values are those of a filing: reference, title, description and so on."""
    id: Identified
    """Where the answer says the new id."""
    safe_by: Literal["key", "search", "none"] = "none"
    """key: the source keeps our `{key}`; search: an earlier attempt can be found; none: neither."""
    search: Search | None = None
    """How, with safe_by: search."""

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if (self.safe_by == "search") != (self.search is not None):
            raise ValueError("`search` and `safe_by: search` belong together")
        if self.safe_by == "key" and "key" not in self.request.names():
            raise ValueError("safe_by: key, but the request carries no {key}")
        return self


class Say(Described):
    """How a message of one visibility is added."""

    request: Annotated[Writing, AfterValidator(knows(*SAYING))]
    """What is sent."""


class SayAct(Described):
    """How messages are added; a visibility that is not described is refused."""

    public: Say | None = None
    """One that the complainant may read."""
    internal: Say | None = None
    """One for the agency's staff alone."""
    safe_by: Literal["key", "none"] = "none"
    """key: the source keeps our `{key}`, so that it can be sent again."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.public is None and self.internal is None:
            raise ValueError("expected public, or internal, or both")
        return self


class Out(Described):
    """How one of our statuses is brought about."""

    status: str | int | bool
    """The source's word for it, as `{status}`."""
    body: Annotated[dict[str, JsonValue], Field(alias="json")] = {}
    """What this change adds to the request's JSON, such as a required resolution."""
    request: Annotated[Writing, AfterValidator(knows(*MOVE))] | None = None
    """What is sent instead of the request for all."""

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        refuse_unknown(set(names_in_json(self.body)), MOVE, "it")
        return self


class MoveAct(Described):
    """How a status is changed; which ones can be is said by `statuses.out`."""

    request: Annotated[Writing, AfterValidator(knows(*MOVE))]
    """What is sent."""


class FileStep(Described):
    """A call that takes the file first."""

    request: Annotated[Writing, AfterValidator(knows(*UPLOAD))]
    """What is sent."""
    token: PathText
    """Where the answer says what the file is to be called by, as `{token}`."""


class AttachAct(Described):
    """How a file is added to a case."""

    max_bytes: Annotated[int, Field(ge=1, le=100 * 1024 * 1024)]
    """The largest file it takes."""
    upload: FileStep | None = None
    """A call that takes the file first."""
    request: Annotated[Writing, AfterValidator(knows(*UPLOAD, TOKEN))]
    """What is sent."""
    safe_by: Literal["key", "none"] = "none"
    """key: the source keeps our `{key}`, so that it can be sent again."""

    @model_validator(mode="after")
    def _has_a_token(self) -> Self:
        if self.upload is None and TOKEN in self.request.names():
            raise ValueError("it uses {token}, but there is no `upload` that brings one")
        return self


class Acts(Described):
    """What can be done in the source; what is not described is not."""

    file: FileAct | None = None
    """Enter a case."""
    say: SayAct | None = None
    """Add a message."""
    move: MoveAct | None = None
    """Change a status."""
    attach: AttachAct | None = None
    """Add a file."""
