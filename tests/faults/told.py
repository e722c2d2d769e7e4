"""What docs/errors.md tells of the weather, as its tests compare it with what happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.docs.pages import page

_PAGE: Final = page("errors")
ABSENT: Final = "nothing: the case is not there"


@dataclass(frozen=True)
class Told:
    """One row of the table of weather."""

    code: str | None
    """None: it is answered."""
    sent: bool
    asked_again: bool
    status: str

    @property
    def late(self) -> bool:
        """Whether it lasts until somebody's patience ends."""
        return self.code == "SOURCE_TIMEOUT"


def _code(cell: str) -> str | None:
    return None if cell == "none" else cell.strip("`")


TOLD: Final[Mapping[str, Told]] = {
    name.strip("`"): Told(
        _code(code),
        {"yes": True, "no": False}[sent],
        {"yes": True, "no": False}[again],
        status.strip("`"),
    )
    for name, _, code, sent, again, status in _PAGE.table("weather")
}

INSTEAD: Final[Mapping[tuple[str, str, str], str]] = {
    (connector.strip("`"), weather.strip("`"), verb.strip("`")): instead.strip("`")
    for connector, weather, verb, instead in _PAGE.table("exception")
}
"""By connector, weather and verb."""

VERBS: Final[Mapping[str, frozenset[str]]] = {
    connector.strip("`"): frozenset(
        verb.strip("` ") for verb in verbs.split(",") if verb.strip("` ")
    )
    for connector, _, verbs in _PAGE.table("connector")
}
"""By connector."""
