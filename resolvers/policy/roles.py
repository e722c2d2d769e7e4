"""Name what people and programs are here for."""

from enum import StrEnum


class Role(StrEnum):
    """What a viewer is here for."""

    ANONYMOUS = "ANONYMOUS"
    CITIZEN = "CITIZEN"
    OFFICER = "OFFICER"
    SUPERVISOR = "SUPERVISOR"
    """Answers for the officers of some agencies."""
    NATIONAL_SUPERVISOR = "NATIONAL_SUPERVISOR"
    """Sees every agency: the demonstration viewer of the embedded default."""
    CALL_CENTRE = "CALL_CENTRE"
    ANALYST = "ANALYST"
    AGENCY_SYSTEM = "AGENCY_SYSTEM"
    """A program of an agency, not a person."""
    ADMIN = "ADMIN"
    """Runs the gateway; other people's cases are none of their business."""

    @property
    def word(self) -> str:
        """How it is written in settings, tokens and commands."""
        return self.lower().replace("_", "-")

    @property
    def serves_agencies(self) -> bool:
        """Whether it is of some agencies, and nothing without them."""
        return self in {Role.OFFICER, Role.SUPERVISOR, Role.AGENCY_SYSTEM}
