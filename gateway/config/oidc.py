"""Say whose tokens tell who asks, and which of their claims say what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.config.mistakes import nearest, quoted
from gateway.config.values import Unfit
from resolvers.policy import Role

STAFF: Final[Mapping[str, Role]] = {
    role.word: role for role in Role if role not in {Role.ANONYMOUS, Role.CITIZEN}
}
"""The roles that have to be claimed, as they are written; whoever claims none is a citizen."""

USUAL_WORDS: Final[Mapping[str, Role]] = {f"chikaya-{word}": role for word, role in STAFF.items()}
"""What they are called by an issuer whose other roles are other services' affair."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Which claims say what; a name with dots that is no claim leads into claims within claims."""

    subject: str = "sub"
    roles: str = "realm_access.roles"
    agencies: str = "agencies"
    words: Mapping[str, Role] = field(default_factory=lambda: USUAL_WORDS)
    """The role behind each of the issuer's words; words that are not here mean nothing."""


@dataclass(frozen=True, slots=True)
class Client:
    """What this gateway is to the provider when it has people sign in by browser."""

    id: str
    secret: str | None = field(default=None, repr=False)
    """None: a public client, which has nothing to prove itself by."""
    scope: str = "openid"
    """What it asks to be told, in the provider's words, with spaces between."""


@dataclass(frozen=True, slots=True)
class Oidc:
    """An OpenID Connect provider."""

    issuer: str
    """Its URL, letter for letter as its tokens have it."""
    audience: str
    """What its tokens for this gateway have among their audiences."""
    keys_url: str | None
    """Where its keys are; None: where it says itself, at its own address."""
    claims: Claims
    client: Client | None = None
    """None: nobody signs in by browser."""


def oidc_of(values: Mapping[str, Any]) -> Oidc | None:
    """The provider that the settings of these names describe; None if they name none."""
    if values["issuer"] is None or values["audience"] is None:
        return None
    claims = Claims(
        values["subject_claim"],
        values["roles_claim"],
        values["agencies_claim"],
        values["roles"] or USUAL_WORDS,
    )
    client = values["client_id"] and Client(
        values["client_id"], values["client_secret"], values["scope"]
    )
    return Oidc(values["issuer"], values["audience"], values["keys_url"], claims, client)


def lacking(given: Mapping[str, bool]) -> Iterator[tuple[str, str]]:
    """The settings that are missing beside those given, and why each is needed."""
    if given["issuer"] and not given["audience"]:
        yield "audience", "without it tokens that are meant for other services would pass"
    if not given["client_id"] and (given["client_secret"] or given["scope"]):
        yield (
            "client_id",
            "without it nobody signs in by browser, and what the client has or asks says nothing",
        )
    if not given["issuer"] and any(given.values()):
        yield "issuer", "without it nobody can sign in, and the others say nothing"


def scope(text: str) -> str:
    """Words for what is asked for, `openid` among them."""
    if "openid" not in text.split():
        raise Unfit(f"expected words with openid among them; came {quoted(text)}")
    return text


def roles(text: str) -> Mapping[str, Role]:
    """What `word=role, word=role` says."""
    found: dict[str, Role] = {}
    for entry in text.split(","):
        word, sign, name = (part.strip() for part in entry.partition("="))
        if not word or not sign:
            raise Unfit(
                f"expected words with their roles, such as agent=officer; came {quoted(text)}"
            )
        if name not in STAFF:
            known = ", ".join(STAFF)
            raise Unfit(
                f"expected one of the roles {known}; came {quoted(name)}{nearest(name, STAFF)}"
            )
        if word in found:
            raise Unfit(f"expected each word once; came {quoted(word)} twice")
        found[word] = STAFF[name]
    return found
