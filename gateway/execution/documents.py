"""Parse and validate each document once, limits included, and keep it by its hash."""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    validate,
)
from graphql.validation.validate import ValidationAbortedError

from gateway.errors import leaving
from gateway.execution.completing import Counts, Projections
from gateway.execution.refusal import DocumentRefused
from gateway.limits import DocumentLimits, Rule, rules, standard_rules
from gateway.limits.characters import require_within
from gateway.limits.tokens import parse_within

_LONGEST_KEPT = 32_768
"""Characters; longer texts are mostly generated once, and a few would fill the memory."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is valid and within the limits."""

    ast: DocumentNode
    projections: Projections

    def operation_type(self, name: str | None) -> OperationType:
        """What kind the operation called `name` is; without a name there must be just one."""
        operations = [
            each for each in self.ast.definitions if isinstance(each, OperationDefinitionNode)
        ]
        if name is None and len(operations) > 1:
            raise DocumentRefused(
                [GraphQLError("The document has several operations: operationName must say which.")]
            )
        for operation in operations:
            if name is None or (operation.name and operation.name.value == name):
                return operation.operation
        raise DocumentRefused([_no_such_operation(name)])


class Documents:
    """The documents asked of one schema."""

    def __init__(
        self, schema: GraphQLSchema, *, limits: DocumentLimits | None = None, kept: int = 256
    ) -> None:
        """Keep the `kept` documents used last; `limits` default to those of DocumentLimits."""
        self._schema = schema
        self._limits = limits or DocumentLimits()
        self._limiting = _as_classes(rules(self._limits))
        self._standard = _as_classes(standard_rules(self._limits))
        self._kept = kept
        self.counts = Counts()
        """How often the functions generated for documents served."""
        self._by_hash: OrderedDict[bytes, Document] = OrderedDict()

    def get(self, text: str) -> Document:
        """The document that `text` is; raises DocumentRefused with all that is wrong with it."""
        key = sha256(text.encode()).digest()
        if document := self._by_hash.get(key):
            self._by_hash.move_to_end(key)
            return document
        ast = self._valid(text)
        document = Document(ast, Projections(ast, self.counts))
        if len(text) <= _LONGEST_KEPT:
            self._keep(key, document)
        return document

    def _valid(self, text: str) -> DocumentNode:
        try:
            require_within(text, allowed=self._limits.characters)
            ast = parse_within(text, allowed=self._limits.tokens)
            # The standard rules compare fields pair by pair: not before the limits have passed.
            errors = validate(self._schema, ast, self._limiting) or validate(
                self._schema, ast, self._standard
            )
        except GraphQLError as error:
            errors = [error]
        except RecursionError:
            errors = [_TOO_DEEP]
        if errors:
            raise DocumentRefused(
                [_TOO_DEEP if _aborted_without_reason(each) else leaving(each) for each in errors]
            )
        return ast

    def _keep(self, key: bytes, document: Document) -> None:
        # Refused documents are not kept: they must not push out those that are asked every day.
        self._by_hash[key] = document
        if len(self._by_hash) > self._kept:
            self._by_hash.popitem(last=False)


_TOO_DEEP = GraphQLError("The document is nested too deeply to be validated.")


def _aborted_without_reason(error: GraphQLError) -> bool:
    """Whether graphql-core gave up where it would have had to recurse too deeply."""
    return isinstance(error, ValidationAbortedError) and error.message == "Validation aborted."


def _as_classes(given: tuple[Rule, ...]) -> tuple[type[ASTValidationRule], ...]:
    # graphql-core asks for classes but only calls them with the context.
    return cast("tuple[type[ASTValidationRule], ...]", given)


def _no_such_operation(name: str | None) -> GraphQLError:
    if name is None:
        return GraphQLError("The document has no operation.")
    return GraphQLError(f"The document has no operation named {name!r}.")
