"""Who asks, as the graph shows it."""

import strawberry
from strawberry.utils.str_converters import to_camel_case

from connectors.contract import records
from resolvers import outcome, policy
from schema import selection
from schema.agency import Agency
from schema.connection import After, First, page_size
from schema.context import Info
from schema.enums import Role
from schema.sources import ComplaintConnection


@strawberry.type(description="Who asks, and what that allows.")
class Viewer:
    role: Role = strawberry.field(description="What the viewer is here for.")
    reads_internal: bool = strawberry.field(
        description="Whether internal messages are shown to this viewer."
    )

    @strawberry.field(
        graphql_type=list[Agency],
        description="The agencies that are served, by code: an officer's, a supervisor's or an "
        "agency system's; empty for others.",
    )
    def agencies(self: policy.Viewer, info: Info) -> list[records.Agency]:
        found = (info.context.agencies.get(code) for code in sorted(self.agencies))
        return [agency for agency in found if agency is not None]

    @strawberry.field(
        graphql_type=ComplaintConnection | None,
        description="The cases that this person filed for themselves while signed in, whoever "
        "holds them by now, the last received first; for citizens. A case whose source is silent "
        "is left out for now: `sources` names it.",
    )
    async def complaints(
        self: policy.Viewer, info: Info, first: First = None, after: After = None
    ) -> outcome.ComplaintPage:
        context = info.context
        return await context.own.page(
            self,
            selection.of_list(info),
            first=page_size(first, context.pages),
            after=after,
            deadline=context.deadline,
        )

    @strawberry.field(
        description="The fields that are null for this viewer although they may be known, such as "
        "Complaint.title; docs/who-may-what.md tells why."
    )
    def withheld(self: policy.Viewer) -> list[str]:
        return [_called(field) for field in self.withheld]


def _called(field: str) -> str:
    kind, _, name = field.partition(".")
    return f"{kind}.{to_camel_case(name)}"
