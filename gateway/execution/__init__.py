"""Answer GraphQL over HTTP, event streams and WebSockets; `view.py` is the door."""
