"""Invent people as whom anyone may try the embedded default, without an issuer elsewhere."""

from collections.abc import Iterable, Mapping
from typing import Final

from connectors.contract.records import AgencyCode
from gateway.config.settings import Settings
from resolvers.policy import Role, Viewer

_NAME: Final = "demonstration"
_ROLES: Final = (
    Role.CITIZEN,
    Role.OFFICER,
    Role.SUPERVISOR,
    Role.NATIONAL_SUPERVISOR,
    Role.CALL_CENTRE,
    Role.ANALYST,
    Role.ADMIN,
)


class Demonstration:
    """One person of each role; agencies are served by whom it is said of."""

    roles: Mapping[str, bool] = {role.value: role.serves_agencies for role in _ROLES}
    """Those that can be chosen, in order, and whether each serves some agencies."""

    def person(self, role: str, agencies: Iterable[str]) -> Viewer:
        """The invented person of `role`, one of `roles`, who serves `agencies` if the role does.

        Two choices of one role are one person. Raises `KeyError` for no such role.
        """
        served = agencies if self.roles[role] else ()
        chosen = Role(role)
        return Viewer(chosen, f"{_NAME}-{chosen.word}", frozenset(map(AgencyCode, served)))


def is_embedded_default(settings: Settings) -> bool:
    """Whether nobody has to prove who they are: not in production, nor where people can sign in."""
    return not settings.production and settings.oidc is None


def demonstration_of(settings: Settings) -> Demonstration | None:
    """The invented people; None anywhere but on the embedded default."""
    return Demonstration() if is_embedded_default(settings) else None
