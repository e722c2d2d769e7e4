"""Carry out `chikaya outbox`: list deliveries, have them tried again, or note that they are done."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

from connectors.contract.outbox import (
    PLACE_TAKEN,
    WAITING,
    Arrived,
    Delivery,
    DeliveryState,
    Verb,
    Which,
)
from connectors.contract.records import AgencyCode, Mode, SourceId, utc_now
from connectors.store import Store
from gateway.cli.opening import ready_store
from gateway.config import Configured, Settings
from resolvers.receipt import read_reference

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one delivery."""

    id: int
    state: DeliveryState | None = None
    """Which it has now; None if nothing was done."""
    refused: str | None = None
    """Why not."""


def which_of(
    *,
    states: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    agencies: Sequence[str] | None = None,
    reference: str | None = None,
) -> Which:
    """The deliveries that are meant by what was typed. Raises `ValueError`."""
    stored = None
    if reference is not None and (stored := read_reference(reference)) is None:
        raise ValueError("--reference: expected 13 digits as on a receipt; came something else")
    return Which(
        states=frozenset(map(_state, states)) if states else WAITING,
        sources=frozenset(map(SourceId, sources)) if sources else None,
        agencies=frozenset(map(AgencyCode, agencies)) if agencies else None,
        reference=stored,
    )


async def listed(database_url: str, which: Which) -> Sequence[dict[str, Any]]:
    """All of `which`, for people and programs, the oldest first.

    Raises `ValueError` for a database that is not migrated, and what `Store.open` raises.
    """
    async with aclosing(await Store.open(database_url, writes=False)) as store:
        if await store.pending_migrations():
            raise ValueError("the database is not migrated: run `chikaya migrate` first")
        return [_row(each) async for each in _all(store, which)]


async def retried(settings: Settings, ids: Sequence[int]) -> Sequence[Told]:
    """Have each of `ids` tried again. Raises what `ready_store` raises."""
    async with ready_store(settings) as store:
        return [await _retry(store, id_) for id_ in ids]


async def retried_dead(settings: Settings, source: str) -> Sequence[Told]:
    """Have all tried again that are dead to `source`. Raises what `ready_store` raises."""
    dead = Which(states=frozenset({DeliveryState.DEAD}), sources=frozenset({SourceId(source)}))
    async with ready_store(settings) as store:
        return [await _retry(store, each.id) async for each in _all(store, dead)]


async def resolved(
    settings: Settings, configured: Configured, id_: int, source_id: str | None
) -> Told:
    """Note that a delivery is there. Raises `ValueError`, and what `ready_store` raises.

    An id that leads to another case leaves the delivery UNCERTAIN.
    """
    async with ready_store(settings) as store:
        found = await store.outbox.find(id_)
        if found is None:
            return _unknown(id_)
        _check_source_id(found, source_id)
        mirrored = any(
            each.id == found.source and each.mode is Mode.MIRROR for each in configured.sources
        )
        if not await store.outbox.resolve(id_, Arrived(utc_now(), source_id, mirrored=mirrored)):
            return Told(id_, refused=f"it is {found.state}, and waits for nobody")
        now = await store.outbox.find(id_)
    if now is not None and now.code == PLACE_TAKEN:
        return Told(id_, refused=f"{PLACE_TAKEN}: that id leads to another case here")
    return Told(id_, DeliveryState.DELIVERED)


async def held(settings: Settings) -> Mapping[str, int]:
    """Hold what is queued. Raises what `ready_store` raises."""
    async with ready_store(settings) as store:
        return {"held": await store.restored.hold()}


def _check_source_id(delivery: Delivery, source_id: str | None) -> None:
    if delivery.verb is Verb.FILE and not (source_id or "").strip():
        raise ValueError(
            f'--source-id: expected the id by which "{delivery.source}" knows the case, for '
            f"delivery {delivery.id} is its filing; came none"
        )
    if delivery.verb is not Verb.FILE and source_id is not None:
        raise ValueError(
            f"--source-id: expected none, for delivery {delivery.id} is no filing "
            f"({delivery.verb}); came one"
        )


async def _retry(store: Store, id_: int) -> Told:
    if await store.outbox.retry(id_, at=utc_now()):
        return Told(id_, DeliveryState.PENDING)
    found = await store.outbox.find(id_)
    if found is None:
        return _unknown(id_)
    return Told(id_, refused=f"it is {found.state}; expected DEAD or UNCERTAIN")


async def _all(store: Store, which: Which) -> AsyncIterator[Delivery]:
    after = 0
    while page := await store.outbox.deliveries(which, most=_PAGE, after=after):
        for each in page:
            yield each
        after = page[-1].id


def _unknown(id_: int) -> Told:
    return Told(id_, refused="there is no such delivery")


def _state(word: str) -> DeliveryState:
    try:
        return DeliveryState(word.upper())
    except ValueError:
        known = ", ".join(DeliveryState)
        raise ValueError(f"--state: expected one of {known}; came {word!r}") from None


def _row(delivery: Delivery) -> dict[str, Any]:
    tried_at = delivery.tried_at
    return {
        "id": delivery.id,
        "reference": delivery.reference,
        "agency": delivery.agency_code,
        "source": delivery.source,
        "act": delivery.act.value,
        "verb": delivery.verb.value,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "createdAt": delivery.created_at.isoformat(),
        "nextAt": (
            delivery.next_at.isoformat() if delivery.state is DeliveryState.PENDING else None
        ),
        "triedAt": None if tried_at is None else tried_at.isoformat(),
        "code": delivery.code,
    }
