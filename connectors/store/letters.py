"""The letters that are to be sent, each handed out to one worker at a time."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from connectors.contract.letters import (
    DueLetter,
    Letter,
    LetterBacklog,
    LetterEnded,
    LetterKind,
    LetterLater,
    LetterSent,
    LetterSettled,
    LetterState,
)
from connectors.contract.records import AgencyCode
from connectors.store.dialect import Dialect, storable
from connectors.store.engine import Engine
from connectors.store.lettering import queue_code_link
from connectors.store.rows import Row

_READY: Final = "o.state IN ('PENDING', 'SENDING') AND o.next_at <= {now}"
_DUE: Final = (
    "o.id",
    "o.kind",
    "o.name",
    "o.queued_at",
    "o.attempts",
    "l.reference",
    "l.agency_code",
    "l.generation",
    "l.received_at",
    "c.due_at",
    "p.email",
    "p.language",
)
_SHOWN: Final = (
    "o.id",
    "l.reference",
    "o.kind",
    "o.state",
    "o.attempts",
    "o.queued_at",
    "o.next_at",
    "o.done_at",
    "o.code",
)


class StoreLetters:
    """Meets `resolvers.ports.Letters`, and what `gateway.letters` asks of a queue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    async def waiting(self, now: datetime) -> bool:
        """Whether some letter is to be tried at `now`."""
        ready = _READY.format(now=f"{self._dialect.marker}1")
        rows = await self._engine.fetch(
            f"SELECT 1 FROM letter o WHERE {ready} LIMIT 1", [self._dialect.write(now)]
        )
        return bool(rows)

    async def begin(self, *, now: datetime, until: datetime) -> DueLetter | None:
        """Begin an attempt at the letter that waits the longest, durably; None if none is due.

        Nobody else begins one at the same before `until`.
        """
        dialect, mark = self._dialect, self._dialect.marker
        async with self._engine.transaction() as transaction:
            rows = await transaction.fetch(
                f"SELECT {', '.join(_DUE)} FROM letter o JOIN ledger l ON l.id = o.ledger_id"
                " LEFT JOIN complaint c ON c.id = l.complaint_id"
                " LEFT JOIN complainant p ON p.ledger_id = l.id"
                f" WHERE {_READY.format(now=f'{mark}1')} ORDER BY o.next_at, o.id LIMIT 1"
                f"{dialect.skip_locked}",
                [dialect.write(now)],
            )
            if not rows:
                return None
            await transaction.fetch(
                f"UPDATE letter SET state = '{LetterState.SENDING}', attempts = attempts + 1,"
                f" tried_at = {mark}2, next_at = {mark}3 WHERE id = {mark}1",
                [rows[0][0], dialect.write(now), dialect.write(until)],
            )
        return _due(dialect, rows[0], now)

    async def ask_code_link(self, reference: str, *, at: datetime) -> None:
        """Queue the letter with a link to a new tracking code, once in three hours at most.

        Nothing is queued if there is no such case, or no address.
        """
        async with self._engine.transaction() as transaction:
            await queue_code_link(transaction, self._dialect, reference, at)

    async def settle(self, letter: DueLetter, settled: LetterSettled) -> bool:
        """Note what came of an attempt; False if another one overtook it."""
        match settled:
            case LetterSent(at=at):
                columns = {"state": LetterState.SENT, "done_at": at, "code": None}
            case LetterEnded(state=state, code=code, at=at):
                columns = {"state": state, "done_at": at, "code": code}
            case LetterLater(at=at, code=code):
                columns = {"state": LetterState.PENDING, "next_at": at, "code": code}
        attempt = {
            "id": letter.id,
            "attempts": letter.attempt,
            "tried_at": letter.begun_at,
            "state": LetterState.SENDING,
        }
        return await self._set(columns, attempt)

    async def retry(self, id_: int, *, at: datetime) -> bool:
        """Have a letter that is DEAD tried again from `at` on; False if it is not."""
        again = {"state": LetterState.PENDING, "attempts": 0, "next_at": at, "done_at": None}
        return await self._set(again, {"id": id_, "state": LetterState.DEAD})

    async def letters(
        self,
        *,
        states: Collection[LetterState],
        reference: str | None = None,
        most: int,
        after: int = 0,
    ) -> Sequence[Letter]:
        """The next `most` letters in these states, of one case or all, after the id `after`."""
        dialect, mark = self._dialect, self._dialect.marker
        among = dialect.texts.format(column="o.state", mark=f"{mark}1")
        of_one = f" AND l.reference = {mark}4" if reference is not None else ""
        rows = await self._engine.fetch(
            f"SELECT {', '.join(_SHOWN)} FROM letter o JOIN ledger l ON l.id = o.ledger_id"
            f" WHERE {among} AND o.id > {mark}2{of_one} ORDER BY o.id LIMIT {mark}3",
            [
                dialect.array(sorted(states)),
                after,
                most,
                *([storable(reference)] if reference is not None else []),
            ],
        )
        return [_letter(dialect, row) for row in rows]

    async def backlog(self) -> Sequence[LetterBacklog]:
        """What waits and what is dead, state by state."""
        rows = await self._engine.fetch(
            "SELECT state, count(*), min(queued_at) FROM letter"
            f" WHERE state <> '{LetterState.SENT}' AND state <> '{LetterState.CANCELLED}'"
            " GROUP BY state ORDER BY state"
        )
        moment = self._dialect.moment
        return [LetterBacklog(LetterState(state), n, moment(oldest)) for state, n, oldest in rows]

    async def stop(self, digest: bytes, *, at: datetime) -> None:
        """Have no letter sent any more to the address with this keyed hash; twice is harmless."""
        mark = self._dialect.marker
        async with self._engine.transaction() as transaction:
            await transaction.fetch(
                f"INSERT INTO letter_stop (digest, at) VALUES ({mark}1, {mark}2)"
                " ON CONFLICT DO NOTHING",
                [digest, self._dialect.write(at)],
            )

    async def stopped(self, digest: bytes) -> bool:
        """Whether no letters are wanted at the address with this keyed hash."""
        rows = await self._engine.fetch(
            f"SELECT 1 FROM letter_stop WHERE digest = {self._dialect.marker}1", [digest]
        )
        return bool(rows)

    async def _set(self, columns: Mapping[str, Any], those: Mapping[str, Any]) -> bool:
        """Write `columns` of the letter with the values of `those`; False if there is none."""
        mark, write = self._dialect.marker, self._dialect.write
        names = [*columns, *those]
        marked = [f"{name} = {mark}{at}" for at, name in enumerate(names, start=1)]
        set_, where = marked[: len(columns)], marked[len(columns) :]
        async with self._engine.transaction() as transaction:
            rows = await transaction.fetch(
                f"UPDATE letter SET {', '.join(set_)} WHERE {' AND '.join(where)} RETURNING id",
                [write(value) for value in (*columns.values(), *those.values())],
            )
        return bool(rows)


def _due(dialect: Dialect, row: Row, begun_at: datetime) -> DueLetter:
    id_, kind, name, queued_at, attempts, reference, agency, generation, *more = row
    received_at, due_at, address, language = more
    return DueLetter(
        id=id_,
        kind=LetterKind(kind),
        name=name,
        queued_at=dialect.moment(queued_at),
        attempt=attempts + 1,
        begun_at=begun_at,
        reference=reference,
        agency_code=AgencyCode(agency),
        generation=generation,
        received_at=dialect.moment(received_at),
        due_at=None if due_at is None else dialect.moment(due_at),
        address=address,
        language=language,
    )


def _letter(dialect: Dialect, row: Row) -> Letter:
    id_, reference, kind, state, attempts, queued_at, next_at, done_at, code = row
    return Letter(
        id=id_,
        reference=reference,
        kind=LetterKind(kind),
        state=LetterState(state),
        attempts=attempts,
        queued_at=dialect.moment(queued_at),
        next_at=dialect.moment(next_at),
        done_at=None if done_at is None else dialect.moment(done_at),
        code=code,
    )
