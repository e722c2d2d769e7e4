"""Carry out operations on the schema; every result that leaves here is fit for the caller's eyes."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, TypeGuard, cast

import strawberry
from graphql import (
    ExecutionResult as CoreResult,
)
from graphql import (
    GraphQLError,
    OperationType,
    execute,
    subscribe,
)
from graphql.execution import Executor
from strawberry.execution import optimized_is_awaitable
from strawberry.types.execution import ExecutionResult, PreExecutionError

from gateway.errors import from_exception, leaving
from gateway.execution.completing import CompletingExecutor, Counts
from gateway.execution.documents import Document, Documents
from gateway.execution.request import GraphQLRequest
from gateway.limits import DocumentLimits

Results = AsyncGenerator[ExecutionResult, None]

# Strawberry's own answers at once for plain values, of which a page has hundreds.
_is_awaitable = cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation that may be carried out, save for its variables."""

    type: OperationType
    document: Document
    request: GraphQLRequest


class Operations:
    """Goes around strawberry's own pipeline, which costs more than a small answer.

    The schema's resolvers and field extensions act as always; schema extensions, which that pipeline
    would call, do not.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        limits: DocumentLimits | None = None,
        plain: bool = False,
    ) -> None:
        """Hold documents to `limits`; `plain` without any function that is generated for them."""
        if schema.extensions:
            raise ValueError(
                f"Schema extensions would never be called: {schema.extensions!r}; "
                "expected a schema without any."
            )
        self._schema = schema._schema  # noqa: SLF001  # strawberry offers no public name for it
        self._plain = plain
        self._documents = Documents(self._schema, limits=limits)

    @property
    def counts(self) -> Counts:
        """How often generated functions served."""
        return self._documents.counts

    def prepare(self, request: GraphQLRequest) -> Operation:
        """The operation that `request` names; raises DocumentRefused."""
        document = self._documents.get(request.query)
        return Operation(document.operation_type(request.operation_name), document, request)

    async def execute(self, operation: Operation, context: object) -> ExecutionResult:
        """The result of a query or mutation."""
        try:
            result = execute(**self._arguments(operation, context), is_awaitable=_is_awaitable)
            return _result(await result if isawaitable(result) else result)
        except Exception as error:  # noqa: BLE001  # errors.py decides what the caller reads
            return ExecutionResult(data=None, errors=[from_exception(error)])

    async def results(self, operation: Operation, context: object) -> Results:
        """The results as they come: one of a query or mutation, any number of a subscription."""
        if operation.type is not OperationType.SUBSCRIPTION:
            yield await self.execute(operation, context)
            return
        try:
            source = subscribe(**self._arguments(operation, context))
            if isawaitable(source):
                source = await source
            if isinstance(source, CoreResult):
                yield PreExecutionError(data=None, errors=_leaving(source.errors))
                return
            async with aclosing(source):  # type: ignore[type-var]  # an async generator in fact
                async for result in source:
                    yield _result(result)
        except Exception as error:  # noqa: BLE001  # errors.py decides what the caller reads
            yield ExecutionResult(data=None, errors=[from_exception(error)])

    def _arguments(self, operation: Operation, context: object) -> dict[str, Any]:
        given = {
            "schema": self._schema,
            "document": operation.document.ast,
            "context_value": context,
            "variable_values": operation.request.variables,
            "operation_name": operation.request.operation_name,
            "executor_class": Executor,
        }
        if self._plain:
            return given
        projections = operation.document.projections
        return given | {"executor_class": CompletingExecutor, "projections": projections}


def _result(result: CoreResult) -> ExecutionResult:
    if not result.errors:
        return ExecutionResult(data=result.data, errors=None)
    # Execution puts a path on what happens in it; without one it has not begun.
    began = result.data is not None or any(error.path for error in result.errors)
    kind = ExecutionResult if began else PreExecutionError
    return kind(data=result.data, errors=_leaving(result.errors))


def _leaving(errors: list[GraphQLError] | None) -> list[GraphQLError]:
    return [leaving(error) for error in errors or ()]
