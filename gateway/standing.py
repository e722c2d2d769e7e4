"""How a gateway stands by what its store says, and what of that needs a person.

A part of the answer is one function: whoever keeps more in the store adds a part to `PARTS`.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.contract.beats import PERIODS_OF_SILENCE, Beat
from connectors.contract.letters import LETTERS_WAITING, LetterBacklog, LetterState
from connectors.contract.outbox import FOR_A_PERSON, WAITING, Backlog, DeliveryState
from connectors.contract.records import Mode, SourceId
from connectors.store import Store
from gateway.config import Configured
from gateway.workers.looping import TELL_SECONDS

_WAITING: Final = tuple(state for state in DeliveryState if state in WAITING)
_UNSENT: Final = (*(each for each in LetterState if each in LETTERS_WAITING), LetterState.DEAD)
_LONGEST_UNSENT: Final = timedelta(hours=6)
"""A server that takes a letter later, as against junk, does so within that."""
_LONGEST_UNTOLD: Final = PERIODS_OF_SILENCE * TELL_SECONDS


@dataclass(frozen=True, slots=True)
class Part:
    """One part of how a gateway stands."""

    rows: Sequence[Mapping[str, Any]] = ()
    """What JSON can hold; all rows of a part have the same keys."""
    needs: tuple[str, ...] = ()
    """What a person has to see to, a sentence each."""


Stand = Callable[[Store, Configured, datetime], Awaitable[Part]]
"""One part of how the store and the configured sources stand at a moment."""


async def sources(store: Store, configured: Configured, now: datetime) -> Part:
    """Every source, and how old its mirror is; live ones are only known to be configured."""
    mirrored = {each.id: each for each in configured.sources if each.mode is Mode.MIRROR}
    states = await store.mirror.states(list(mirrored))
    heard = {state.source: state.heard_at for state in states}
    needs, rows = [], []
    for source in configured.sources:
        heard_at = heard.get(source.id)
        lag = None if heard_at is None else round((now - heard_at).total_seconds(), 1)
        rows.append(
            {
                "source": source.id,
                "mode": source.mode.value,
                "heardAt": heard_at and heard_at.isoformat(),
                "lagSeconds": lag,
            }
        )
        if source.id in mirrored:
            every = mirrored[source.id].sync.every_seconds
            if lag is None:
                needs.append(f'source "{source.id}" was never read to its end')
            elif lag > PERIODS_OF_SILENCE * every:
                needs.append(
                    f'source "{source.id}" was last heard {lag:.0f} s ago; '
                    f"it is to be read every {every:g} s"
                )
    return Part(rows, tuple(needs))


async def loops(store: Store, _configured: Configured, now: datetime) -> Part:
    """Every loop of every process that has not ended in order."""
    beats = await store.beats.all()
    rows = [
        {
            "process": beat.process,
            "loop": beat.loop,
            "state": _state_of(beat, now),
            "beatAt": beat.beat_at.isoformat(),
            "failures": beat.failures,
        }
        for beat in beats
    ]
    return Part(rows, tuple(_needs_of_loops(beats, now)))


def _state_of(beat: Beat, now: datetime) -> str:
    if (now - beat.told_at).total_seconds() > _LONGEST_UNTOLD:
        return "gone"
    return "late" if beat.late else "beating"


def _needs_of_loops(beats: Sequence[Beat], now: datetime) -> Iterator[str]:
    """A process that is gone matters only where no other one does its work."""
    states = defaultdict(set)
    for beat in beats:
        states[beat.loop].add(_state_of(beat, now))
        if _state_of(beat, now) == "late":
            yield (
                f'loop "{beat.loop}" of {beat.process} has been silent since '
                f"{beat.beat_at.isoformat()}: look for loop_broke in its log"
            )
    if not any(state != "gone" for each in states.values() for state in each):
        yield "no process runs the loops: start `chikaya serve` or `chikaya work`"
        return
    for name, each in sorted(states.items()):
        if each == {"gone"}:
            yield f'no process runs the loop "{name}" any more'


async def deliveries(store: Store, configured: Configured, _now: datetime) -> Part:
    """What agencies' systems are still to hear, source by source."""
    there = {source.id for source in configured.sources}
    by_source: defaultdict[SourceId, dict[DeliveryState, Backlog]] = defaultdict(dict)
    for each in await store.outbox.backlog():
        by_source[each.source][each.state] = each
    rows = [
        {
            "source": source,
            "configured": source in there,
            "oldestAt": min(each.oldest_at for each in backlog.values()).isoformat(),
            **{state: backlog[state].count if state in backlog else 0 for state in _WAITING},
        }
        for source, backlog in by_source.items()
    ]
    held = await store.restored.count()
    put_back = await store.restored.put_back()
    unasked = put_back is not None and put_back.reconciled_at is None
    needs = [
        f"the store was put back, and deliveries are held ({held}): `chikaya outbox reconcile`"
    ] * (unasked or held > 0)
    needs += [
        need
        for source, backlog in by_source.items()
        for need in _needs_of_deliveries(source, backlog, configured=source in there)
    ]
    return Part(rows, tuple(needs))


def _needs_of_deliveries(
    source: SourceId, backlog: Mapping[DeliveryState, Backlog], *, configured: bool
) -> Iterator[str]:
    for state in _WAITING:
        if state in FOR_A_PERSON and state in backlog:
            yield (
                f'source "{source}" has deliveries that are {state} ({backlog[state].count}): '
                f"`chikaya outbox list --state {state} --source {source}` names them"
            )
    if not configured:
        count = sum(each.count for each in backlog.values())
        yield f'source "{source}" is configured no more, and deliveries wait for it ({count})'


async def letters(store: Store, now: datetime, *, sent: bool) -> Part:
    """What is still to be sent to whoever complains, and whether letters are `sent` at all."""
    backlog = {each.state: each for each in await store.letters.backlog()}
    oldest = min((each.oldest_at for each in backlog.values()), default=None)
    row: dict[str, Any] = {
        "sent": "on" if sent else "off",
        "oldestAt": None if oldest is None else oldest.isoformat(),
        **{state: backlog[state].count if state in backlog else 0 for state in _UNSENT},
    }
    return Part([row], tuple(_needs_of_letters(backlog, now, sent=sent)))


def _needs_of_letters(
    backlog: Mapping[LetterState, LetterBacklog], now: datetime, *, sent: bool
) -> Iterator[str]:
    if (dead := backlog.get(LetterState.DEAD)) is not None:
        yield f"letters are DEAD ({dead.count}): `chikaya letters list --state DEAD` names them"
    waiting = [each for state, each in backlog.items() if state in LETTERS_WAITING]
    count = sum(each.count for each in waiting)
    if waiting and not sent:
        yield f"letters wait ({count}), and none are sent: set CHIKAYA_SMTP_URL again"
    elif waiting and now - (oldest := min(each.oldest_at for each in waiting)) > _LONGEST_UNSENT:
        yield (
            f"letters wait ({count}), the oldest since {oldest.isoformat()}: "
            "look for mail_server_away and letter_not_sent in the log"
        )


async def files(store: Store, configured: Configured, _now: datetime) -> Part:
    """How many files are kept, and of how many bytes: drafts that nobody claimed, and attachments."""
    held = await store.uploads.held()
    row = {
        "drafts": held.drafts,
        "draftBytes": held.draft_bytes,
        "attachments": held.attachments,
        "attachmentBytes": held.attachment_bytes,
    }
    most = configured.attachments.drafts_bytes
    full = f"drafts of files have {held.draft_bytes} bytes, and at {most} no more are taken"
    return Part([row], (full,) * (held.draft_bytes >= most))


PARTS: Final[Mapping[str, Stand]] = {
    "sources": sources,
    "deliveries": deliveries,
    "files": files,
    "loops": loops,
}
"""Each part by its name, in the order in which they are told."""


async def standing(
    store: Store, configured: Configured, now: datetime, *, sends_letters: bool = False
) -> Mapping[str, Part]:
    """Every part; of a database that is not migrated, only that.

    `sends_letters` says whether the settings have letters sent.
    """
    pending = await store.pending_migrations()
    if pending:
        untold = f"the database is not migrated ({', '.join(pending)}): run `chikaya migrate`"
        return {"migrations": Part([{"pending": name} for name in pending], (untold,))}
    parts = {name: await stand(store, configured, now) for name, stand in PARTS.items()}
    parts["letters"] = await letters(store, now, sent=sends_letters)
    return {"migrations": Part(), **parts}
