"""Say, the same way for every limit, which one a document exceeds and by how much."""

from graphql import GraphQLError, Node


def exceeded(limit: str, *, allowed: int, found: int, node: Node | None = None) -> GraphQLError:
    """The error for a document that holds `found` where `allowed` is the most."""
    return GraphQLError(
        f"The document exceeds the limit of {limit}: allowed {allowed}, found {found}.",
        node,
        extensions={
            "code": "DOCUMENT_LIMIT_EXCEEDED",
            "limit": limit,
            "allowed": allowed,
            "found": found,
        },
    )
