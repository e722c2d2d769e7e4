"""Know which of our statuses a city's code means, and which of its two families to ask for.

GeoReport knows open and closed. A city holds a case from the moment it numbers it, so open is
ACKNOWLEDGED; it has one closed state, so the first close is its answer. mySociety's codes say more.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

import structlog

from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.records import SourceId
from connectors.translate import Unlisted

_log = structlog.get_logger(__name__)

PLAIN: Final = MappingProxyType({"open": Status.ACKNOWLEDGED, "closed": Status.ANSWERED})

EXTENDED: Final = MappingProxyType(
    {
        "open": Status.ACKNOWLEDGED,
        "for_triage": Status.ACKNOWLEDGED,
        "investigating": Status.UNDER_ASSESSMENT,
        "in_progress": Status.IN_PROGRESS,
        "planned": Status.IN_PROGRESS,
        "action_scheduled": Status.IN_PROGRESS,
        "fixed": Status.ANSWERED,
        "no_further_action": Status.ANSWERED,
        "closed": Status.CLOSED,
        "duplicate": Status.DUPLICATE,
        "cancelled": Status.WITHDRAWN,
        # Not theirs: the complainant is told whose, which is what inadmissible means here.
        "not_councils_responsibility": Status.INADMISSIBLE,
        # Handed on inside the administration, where it is looked at anew.
        "internal_referral": Status.UNDER_ASSESSMENT,
    }
)

_CLOSED_CODES: Final = frozenset(
    {
        "closed",
        "fixed",
        "no_further_action",
        "not_councils_responsibility",
        "duplicate",
        "internal_referral",
        "cancelled",
    }
)
"""The codes that `status=closed` finds."""

_UNMAPPED: Final = {"open": Status.UNDER_ASSESSMENT, "closed": Status.CLOSED}


class Statuses:
    """One source's codes; what it does not know is counted, and logged the first time."""

    def __init__(
        self,
        source: SourceId,
        *,
        extended: bool = False,
        own: Mapping[str, Status] = MappingProxyType({}),
        marks_duplicates: bool = False,
    ) -> None:
        """Know `own` codes beside the standard's, or in their place.

        Where duplicates are marked beside their status, a request of either family may be one.
        """
        mine = {_word(code): status for code, status in own.items()}
        self._source = source
        self._known = {**(EXTENDED if extended else PLAIN), **mine}
        self._families = {
            word: _family(word) if word not in mine else _family_of(status)
            for word, status in self._known.items()
        }
        self._marks_duplicates = marks_duplicates
        self._plain = not (extended or mine or marks_duplicates)
        self._unlisted: Unlisted[str] = Unlisted()

    @property
    def exact(self) -> bool:
        """Whether each family holds one status, but for codes that nobody knows."""
        return self._plain

    def status(self, code: str | None) -> Status:
        """What `code` means; an unknown one is counted, and told in the log the first time."""
        word = _word(code or "")
        if word not in self._known and self._unlisted.came(word):
            # Which one it is, cases say in `rawStatus`: words of a source stay out of the log.
            count = len(self._unlisted.counts)
            _log.warning("status_unmapped", source=self._source, codes=count)
        return self.meaning(code)

    def meaning(self, code: str | None) -> Status:
        """What `code` means; an unknown one UNDER_ASSESSMENT, or CLOSED if it says closed."""
        word = _word(code or "")
        return self._known.get(word, _UNMAPPED[_family(word)])

    def families(self, wanted: Collection[Status]) -> frozenset[str]:
        """Which of open and closed may hold a case of a `wanted` status."""
        reachable = [(self._families[word], status) for word, status in self._known.items()]
        reachable += _UNMAPPED.items()
        if self._marks_duplicates:
            reachable += [(family, Status.DUPLICATE) for family in _UNMAPPED]
        return frozenset(family for family, status in reachable if status in wanted)


def _word(code: str) -> str:
    return code.strip().casefold().replace(" ", "_").replace("-", "_")


def _family_of(status: Status) -> str:
    return "open" if status in OPEN else "closed"


def _family(word: str) -> str:
    return "closed" if word in _CLOSED_CODES or word.startswith("clos") else "open"
