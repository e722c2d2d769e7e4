"""Everything the contract knows, promised exactly."""

from typing import Final

from connectors.contract.capabilities import (
    AttachmentCapability,
    Capabilities,
    Exactness,
    GetCapability,
    Idempotency,
    MessageCapability,
    Paging,
)
from connectors.contract.lifecycle import Status
from connectors.contract.query import LISTED, SELECTABLE, TIMES, Child, Direction, Field, Op, Order
from connectors.contract.records import Visibility

FULL: Final = Capabilities(
    fields=SELECTABLE,
    filters={
        **{(name, Op.IN): Exactness.EXACT for name in LISTED},
        **{(name, op): Exactness.EXACT for name in TIMES for op in (Op.GTE, Op.LT)},
        (Field.POSITION, Op.WITHIN): Exactness.EXACT,
        (Field.OVERDUE, Op.AS_OF): Exactness.EXACT,
        (Field.TEXT, Op.CONTAINS): Exactness.EXACT,
    },
    orders=frozenset(Order(name, direction) for name in TIMES for direction in Direction),
    paging=Paging.KEYSET,
    max_page=1000,
    total=Exactness.EXACT,
    children=frozenset(Child),
    get=GetCapability(max_batch=100, children=frozenset(Child)),
    files=Idempotency.KEY,
    tells_references=True,
    services=True,
    says=MessageCapability(visibilities=frozenset(Visibility), idempotency=Idempotency.KEY),
    moves=frozenset(Status),
    attaches=AttachmentCapability(max_bytes=5_000_000, idempotency=Idempotency.KEY),
)
"""Weaken it with `dataclasses.replace`."""
