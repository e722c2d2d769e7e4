"""The public figures: how complaints are treated, for everyone."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from connectors.contract.figures import Month
from resolvers import figures
from schema.context import Info
from schema.enums import AgencyClass


@strawberry.type(description="For how many administrations the cases are known here.")
class FiguresCoverage:
    agencies: int = strawberry.field(description="Administrations of the class.")
    covered: int = strawberry.field(
        description="Those whose cases this service keeps, or has an index of that was brought up "
        "to date lately. Of the others, whose own systems are asked when somebody asks, only cases "
        "that were filed or acted in here are counted."
    )
    share: float = strawberry.field(description="Of them all: from 0 to 1.")


@strawberry.type(description="How many cases, and how they went.")
class FiguresCounts:
    received: int = strawberry.field(
        description="Complaints received; observations and suggestions are not counted."
    )
    in_treatment: int = strawberry.field(description="In which an answer is owed now.")
    treated: int = strawberry.field(
        description="Answered, closed or found inadmissible with reasons, and not reopened since."
    )
    dropped: int = strawberry.field(
        description="Withdrawn, or found to repeat another. With `inTreatment` and `treated` these "
        "are all that were received."
    )
    answered: int = strawberry.field(
        description="That were ever answered, on a day that is known, whatever became of them since."
    )
    reopened: int = strawberry.field(
        description="That were ever open again after they had been over."
    )
    rated: int = strawberry.field(description="Whose complainants rated an answer.")


@strawberry.type(
    description="How the complaints of a cohort were treated. A cohort is what was received in one "
    "month by administrations of one class, so that its figures change until all of it is treated."
)
class Figures:
    agency_class: AgencyClass | None = strawberry.field(
        description="Of the administrations responsible now; null: of all that were asked for."
    )
    month: Month | None = strawberry.field(
        description="Of the reception; null: all that were asked for."
    )
    as_of: datetime = strawberry.field(
        description="Up to when everything that happened at covered administrations is counted."
    )
    coverage: FiguresCoverage = strawberry.field(
        description="For how many administrations that is, as of then."
    )
    counts: FiguresCounts = strawberry.field(description="How many.")
    treatment_rate: float | None = strawberry.field(
        description="Treated of received, from 0 to 1; null if none was received."
    )
    mean_days: float | None = strawberry.field(
        description="Of the answered: calendar days from the reception, whose day does not count, to "
        "the first answer that could be read. Null for fewer than five answers, which a total "
        "leaves out too."
    )
    satisfaction: float | None = strawberry.field(
        description="Of the rated, the share whose last rating is at least 4 of 5, from 0 to 1. Null "
        "for fewer than five ratings, which a total leaves out too."
    )


@strawberry.type(
    description="How complaints are treated, by class of administration and month of reception, as "
    "counted about once an hour."
)
class PublicFigures:
    first: Month = strawberry.field(name="from", description="The first month told.")
    last: Month = strawberry.field(name="to", description="The last month told.")
    rows: list[Figures] = strawberry.field(description="One for each month and class, in order.")
    by_month: list[Figures] = strawberry.field(description="One for each month.")
    by_class: list[Figures] = strawberry.field(description="One for each class.")
    total: Figures = strawberry.field(description="All of it.")


@strawberry.field(
    graphql_type=PublicFigures | None,
    description="How complaints are treated, for everyone; null before they are first counted, and "
    "if no administration is of a class that is asked for. docs/figures.md says what is counted.",
)
async def public_figures(
    info: Info,
    first: Annotated[
        Month | None,
        argument(name="from", description="The first month; eleven before the last if not said."),
    ] = None,
    last: Annotated[
        Month | None,
        argument(name="to", description="The last; this month if it is not said or lies ahead."),
    ] = None,
    classes: Annotated[
        list[AgencyClass] | None,
        argument(description="Only of administrations of these classes."),
    ] = None,
    *,
    demonstration: Annotated[
        bool,
        argument(
            description="Tell of invented cases, and of nothing else; they are never told of "
            "together with real ones."
        ),
    ] = False,
) -> figures.PublicFigures | None:
    """The figures."""
    context = info.context
    return await context.figures.told(
        first,
        last,
        classes,
        demonstration=demonstration,
        now=context.now,
        deadline=context.deadline,
    )
