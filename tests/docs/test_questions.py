"""A question on a page is one that the graph can answer."""

from collections.abc import Iterator

import pytest
from graphql import GraphQLSchema, parse, specified_rules, validate

from gateway.limits import DocumentLimits, rules
from tests.docs.pages import Page, pages


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    from schema.build import build

    return build()._schema


def _questions(page: Page) -> Iterator[str]:
    yield from (block.text for block in page.blocks if block.language == "graphql")
    for words in page.commands:
        if words[:1] in (["query"], ["explain"]):
            yield from (word for word in words[1:] if "{" in word)


@pytest.mark.parametrize("page", [page for page in pages() if any(_questions(page))], ids=str)
def test_questions_fit_the_graph_and_its_limits(page: Page, graph: GraphQLSchema) -> None:
    limits = rules(DocumentLimits())
    for question in _questions(page):
        document = parse(question)
        errors = validate(graph, document, [*specified_rules, *limits])  # type: ignore[list-item]
        assert not errors, f"{page}: {question}\n{'; '.join(each.message for each in errors)}"
