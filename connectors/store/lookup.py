"""Decide by which index the candidates of a question are looked up.

On PostgreSQL one index intersects words and text. On SQLite each has its own, so the text is
tried first, which is rarer, and then the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from connectors.contract.query import Condition, Field, Op
from connectors.contract.text import SHORTEST_TERM
from connectors.store.dialect import Dialect, storable
from connectors.store.statements import values_of
from connectors.store.words import LETTERS, Group, groups

WORDS: Final = (
    "complaint_words(agency_code, status, kind, channel, service_code, category, area_code,"
    " latitude, longitude, created_at, updated_at, received_at, due_at, closed_at)"
)
"""As the index of migration 0003 has it."""

_HEXED: Final = frozenset(LETTERS[field] for field in LETTERS if not field.value.endswith("_at"))


@dataclass(frozen=True, slots=True)
class Found:
    """What follows FROM, and the values that it binds first."""

    text: str
    values: tuple[Any, ...]


EVERYTHING: Final = Found("complaint", ())


class Lookup:
    """How the candidates for one question are found."""

    def __init__(self, dialect: Dialect, where: Sequence[Condition]) -> None:
        self._dialect = dialect
        self._groups = groups(where)
        self._terms = tuple(
            storable(term)
            for condition in where
            if condition.op is Op.CONTAINS
            for term in condition.value
            if len(term) >= SHORTEST_TERM
        )

    @property
    def helps(self) -> bool:
        """Whether there is anything to look up by."""
        return bool(self._groups or self._terms)

    def by_text(self) -> Found | None:
        """By the text alone, where that has an index of its own."""
        if not self._terms or self._dialect.name != "sqlite":
            return None
        return _fts("complaint_text", " ".join(map(_quoted, self._terms)))

    def among(self, *more: Group) -> Found:
        """By words, `more` ones included; where one index has both, by the text too."""
        wanted = (*self._groups, *more)
        if self._dialect.name == "sqlite":
            return _fts("complaint_words", " AND ".join(map(_any_of, wanted)))
        single = [group[0] for group in wanted if len(group) == 1]
        values: list[Any] = [single] if single else []
        values += [list(group) for group in wanted if len(group) != 1]
        asked = [
            f"{WORDS} {'@>' if single and at == 1 else '&&'} ${at}::text[]"
            for at in range(1, len(values) + 1)
        ]
        patterns = self._dialect.terms(self._terms)
        asked += [
            f"folded LIKE ${at}" for at in range(len(values) + 1, len(values) + len(patterns) + 1)
        ]
        return Found(f"complaint WHERE {' AND '.join(asked)}", (*values, *patterns))

    def counted(self) -> Found:
        """Whatever is best to count by."""
        if not self.helps:
            return EVERYTHING
        return self.by_text() or self.among()


def of_agencies(dialect: Dialect, where: Sequence[Condition]) -> Found | None:
    """By the agencies, which have an index of their own: where they hold few cases."""
    for condition in where:
        if condition.field is Field.AGENCY:
            known = dialect.texts.format(column="agency_code", mark=f"{dialect.marker}1")
            return Found(f"complaint WHERE listed AND {known}", values_of(dialect, condition))
    return None


def _fts(table: str, match: str) -> Found:
    return Found(
        f"(SELECT rowid AS found FROM {table} WHERE {table} MATCH ?1)"  # noqa: S608 - our own names
        " CROSS JOIN complaint ON complaint.id = found WHERE TRUE",
        (match,),
    )


def _any_of(group: Group) -> str:
    # Nothing is among no words.
    return f"({' OR '.join(_quoted(_hexed(word)) for word in group or ('none',))})"


def _hexed(word: str) -> str:
    return word[0] + word[1:].encode().hex() if word[0] in _HEXED else word


def _quoted(term: str) -> str:
    escaped = term.replace('"', '""')
    return f'"{escaped}"'
