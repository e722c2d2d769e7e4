"""Who asks, as the graph shows it."""

import strawberry

from connectors.contract import records
from resolvers import policy
from schema.agency import Agency
from schema.context import Info
from schema.enums import Role


@strawberry.type(description="Who asks, and what that allows.")
class Viewer:
    role: Role = strawberry.field(description="What the viewer is here for.")
    reads_internal: bool = strawberry.field(
        description="Whether internal messages are shown to this viewer."
    )

    @strawberry.field(
        graphql_type=list[Agency],
        description="The agencies an officer serves, by code; empty for others.",
    )
    def agencies(self: policy.Viewer, info: Info) -> list[records.Agency]:
        found = (info.context.agencies.get(code) for code in sorted(self.agencies))
        return [agency for agency in found if agency is not None]
