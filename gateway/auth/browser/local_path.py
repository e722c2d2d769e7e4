"""Decide where a browser is sent on to: a path of ours, whatever was asked for."""

import re
from typing import Final

HOME: Final = "/"
_LONGEST: Final = 2048
_PRINTABLE: Final = re.compile(r"/[!-\[\]-~]*")
"""No space and no control character, which browsers skip, and no backslash, their other slash."""
_LEADS_AWAY: Final = ("//", "/%2f", "/%5c", "%5c%5c")
"""What is, or once somebody before us has taken its escapes off becomes, the name of a host."""


def local_path(asked: str | None) -> str:
    """`asked` if it is a path on this very host, else the usual one."""
    if asked is None or len(asked) > _LONGEST or not _PRINTABLE.fullmatch(asked):
        return HOME
    path = asked.partition("?")[0].lower()
    return HOME if any(sign in path for sign in _LEADS_AWAY) else asked
