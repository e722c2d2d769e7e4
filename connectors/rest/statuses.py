"""Know which of our statuses a source's word means, and which words mean ours."""

from collections.abc import Collection
from typing import Any

from connectors.contract.lifecycle import Status
from connectors.rest.options import StatusRules
from connectors.rest.paths import compiled
from connectors.rest.values import Notes, word_of

_RULE = "statuses.in"
_UNLISTED = frozenset({Status.UNDER_ASSESSMENT, Status.CLOSED})
"""What words mean that are not listed: an open case, or one that is over."""


class Statuses:
    """One source's words; what it does not know is counted."""

    def __init__(self, rules: StatusRules, notes: Notes) -> None:
        """Know what `rules` list."""
        self._rules = rules
        self._closed = compiled(rules.closed.path) if rules.closed else None
        self._notes = notes

    def of_case(self, word: str | None, case: Any) -> Status:
        """What the status `word` of `case` means."""
        known = self._rules.in_.get(word or "")
        if known is not None:
            return known
        if word is not None:
            self._notes.unknown(_RULE, word)
        return Status.CLOSED if self._over(case) else Status.UNDER_ASSESSMENT

    def of_event(self, word: str | None) -> Status | None:
        """What a change to `word` led to; None if nobody knows."""
        known = self._rules.in_.get(word or "")
        if known is None and word is not None:
            self._notes.unknown(_RULE, word)
        return known

    def words(self, wanted: Collection[Status]) -> list[str] | None:
        """The words that mean one of `wanted`; None if words nobody knows may mean one too."""
        if not self._rules.complete and not _UNLISTED.isdisjoint(wanted):
            return None
        return [word for word, status in self._rules.in_.items() if status in wanted]

    def _over(self, case: Any) -> bool:
        if self._closed is None or self._rules.closed is None:
            return False
        found = {word_of(match) for match in self._closed.matches(case)}
        return not found.isdisjoint(self._rules.closed.values)
