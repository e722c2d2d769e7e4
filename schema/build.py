"""Make the schema of its parts, and print it."""

from datetime import datetime

import strawberry
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

from connectors.contract.figures import Month
from schema.inputs import build_quickly
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import DATE_TIME, MONTH
from schema.subscription import Subscription


def build() -> strawberry.Schema:
    """The graph."""
    schema = strawberry.Schema(
        Query,
        Mutation,
        Subscription,
        config=StrawberryConfig(scalar_map={datetime: DATE_TIME, Month: MONTH}),
    )
    build_quickly(schema)
    return schema


def printed() -> str:
    """The graph in GraphQL's schema language, ending in a line feed."""
    return print_schema(build()) + "\n"
