"""Decide who is asked, ask them, and say how it went; no GraphQL, no vendors."""
