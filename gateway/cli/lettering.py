"""Carry out `chikaya letters`: list letters, or have them tried again."""

from collections.abc import Collection, Sequence
from contextlib import aclosing
from typing import Any, Final

from connectors.contract.letters import LETTERS_WAITING, Letter, LetterState
from connectors.contract.records import utc_now
from connectors.store import Store
from gateway.cli.opening import ready_store
from gateway.config import Settings
from resolvers.receipt import read_reference

_PAGE: Final = 500
_UNSENT: Final = LETTERS_WAITING | {LetterState.DEAD}


async def listed(
    database_url: str, states: Sequence[str] | None, reference: str | None
) -> Sequence[dict[str, Any]]:
    """The letters that are meant, for people and programs, the oldest first.

    Raises `ValueError` for words that mean nothing and for a database that is not migrated, and
    what `Store.open` raises.
    """
    stored = None
    if reference is not None and (stored := read_reference(reference)) is None:
        raise ValueError("--reference: expected 13 digits as on a receipt; came something else")
    wanted = frozenset(map(_state, states)) if states else _UNSENT
    return [_row(each) for each in await _every(database_url, wanted, stored)]


async def dead_of(database_url: str) -> Sequence[int]:
    """The ids of all letters that are dead. Raises as `listed`."""
    return [each.id for each in await _every(database_url, {LetterState.DEAD}, None)]


async def retried(settings: Settings, ids: Sequence[int]) -> Collection[int]:
    """Those of `ids` that are tried again, for they were dead. Raises what `ready_store` raises."""
    async with ready_store(settings) as store:
        return {id_ for id_ in ids if await store.letters.retry(id_, at=utc_now())}


async def _every(
    database_url: str, states: Collection[LetterState], reference: str | None
) -> Sequence[Letter]:
    found: list[Letter] = []
    async with aclosing(await Store.open(database_url, writes=False)) as store:
        if await store.pending_migrations():
            raise ValueError("the database is not migrated: run `chikaya migrate` first")
        while page := await store.letters.letters(
            states=states,
            reference=reference,
            most=_PAGE,
            after=found[-1].id if found else 0,
        ):
            found += page
    return found


def _state(word: str) -> LetterState:
    try:
        return LetterState(word.upper())
    except ValueError:
        known = ", ".join(LetterState)
        raise ValueError(f"--state: expected one of {known}; came {word!r}") from None


def _row(letter: Letter) -> dict[str, Any]:
    waits = letter.state is LetterState.PENDING
    return {
        "id": letter.id,
        "reference": letter.reference,
        "kind": letter.kind.value,
        "state": letter.state.value,
        "attempts": letter.attempts,
        "queuedAt": letter.queued_at.isoformat(),
        "nextAt": letter.next_at.isoformat() if waits else None,
        "doneAt": None if letter.done_at is None else letter.done_at.isoformat(),
        "code": letter.code,
    }
