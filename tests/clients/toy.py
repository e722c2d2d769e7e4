"""A small graph that shows every manner of answering, for tests of the door alone."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime

import strawberry
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from connectors.contract.errors import RateLimited
from gateway.execution.view import GraphQLView
from gateway.limits import DocumentLimits

SECRET = "secret word of an upstream"


class Refusal(Exception):
    """A refusal of the domain, known by its code alone."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.extensions_code = code


@dataclass
class Context:
    token: str | None
    closed: threading.Event = field(default_factory=threading.Event)
    """Set when a subscription has ended, whatever ended it."""


@strawberry.type
class Thing:
    id: strawberry.ID
    name: str

    @strawberry.field
    async def next(self) -> "Thing":
        return Thing(id=strawberry.ID(f"{self.id}+"), name=self.name)


@strawberry.type
class Query:
    @strawberry.field
    async def thing(self, id: strawberry.ID) -> Thing:  # noqa: A002
        return Thing(id=id, name="chair")

    @strawberry.field
    def at(self, time: datetime) -> str:
        return time.isoformat()

    @strawberry.field
    def half_a_pair(self) -> str:
        """Text of a source that is no text: half a surrogate pair, legal in escaped JSON."""
        return "\ud83d"

    @strawberry.field
    def never_json(self) -> strawberry.scalars.JSON:
        return {1, 2}

    @strawberry.field
    def hello(self, times: int = 1) -> str:
        return "hello" * times

    @strawberry.field
    def token(self, info: strawberry.Info[Context, None]) -> str | None:
        return info.context.token

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError(SECRET)

    @strawberry.field
    def broken_root(self) -> str:
        raise RuntimeError(SECRET)

    @strawberry.field
    def wrong_value(self) -> int | None:
        return SECRET  # type: ignore[return-value]

    @strawberry.field
    def refused(self) -> str | None:
        raise GraphQLError("Not today.", extensions={"code": "NOT_TODAY"})

    @strawberry.field
    def refused_by_domain(self) -> str | None:
        raise Refusal("Nobody may.", "FORBIDDEN")

    @strawberry.field
    def silent(self) -> str | None:
        raise RateLimited("Asked to wait.", agency="roads", detail=SECRET, retry_after=3.5)


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, name: str) -> str:
        return name


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(
        self, info: strawberry.Info[Context, None], to: int = 3
    ) -> AsyncGenerator[int, None]:
        """Counts to `to`, or for ever if it is negative."""
        number = 0
        try:
            while number != to:
                number += 1
                yield number
                await asyncio.sleep(0 if to > 0 else 0.01)
        finally:
            info.context.closed.set()

    @strawberry.subscription
    async def broken_later(self) -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError(SECRET)

    @strawberry.subscription
    async def refused(self) -> AsyncGenerator[int, None]:
        raise Refusal("Nobody may.", "FORBIDDEN")
        yield 0


def schema() -> strawberry.Schema:
    return strawberry.Schema(Query, Mutation, Subscription)


async def make_context(connection: HTTPConnection) -> Context:
    sent: dict[str, str] = getattr(connection.state, "connection_params", {})
    token = connection.headers.get("authorization") or sent.get("authorization")
    if token == "bad":
        raise Refusal("The token is not valid.", "UNAUTHENTICATED")
    if token == "crash":
        raise RuntimeError(SECRET)
    return Context(token)


def app(*, limits: DocumentLimits | None = None) -> Starlette:
    view = GraphQLView(schema(), make_context, limits=limits, max_body_bytes=20_000)
    return Starlette(routes=view.routes)
