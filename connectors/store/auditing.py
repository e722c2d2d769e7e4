"""Prove the histories of all cases: nothing was changed, taken out or put in between."""

# ruff: noqa: S608 - texts are put together from our own names; every value is bound

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from connectors.contract.ledger import Flaw, FlawKind, Proof
from connectors.store.chain import BEFORE_ALL, Body, Link
from connectors.store.dialect import Dialect
from connectors.store.engine import Engine
from connectors.store.rows import Row

_CASES: Final = 200
"""Cases that are read at once."""
_LINKS: Final = (
    "h.ledger_id",
    "h.number",
    "h.act",
    "h.author",
    "h.at",
    "h.status",
    "h.version",
    "h.body_digest",
    "h.previous",
    "h.digest",
    "b.salt",
    "b.body",
)


async def proofs(engine: Engine) -> AsyncIterator[Proof]:
    """What the history of each case proves, in the order in which the cases came."""
    mark, after = engine.dialect.marker, 0
    while True:
        cases = await engine.fetch(
            "SELECT l.id, l.reference, c.version FROM ledger l LEFT JOIN complaint c"
            " ON c.id = l.complaint_id"
            f" WHERE l.id > {mark}1 ORDER BY l.id LIMIT {mark}2",
            [after, _CASES],
        )
        if not cases:
            return
        after = cases[-1][0]
        ids = engine.dialect.numbers.format(column="h.ledger_id", mark=f"{mark}1")
        rows = await engine.fetch(
            f"SELECT {', '.join(_LINKS)} FROM history h"
            f" LEFT JOIN history_body b ON b.history_id = h.id WHERE {ids}"
            " ORDER BY h.ledger_id, h.number",
            [engine.dialect.array([row[0] for row in cases])],
        )
        links = {case: list(its) for case, its in groupby(rows, key=lambda row: row[0])}
        for case, reference, version in cases:
            yield _proof(engine.dialect, reference, version, links.get(case, ()))


def _proof(dialect: Dialect, reference: str, version: int | None, rows: Sequence[Row]) -> Proof:
    chain = [_Chained.of(dialect, reference, row) for row in rows]
    return Proof(
        reference=reference,
        links=len(chain),
        erased=sum(each.body is None for each in chain),
        flaws=tuple(_flaws(chain, version)),
    )


@dataclass(frozen=True, slots=True)
class _Chained:
    """A link as it is stored."""

    link: Link
    previous: bytes
    digest: bytes
    body: Body | None
    """None: it was erased."""

    @classmethod
    def of(cls, dialect: Dialect, reference: str, row: Row) -> "_Chained":
        _, number, act, author, at, status, version, told, previous, digest, salt, text = row
        link = Link(
            reference, number, act, author, dialect.moment(at), status, version, bytes(told)
        )
        body = None if text is None else Body(bytes(salt), text)
        return cls(link, bytes(previous), bytes(digest), body)


def _flaws(chain: Sequence[_Chained], version: int | None) -> Iterator[Flaw]:
    previous: Any = BEFORE_ALL
    for number, each in enumerate(chain, start=1):
        if each.link.number != number or each.previous != previous:
            yield Flaw(number, FlawKind.MISSING)
            # What follows is held to the link that is there.
        if each.link.after(each.previous) != each.digest:
            yield Flaw(each.link.number, FlawKind.CHANGED)
        if each.body is not None and each.body.digest != each.link.body_digest:
            yield Flaw(each.link.number, FlawKind.CONTENT_CHANGED)
        if each.link.number != number:
            return
        previous = each.digest
    # The case counts every act on; without a history it was filed before there was one.
    if chain and version is not None and chain[-1].link.version != version:
        yield Flaw(len(chain) + 1, FlawKind.MISSING)
