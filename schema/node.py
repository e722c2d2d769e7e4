"""What has a global id, and which records stand behind it."""

from typing import Any, ClassVar

import strawberry
from graphql import GraphQLResolveInfo

from connectors.contract.records import Record


@strawberry.interface(description="Something with an id by which `node` finds it again.")
class Node:
    record: ClassVar[type[Record]]

    id: strawberry.ID = strawberry.field(
        description="The global id; it stays the same for as long as the thing exists."
    )

    # Records travel as they are: strawberry would otherwise look for instances of its own types.
    @classmethod
    def is_type_of(cls, value: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(value, cls.record)
