"""Name what can be done in a case, whoever does it and whatever system holds it."""

from enum import StrEnum


class Act(StrEnum):
    """One thing that is done in a case; ISO 10002's order within each group."""

    FILE = "FILE"
    ADD_MESSAGE = "ADD_MESSAGE"
    """The complainant adds something of their own accord."""
    PROVIDE_INFORMATION = "PROVIDE_INFORMATION"
    """The complainant answers a request for it."""
    WITHDRAW = "WITHDRAW"
    RATE = "RATE"
    REOPEN = "REOPEN"
    HAND_OVER = "HAND_OVER"
    """To the ombudsman, with the file."""
    REPLACE_TRACKING_CODE = "REPLACE_TRACKING_CODE"
    READ_COMPLAINANT = "READ_COMPLAINANT"
    """See who complains and how to reach them, for a stated purpose."""
    READ_SECRET_COMPLAINANT = "READ_SECRET_COMPLAINANT"  # noqa: S105 - no password
    """The same where they asked that it be kept secret."""

    ACKNOWLEDGE = "ACKNOWLEDGE"
    ASSESS = "ASSESS"
    """Say whether the case is admissible, and if not, why and where to go instead."""
    ASSIGN = "ASSIGN"
    ADD_NOTE = "ADD_NOTE"
    """For colleagues only."""
    REQUEST_INFORMATION = "REQUEST_INFORMATION"
    ANSWER_IN_PART = "ANSWER_IN_PART"
    """An interim answer: why the whole one takes longer."""
    DECIDE = "DECIDE"
    """The reasoned answer."""
    CLOSE = "CLOSE"
    LINK_DUPLICATE = "LINK_DUPLICATE"
    TRANSFER = "TRANSFER"
    ADD_CO_AGENCY = "ADD_CO_AGENCY"
    CONFIRM_DELIVERY = "CONFIRM_DELIVERY"
    """Say that the agency's own system has what it was to hear."""

    HEAR = "HEAR"
    """Take in what the system that holds the case tells of it; nobody does it on request."""


class Inadmissibility(StrEnum):
    """Why a case cannot be treated: by decree 2-17-265, and as agencies that live by it tell."""

    INCOMPLETE = "INCOMPLETE"
    NOT_CONFORMING_FORM = "NOT_CONFORMING_FORM"
    SUB_JUDICE = "SUB_JUDICE"
    RES_JUDICATA = "RES_JUDICATA"
    CRIMINAL_PROCEEDINGS = "CRIMINAL_PROCEEDINGS"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    OTHER_COMPETENT_BODY = "OTHER_COMPETENT_BODY"
    ABUSIVE = "ABUSIVE"
    UNCLEAR = "UNCLEAR"
    ANONYMOUS = "ANONYMOUS"
