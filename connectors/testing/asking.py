"""Ask a connector as the engine would, and tell what came back from what was expected."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import replace

from msgspec import structs

from connectors.contract.capabilities import Capabilities, Paging
from connectors.contract.connector import Call, Connector
from connectors.contract.errors import ConnectorError, NotSupported
from connectors.contract.query import (
    SELECTABLE,
    Child,
    Condition,
    Key,
    ListQuestion,
    Order,
    Page,
    Selection,
    key_of,
)
from connectors.contract.records import Complaint, public

_MOST_PAGES = 2000
_FIRST = Order()
_ALWAYS = ("id", "agency_code", "status", "kind", "reference")


def call(*, seconds: float = 15.0) -> Call:
    """A call that has `seconds` left; negative if its time is over."""
    return Call(deadline=asyncio.get_running_loop().time() + seconds)


def plain(capabilities: Capabilities, **changes: object) -> ListQuestion:
    """A question for every field that any source can answer, with `changes`."""
    question = ListQuestion(
        where=(),
        order=None,
        selection=Selection(fields=SELECTABLE),
        limit=min(50, capabilities.max_page),
    )
    return replace(question, **changes)  # type: ignore[arg-type]  # replace checks the names


def pageable(capabilities: Capabilities, **changes: object) -> ListQuestion:
    """A question that can be paged to its end: for keys, in an order."""
    keyset = capabilities.paging is Paging.KEYSET
    order = orders(capabilities)[0] if keyset and capabilities.orders else None
    limit = capabilities.max_page if capabilities.paging is Paging.WHOLE else 50
    changes = {"order": order, "limit": min(limit, capabilities.max_page)} | changes
    return plain(capabilities, **changes)


def orders(capabilities: Capabilities) -> Sequence[Order]:
    """The declared orders, newest first in front."""
    return sorted(
        capabilities.orders, key=lambda order: (order != _FIRST, order.by, order.direction)
    )


async def pages(connector: Connector, question: ListQuestion) -> Sequence[Page]:
    """The pages from `question` to the end of the list, as far as its paging leads."""
    paging = connector.capabilities.paging
    found: list[Page] = []
    tokens: set[str] = set()
    while True:
        page = await connector.list(question, call())
        found.append(page)
        if not page.more or paging is Paging.WHOLE:
            return found
        assert len(found) < _MOST_PAGES, f"{_MOST_PAGES} pages were read and the list did not end"
        if paging is Paging.KEYSET:
            question = replace(question, after=_end_of(page, question))
        else:
            assert page.next_token is not None, "a page says that more follow, without a token"
            assert page.next_token not in tokens, "a page leads back to an earlier one"
            tokens.add(page.next_token)
            question = replace(question, token=page.next_token)


def _end_of(page: Page, question: ListQuestion) -> Key:
    """The place after which the next page is asked for."""
    order = question.order
    assert order is not None, "a page says that more follow, but in no order"
    assert page.records or page.read_to, "an empty page says that more rows follow: no key leads on"
    end = page.read_to or key_of(page.records[-1], order)
    leads_on = question.after is None or (
        question.after.rank(order.direction) < end.rank(order.direction)
    )
    assert leads_on, "a page leads back to an earlier one"
    return end


async def rows(connector: Connector, question: ListQuestion) -> tuple[Sequence[Complaint], bool]:
    """All rows of `question`, and whether they are all there are (not so for a full WHOLE)."""
    found = await pages(connector, question)
    return [record for page in found for record in page.records], not found[-1].more


def ids(records: Iterable[Complaint]) -> Sequence[str]:
    """The sources' own ids, in the order of `records`."""
    return [record.origin.source_id for record in records]


def matching(records: Iterable[Complaint], where: Sequence[Condition]) -> Sequence[Complaint]:
    """Those of `records` that meet every condition."""
    return [record for record in records if all(condition.holds(record) for condition in where)]


def parts(
    record: Complaint, selection: Selection, fields: frozenset[str], children: frozenset[Child]
) -> dict[str, object]:
    """What `selection` brings of `record` from a source that supplies `fields` and `children`."""
    always = {name: getattr(record, name) for name in _ALWAYS}
    selected = {name: getattr(record, name) for name in selection.fields & fields}
    read = {child.value: getattr(record, child.value) for child in selection.children & children}
    return {"origin": (record.origin.source, record.origin.source_id), **always, **selected, **read}


def as_shown(record: Complaint, selection: Selection) -> Complaint:
    """`record` with the messages that `selection` lets be seen."""
    if selection.internal or record.messages is None:
        return record
    return structs.replace(record, messages=public(record.messages))


def differing(seen: dict[str, object], told: dict[str, object]) -> str:
    """The names of what is not the same in both, for a message; empty if all is."""
    return ", ".join(sorted(name for name in told if seen[name] != told[name]))


async def assert_raises(
    error: type[ConnectorError], asking: Awaitable[object], otherwise: str
) -> None:
    """Assert that awaiting `asking` raises `error`; `otherwise` says what it means if not."""
    try:
        await asking
    except error:
        return
    raise AssertionError(f"{otherwise}; expected {error.__name__}")


async def assert_refused(asking: Awaitable[object], use: str) -> None:
    """Assert that awaiting `asking` raises `NotSupported`."""
    await assert_raises(NotSupported, asking, f"{use} is not declared, yet it was not refused")
