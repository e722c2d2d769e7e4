"""Only what a document selects is asked of anyone."""

from typing import Any

import pytest
from msgspec.structs import replace

from connectors.contract.query import Child, ComplaintQuery, Selection
from connectors.contract.records import Complaint
from gateway.auth import DEMONSTRATION
from gateway.execution.request import GraphQLRequest
from resolvers.complaints import Complaints
from resolvers.outcome import ComplaintPage
from resolvers.policy import ANONYMOUS, Viewer
from tests.schema.graph import Graph


class Listening(Complaints):
    """Answers as ever, and remembers what was selected."""

    asked: list[Selection]

    async def search(
        self, viewer: Viewer, query: ComplaintQuery, selection: Selection, **how: Any
    ) -> ComplaintPage:
        self.asked.append(selection)
        return await super().search(viewer, query, selection, **how)

    async def follow(
        self, reference: str, tracking_code: str, selection: Selection, **how: Any
    ) -> Complaint | None:
        self.asked.append(selection)
        return await super().follow(reference, tracking_code, selection, **how)


async def selected(
    graph: Graph, document: str, *, viewer: Viewer = DEMONSTRATION, **variables: Any
) -> Selection:
    listening = Listening(graph.gateway.complaints._engine)
    listening.asked = []
    context = replace(graph.gateway.contexts.for_viewer(viewer), complaints=listening)
    operation = graph.operations.prepare(GraphQLRequest(document, variables=variables))
    result = await graph.operations.execute(operation, context)
    assert result.errors is None
    [selection] = listening.asked
    return selection


def fields(*names: str) -> frozenset[str]:
    return frozenset(names)


@pytest.mark.parametrize("engine", ["sqlite"])
class TestSelection:
    async def test_fields_of_nodes_and_edges_are_joined(self, graph: Graph) -> None:
        document = """{ complaints(first: 1) {
          nodes { title } edges { cursor node { createdAt id status } } pageInfo { endCursor } } }"""
        assert await selected(graph, document) == Selection(
            fields=fields("title", "created_at"), internal=True
        )

    async def test_children_and_the_total_come_only_when_selected(self, graph: Graph) -> None:
        document = """{ complaints(first: 1) {
          totalCount { value } nodes { messages { body } decisions { outcome } } } }"""
        assert await selected(graph, document) == Selection(
            children=frozenset({Child.MESSAGES, Child.DECISIONS}), internal=True, total=True
        )

    async def test_derived_fields_ask_for_what_they_are_made_of(self, graph: Graph) -> None:
        document = "{ complaints(first: 1) { nodes { overdue service { code } agency { code } } } }"
        assert await selected(graph, document) == Selection(
            fields=fields("due_at", "service_code"), internal=True
        )

    async def test_nothing_is_asked_of_rows_when_only_sources_are_selected(
        self, graph: Graph
    ) -> None:
        document = "{ complaints(first: 1) { sources { status } complete } }"
        assert await selected(graph, document) == Selection(internal=True)

    async def test_fragments_aliases_and_nesting_are_followed(self, graph: Graph) -> None:
        document = """
        { complaints(first: 1) { ...Page } }
        fragment Page on ComplaintConnection { rows: nodes { ...Row ... { category } } }
        fragment Row on Complaint { called: title ... on Node { id } ...Where }
        fragment Where on Complaint { location { address } }
        """
        assert await selected(graph, document) == Selection(
            fields=fields("title", "location", "category"), internal=True
        )

    @pytest.mark.parametrize("wanted", [True, False])
    async def test_what_is_skipped_is_not_asked_for(self, graph: Graph, wanted: bool) -> None:
        document = """query ($wanted: Boolean!) { complaints(first: 1) {
          totalCount @include(if: $wanted) { value }
          nodes { id title @skip(if: $wanted) ...Row @include(if: $wanted) } } }
        fragment Row on Complaint { description messages @include(if: $wanted) { body } }"""
        expected = Selection(fields=fields("title"), internal=True)
        if wanted:
            expected = Selection(
                fields=fields("description"),
                children=frozenset({Child.MESSAGES}),
                internal=True,
                total=True,
            )
        assert await selected(graph, document, wanted=wanted) == expected

    async def test_whoever_follows_a_case_asks_for_no_internal_message(self, graph: Graph) -> None:
        document = (
            """{ complaint(reference: "1", trackingCode: "2") { title messages { body } } }"""
        )
        assert await selected(graph, document, viewer=ANONYMOUS) == Selection(
            fields=fields("title"), children=frozenset({Child.MESSAGES})
        )
