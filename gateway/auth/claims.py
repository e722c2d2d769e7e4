"""Make a viewer of what an issuer claims of whoever shows its token."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from connectors.contract.records import AgencyCode
from gateway.auth.refusals import Unauthenticated
from gateway.config.oidc import Claims
from resolvers.policy import Role, Viewer

_LONGEST_SUBJECT: Final = 255
"""OpenID Connect Core 1.0 section 2."""
_FIRST_OF: Final = (
    Role.NATIONAL_SUPERVISOR,
    Role.SUPERVISOR,
    Role.OFFICER,
    Role.CALL_CENTRE,
    Role.AGENCY_SYSTEM,
    Role.ANALYST,
    Role.ADMIN,
)
"""Who has several roles has the first of these."""


def viewer_of(claims: Mapping[str, Any], issuer: str, names: Claims) -> Viewer:
    """Whom these claims, which are known to be true, are about.

    Whoever has no other role is a citizen. Raises `Unauthenticated` if they are about nobody.
    """
    subject = _claim(claims, names.subject)
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise Unauthenticated("The token does not say whom it is about.")
    claimed = {names.words.get(word) for word in _texts(_claim(claims, names.roles))}
    role = next((each for each in _FIRST_OF if each in claimed), Role.CITIZEN)
    agencies = _texts(_claim(claims, names.agencies)) if role.serves_agencies else ()
    # Two issuers may have the same word for two people.
    return Viewer(role, f"{issuer} {subject}", frozenset(map(AgencyCode, agencies)))


def _claim(claims: Mapping[str, Any], name: str) -> object:
    if name in claims:
        return claims[name]
    found: object = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _texts(value: object) -> Iterator[str]:
    """The words of a list, or of a text that has them one after the other."""
    if isinstance(value, str):
        yield from value.split()
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))
