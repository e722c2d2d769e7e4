"""Why something was not done, as data."""

import strawberry


@strawberry.type(description="Why something was not done.")
class Problem:
    code: str = strawberry.field(description="A stable code; docs/errors.md lists them.")
    message: str = strawberry.field(description="What was expected and what came.")
    path: list[str] = strawberry.field(description="The input field it is about.")
