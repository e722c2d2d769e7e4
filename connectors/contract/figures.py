"""The public figures: what is counted of each case, and what is kept of all of them.

Cases are counted by cohorts: those that were received in one month and are with an administration
of one class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from connectors.contract.lifecycle import Status
from connectors.contract.records import AgencyClass, AgencyCode, DatePrecision


class Month(NamedTuple):
    """A calendar month in Morocco; earlier ones are less."""

    year: int
    number: int
    """1 to 12."""

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def plus(self, months: int) -> "Month":
        """The month so many later, or earlier if `months` is less than 0."""
        years, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, number + 1)


class CountedCase(NamedTuple):
    """What the figures have to know of a case."""

    row: int
    """A number that the store keeps for it for ever."""
    agency_code: AgencyCode
    """The agency responsible now."""
    demonstration: bool
    status: Status
    received_at: datetime | None
    """When it was received here, or, if it never was, when it began at its source; None: unknown."""
    precision: DatePrecision
    """How exactly that is known."""
    answered_at: datetime | None
    """When its complainant could first read an answer, as far as is known: when the first decision
    was notified, else the first step into a state that is `TREATED`, else when a case in such a
    state was closed. None if it was never answered, and if nobody says when."""
    reopened: bool
    """Whether it was ever open again after it was over."""
    rating: int | None
    """The last one that its complainant gave, from 1 (bad) to 5; None: none."""


class Counts(NamedTuple):
    """How many cases, and how they went."""

    received: int = 0
    in_treatment: int = 0
    """In which an answer is owed now."""
    treated: int = 0
    """Whose complainants have their answer, and did not have the case reopened since."""
    dropped: int = 0
    """Withdrawn, or found to repeat another case."""
    answered: int = 0
    """That were ever answered, on a day that is known."""
    answer_days: int = 0
    """The days that those took to their first answer, together."""
    reopened: int = 0
    """That were ever reopened."""
    rated: int = 0
    satisfied: int = 0
    """Of the rated ones, those whose last rating is at least 4 of 5."""

    def plus(self, more: "Counts", times: int = 1) -> "Counts":
        """These, and so many times `more`."""
        return Counts(*(one + times * other for one, other in zip(self, more, strict=True)))


class Cohort(NamedTuple):
    """Cases that are counted together."""

    agency_class: AgencyClass
    demonstration: bool
    """Whether they are invented, or with an invented administration."""
    month: Month
    """In which they were received."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """For how many administrations of a class the cases are known here."""

    agency_class: AgencyClass
    demonstration: bool
    """Whether invented administrations are among them."""
    agencies: int
    covered: int
    """Those whose cases the store holds, or mirrors and heard lately."""
    as_of: datetime
    """Up to when everything that happened at those is counted."""


@dataclass(frozen=True, slots=True)
class LastCount:
    """The count that is kept."""

    began_at: datetime
    covered: int
    """Administrations of all classes whose cases were known then, invented ones among them."""


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """What is kept of one class."""

    coverage: Coverage
    months: Mapping[Month, Counts]
    """Those in which cases were received."""
