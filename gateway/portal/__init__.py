"""The portal: pages on which citizens file and follow, made of what the graph answers and of nothing else.

A page is one document of the graph and one template, both in `pages/`; a handler in `citizen/` or
`desk/` brings them together. `portal.py` is the way in.
"""

from gateway.portal.portal import Portal

__all__ = ["Portal"]
