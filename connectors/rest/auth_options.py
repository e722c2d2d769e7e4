"""The format of how the source is told who asks."""

from typing import Annotated, Literal, Self

from pydantic import Field, HttpUrl, JsonValue, SecretStr, model_validator

from connectors.rest.requests import HeaderName, PathTemplate
from connectors.rest.rules import Described, PathText

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class NoAuth(Described):
    """Nobody is asked who they are."""

    kind: Literal["none"]
    """Nobody is asked who they are."""


class Basic(Described):
    """A name and a password, with every call."""

    kind: Literal["basic"]
    """A name and a password, with every call."""
    username: str
    """The name."""
    password: SecretStr
    """The password."""


class HeaderKey(Described):
    """A key in a header."""

    kind: Literal["header"]
    """A key in a header."""
    name: HeaderName
    """The header."""
    value: SecretStr
    """All that stands in it."""


class QueryKey(Described):
    """A key in the address."""

    kind: Literal["query"]
    """A key in the address."""
    name: str
    """The parameter."""
    value: SecretStr
    """The key."""


class Bearer(Described):
    """A token that does not expire."""

    kind: Literal["bearer"]
    """A token that does not expire, as `Authorization: Bearer`."""
    token: SecretStr
    """The token."""


class OAuth2(Described):
    """OAuth 2 client credentials."""

    kind: Literal["oauth2"]
    """OAuth 2 client credentials; tokens are fetched, and renewed before they expire."""
    token_url: HttpUrl
    """Where tokens are given."""
    client_id: str
    """Who we are."""
    client_secret: SecretStr
    """What proves it."""
    scope: str | None = None
    """What the token is to allow."""
    secret_in: Literal["header", "form"] = "header"  # noqa: S105 - a place
    """Whether id and secret are sent as Basic authorization or in the form."""
    early_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 60
    """A token is renewed so long before it expires."""


class Login(Described):
    """The call that opens a session. Its values are sent as they stand here."""

    method: Literal["GET", "POST"] = "POST"
    """The method."""
    path: PathTemplate
    """Relative to `url`."""
    query: dict[str, str] = {}
    """Parameters."""
    headers: dict[HeaderName, str] = {}
    """Headers."""
    body: Annotated[JsonValue, Field(alias="json", repr=False)] = None
    """A JSON body."""
    form: Annotated[dict[str, str], Field(repr=False)] = {}
    """A form body."""


class Given(Described):
    """Where the login's answer says the session."""

    path: PathText | None = None
    """In the answer."""
    header: HeaderName | None = None
    """In a header."""
    cookie: str | None = None
    """In a cookie."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if sum(each is not None for each in (self.path, self.header, self.cookie)) != 1:
            raise ValueError("expected one of path, header and cookie")
        return self


class Sent(Described):
    """The place in each call that tells the session."""

    header: HeaderName | None = None
    """In a header."""
    prefix: str = ""
    """What stands before it there, such as `Bearer` and a space."""
    query: str | None = None
    """In a parameter."""
    cookie: str | None = None
    """In a cookie."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(each is not None for each in (self.header, self.query, self.cookie)) != 1:
            raise ValueError("expected one of header, query and cookie")
        return self


class Expired(Described):
    """What an answer says when the session is over."""

    status: list[int] = [401]
    """One of these statuses."""
    path: PathText | None = None
    """And where the answer says so, if a status does not say enough."""
    values: list[str] = []
    """What stands there then. Empty: anything."""


class Session(Described):
    """A session that is opened by a login, and opened again when it is over."""

    kind: Literal["session"]
    """A session that is opened by a login, and opened again when it is over."""
    login: Login
    """The call that opens it."""
    token: Given
    """Where its answer says the session."""
    send: Sent
    """Where the session is told with every call."""
    headers: dict[HeaderName, SecretStr] = {}
    """Further keys that go with every call, such as an App-Token."""
    lifetime_seconds: Seconds | None = None
    """So long a session holds. None: until an answer says that it is over."""
    expired: Annotated[Expired, Field(default_factory=Expired)]
    """How that is told."""


Auth = Annotated[
    NoAuth | Basic | HeaderKey | QueryKey | Bearer | OAuth2 | Session,
    Field(discriminator="kind"),
]
