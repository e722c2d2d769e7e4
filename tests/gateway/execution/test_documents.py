"""A document is parsed and validated once, and kept within bounds."""

import pytest
from graphql import OperationType, ValidationContext

from gateway.execution.documents import Documents
from gateway.execution.refusal import DocumentRefused
from gateway.limits.depth import DepthLimit
from tests.clients import toy

SCHEMA = toy.schema()._schema


@pytest.fixture
def validations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of each document whose depth was measured, in turn."""
    texts: list[str] = []
    measure = DepthLimit.__init__

    def counted(self: DepthLimit, context: ValidationContext, *, allowed: int) -> None:
        texts.append(context.document.loc.source.body)
        measure(self, context, allowed=allowed)

    monkeypatch.setattr(DepthLimit, "__init__", counted)
    return texts


def test_the_same_text_is_validated_once(validations: list[str]) -> None:
    documents = Documents(SCHEMA)

    first, second = documents.get("{hello}"), documents.get("{hello}")

    assert first is second
    assert validations == ["{hello}"]


def test_the_document_used_longest_ago_makes_room(validations: list[str]) -> None:
    documents = Documents(SCHEMA, kept=2)

    for text in ("{a: hello}", "{b: hello}", "{a: hello}", "{c: hello}", "{a: hello}"):
        documents.get(text)
    documents.get("{b: hello}")

    assert validations == ["{a: hello}", "{b: hello}", "{c: hello}", "{b: hello}"]


def test_refused_and_very_long_documents_do_not_push_others_out(validations: list[str]) -> None:
    documents = Documents(SCHEMA, kept=1)
    long = "{hello}" + " " * 40_000

    documents.get("{hello}")
    with pytest.raises(DocumentRefused):
        documents.get("{unknown}")
    documents.get(long)
    documents.get("{hello}")

    assert validations == ["{hello}", "{unknown}", long]


def test_the_operation_is_found_by_name_or_by_being_alone() -> None:
    documents = Documents(SCHEMA)
    both = documents.get('query A {hello} mutation B {rename(name: "x")}')

    assert documents.get("{hello}").operation_type(None) is OperationType.QUERY
    assert both.operation_type("B") is OperationType.MUTATION
    with pytest.raises(DocumentRefused, match="no operation named 'C'"):
        both.operation_type("C")
    with pytest.raises(DocumentRefused, match="several operations: operationName must say which"):
        both.operation_type(None)
    with pytest.raises(DocumentRefused, match="no operation named 'A'"):
        documents.get("{hello}").operation_type("A")


def test_a_document_of_fragments_alone_has_no_operation() -> None:
    with pytest.raises(DocumentRefused):
        Documents(SCHEMA).get("fragment F on Query {hello}").operation_type(None)
