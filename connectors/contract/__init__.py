"""The common language: all that anyone above knows of connectors, and all an author imports.

`CONTRACT_VERSION` is raised when a connector written for the previous one would no longer be
right; discovery refuses a plugin that speaks another version.
"""

from typing import Final

CONTRACT_VERSION: Final = 1
