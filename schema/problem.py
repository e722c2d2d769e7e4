"""Why something was not done, as data."""

import strawberry

from resolvers import wording
from schema.context import Info
from schema.enums import Status


@strawberry.type(description="One thing that a problem's message is about.")
class ProblemParameter:
    name: str = strawberry.field(description="What it is, such as most or came.")
    value: str = strawberry.field(description="A number, or a code; several are joined by commas.")


@strawberry.type(description="Why something was not done.")
class Problem:
    code: str = strawberry.field(description="A stable code; docs/errors.md lists them.")
    path: list[str] = strawberry.field(description="The input field it is about.")
    status: Status | None = strawberry.field(
        description="Where the case stands, if that, or its version, is the problem."
    )
    version: int | None = strawberry.field(description="The version that it has, likewise.")

    @strawberry.field(
        description="What was expected and what came, for people: in Arabic, French or English, "
        "whichever the request's Accept-Language prefers; in English if it says nothing."
    )
    def message(self: wording.Problem, info: Info) -> str:
        return self.message(info.context.language)

    @strawberry.field(
        graphql_type=list[ProblemParameter],
        description="The same as data: what the message names.",
    )
    def parameters(self: wording.Problem) -> list[ProblemParameter]:
        return [ProblemParameter(name=n, value=str(v)) for n, v in self.parameters.items()]
