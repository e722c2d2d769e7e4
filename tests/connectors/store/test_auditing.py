"""A history that was tampered with is not whole, whatever was tampered with."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors.contract.ledger import Flaw, FlawKind, Proof
from connectors.store import Store
from tests.connectors.store.cases import filing
from tests.connectors.store.test_changes import NOTE, OTHER, REFERENCE, noted

OTHER_WORDS = (
    "UPDATE history_body SET body = '[]'"
    " WHERE history_id = (SELECT id FROM history WHERE number = 2)"
)


async def proofs(store: Store) -> Sequence[Proof]:
    return [proof async for proof in store.ledger.proofs()]


@pytest.fixture
async def acted(store: Store) -> Store:
    """Two cases: one with four links, one with one."""
    await store.ledger.open_case(filing())
    for number in range(3):
        await store.ledger.change(REFERENCE, replace(NOTE, key=str(number)), noted)
    await store.ledger.open_case(filing(OTHER, key="another"))
    return store


async def test_what_nobody_touched_is_whole(acted: Store) -> None:
    assert await proofs(acted) == [Proof(REFERENCE, 4, 0, ()), Proof(OTHER, 1, 0, ())]


async def test_what_was_erased_is_told_and_the_chain_holds(acted: Store) -> None:
    await _run(acted, "DELETE FROM history_body WHERE history_id = (SELECT min(id) FROM history)")
    assert await proofs(acted) == [Proof(REFERENCE, 4, 1, ()), Proof(OTHER, 1, 0, ())]


@pytest.mark.parametrize(
    ("tampering", "flaws"),
    [
        ("UPDATE history SET act = 'CLOSE' WHERE number = 2", [(2, FlawKind.CHANGED)]),
        ("UPDATE history SET author = 'SYSTEM' WHERE number = 4", [(4, FlawKind.CHANGED)]),
        ("UPDATE history SET version = 9 WHERE number = 3", [(3, FlawKind.CHANGED)]),
        (
            OTHER_WORDS,
            [(2, FlawKind.CONTENT_CHANGED)],
        ),
        (
            "DELETE FROM history WHERE number = 2",
            [(2, FlawKind.MISSING)],
        ),
        (
            "DELETE FROM history WHERE number = 4",
            [(4, FlawKind.MISSING)],
        ),
        (
            "UPDATE complaint SET version = 7 WHERE reference = '4471083920155'",
            [(5, FlawKind.MISSING)],
        ),
    ],
)
async def test_what_was_tampered_with_is_found_and_named(
    acted: Store, tampering: str, flaws: list[tuple[int, FlawKind]]
) -> None:
    if tampering.startswith("DELETE"):
        number = tampering[-1]
        await _run(
            acted,
            "DELETE FROM history_body WHERE history_id IN"  # noqa: S608 - the test's own
            f" (SELECT id FROM history WHERE number = {number})",
        )
    await _run(acted, tampering)
    tampered, untouched = await proofs(acted)
    assert list(tampered.flaws) == [Flaw(*each) for each in flaws]
    assert untouched == Proof(OTHER, 1, 0, ())


async def test_a_case_that_is_older_than_histories_has_none(acted: Store) -> None:
    await _run(acted, "DELETE FROM history_body")
    await _run(acted, "DELETE FROM history")
    assert [(proof.links, proof.flaws) for proof in await proofs(acted)] == [(0, ()), (0, ())]


async def _run(store: Store, statement: str) -> None:
    async with store._engine.transaction() as transaction:
        await transaction.fetch(statement)
