"""Answer GraphQL over HTTP, event streams and WebSockets; `view.py` is the door."""

from gateway.execution.view import GraphQLView

__all__ = ["GraphQLView"]
