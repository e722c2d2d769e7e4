"""What is kept of letters to whoever complains: why each is written, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from connectors.contract.records import AgencyCode


class LetterKind(StrEnum):
    """Why a letter is written."""

    RECEIPT = "RECEIPT"
    INFORMATION_REQUESTED = "INFORMATION_REQUESTED"
    MESSAGE = "MESSAGE"
    """The administration said something."""
    ANSWERED_IN_PART = "ANSWERED_IN_PART"
    ANSWERED = "ANSWERED"
    TRANSFERRED = "TRANSFERRED"
    REOPENED = "REOPENED"
    CLOSED = "CLOSED"
    """Without an answer in the same step: by silence after one, by an officer, or as a repetition."""
    OVERDUE = "OVERDUE"
    """The answer is late."""
    CODE_LINK = "CODE_LINK"
    """Somebody asked for a new tracking code."""


class LetterState(StrEnum):
    """How far a letter has come."""

    PENDING = "PENDING"
    SENDING = "SENDING"
    """An attempt is under way, or was cut off."""
    SENT = "SENT"
    """The mail server took it; what becomes of it then is not heard."""
    CANCELLED = "CANCELLED"
    """Nobody is to get it any more: there is no address, or no letters are wanted there."""
    DEAD = "DEAD"
    """It was refused for good, or for too long."""


LETTERS_WAITING: Final = frozenset({LetterState.PENDING, LetterState.SENDING})


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter at which an attempt was begun; what it says is read when it is sent."""

    id: int
    kind: LetterKind
    name: str
    """The same at every attempt and of no other letter: what its Message-ID begins with."""
    queued_at: datetime
    attempt: int
    """Counted from 1."""
    begun_at: datetime
    reference: str
    agency_code: AgencyCode
    """Who is responsible for the case now."""
    generation: int
    """Which tracking code is in force."""
    received_at: datetime
    due_at: datetime | None
    """When an answer is due, as the case stands; None if none is."""
    address: str | None
    """None if there is none on file any more."""
    language: str | None
    """BCP 47 tag of what whoever complains reads; None if that is not known."""


@dataclass(frozen=True, slots=True)
class LetterSent:
    """The mail server took it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class LetterLater:
    """It is tried again."""

    at: datetime
    """Not before that."""
    code: str
    """Why, as docs/errors.md has it."""


@dataclass(frozen=True, slots=True)
class LetterEnded:
    """It is not tried again."""

    state: LetterState
    """CANCELLED or DEAD."""
    code: str
    at: datetime


LetterSettled: TypeAlias = LetterSent | LetterLater | LetterEnded


@dataclass(frozen=True, slots=True)
class Letter:
    """How a letter stands, for people; whom it is for is not told."""

    id: int
    reference: str
    kind: LetterKind
    state: LetterState
    attempts: int
    queued_at: datetime
    next_at: datetime
    """When it is tried, if it is PENDING."""
    done_at: datetime | None
    """When the mail server took it, or it was given up; None before."""
    code: str | None
    """Why it was not sent, the last time; None: it was, or was never tried."""

    @property
    def sent_at(self) -> datetime | None:
        """When the mail server took it; None if it has not."""
        return self.done_at if self.state is LetterState.SENT else None


@dataclass(frozen=True, slots=True)
class LetterBacklog:
    """How many letters are in one of the states in which something is to be done."""

    state: LetterState
    count: int
    oldest_at: datetime
    """When the oldest of them was queued."""
