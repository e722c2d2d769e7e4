"""Hold a connector to what it promises of pages, orders, filters, totals and selections."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle, pairwise

import pytest
from msgspec import structs

from connectors.contract.capabilities import Exactness, Paging
from connectors.contract.connector import Connector
from connectors.contract.query import (
    OF_THE_LEDGER,
    SELECTABLE,
    Child,
    Condition,
    Key,
    Order,
    Selection,
    key_of,
)
from connectors.contract.records import Complaint, Record, SourceId, public
from connectors.testing.asking import (
    as_shown,
    call,
    differing,
    ids,
    matching,
    orders,
    pageable,
    pages,
    parts,
    plain,
    rows,
)
from connectors.testing.conditions import conditions, one_each
from connectors.testing.subject import Subject, needs


class ListPromises(Subject):
    """One test for each promise of `list`."""

    async def test_a_page_holds_no_more_rows_than_asked_for(self, connector: Connector) -> None:
        for limit in (1, 7, 50):
            if limit <= connector.capabilities.max_page:
                page = await connector.list(plain(connector.capabilities, limit=limit), call())
                assert len(page.records) <= limit, f"{len(page.records)} rows; asked for {limit}"

    async def test_ids_are_unique_and_not_empty(self, connector: Connector) -> None:
        found, _ = await rows(connector, pageable(connector.capabilities))
        for seen in (ids(found), [record.id for record in found]):
            assert all(seen), "a row came without an id"
            assert len(set(seen)) == len(seen), "two rows came with the same id"

    async def test_times_are_aware_and_in_utc(self, connector: Connector) -> None:
        selection = Selection(fields=SELECTABLE, children=connector.capabilities.children)
        question = pageable(connector.capabilities, selection=selection)
        for page in await pages(connector, question):
            found = [("as_of", page.as_of), *_times(page.records)]
            wrong = [name for name, time in found if time.utcoffset() != timedelta(0)]
            assert not wrong, f"not aware and in UTC: {', '.join(sorted(set(wrong)))}"

    @pytest.mark.parametrize("size", [1, 7, 50])
    async def test_paging_visits_each_row_once_and_ends(
        self, connector: Connector, size: int
    ) -> None:
        capabilities = connector.capabilities
        needs(capabilities.paging is not Paging.WHOLE, "paging")
        limit = min(size, capabilities.max_page)
        asked = [pageable(capabilities, limit=limit)]
        if size > 1:
            asked += [replace(asked[0], order=order) for order in orders(capabilities)]
        for question in asked:
            found, _ = await rows(connector, question)
            _assert_same_rows(found, self.expected(), f"pages of {limit} by {question.order}")

    async def test_a_whole_page_holds_everything_or_says_that_more_follow(
        self, connector: Connector
    ) -> None:
        capabilities = connector.capabilities
        needs(capabilities.paging is Paging.WHOLE, "one whole page")
        page = await connector.list(pageable(capabilities), call())
        total = len(self.expected())
        assert len(page.records) == min(total, capabilities.max_page), "rows are missing"
        assert page.more == (total > capabilities.max_page), f"more is {page.more}"
        if total > 1:
            first = await connector.list(plain(capabilities, limit=1), call())
            assert first.more, "rows were left out, yet the page does not say so"

    async def test_rows_come_in_the_declared_order_ties_and_nulls_included(
        self, connector: Connector
    ) -> None:
        needs(connector.capabilities.orders, "an order")
        for order in orders(connector.capabilities):
            question = pageable(connector.capabilities, order=order)
            found, _ = await rows(connector, question)
            right = ids(_in_order(self.expected(), order))[: len(found)]
            assert ids(found) == right, f"rows by {order} do not come in the order of Key.rank"

    async def test_rows_after_any_key_are_those_that_follow_it(self, connector: Connector) -> None:
        capabilities = connector.capabilities
        needs(capabilities.paging is Paging.KEYSET, "a page after a key")
        limit = min(7, capabilities.max_page)
        for order in orders(capabilities):
            right = _in_order(self.expected(), order)
            for key in _places(right, order):
                place = key.rank(order.direction)
                follow = [row for row in right if place < key_of(row, order).rank(order.direction)]
                question = plain(capabilities, order=order, after=key, limit=limit)
                page = await connector.list(question, call())
                shown = len(page.records)
                assert shown or page.read_to or not page.more, (
                    f"no rows after {key} by {order}, yet more follow"
                )
                assert ids(page.records) == ids(follow[:shown]), f"wrong rows after {key}, {order}"
                assert page.more or shown == len(follow), f"rows are missing after {key}, {order}"

    async def test_a_token_can_be_used_again(self, connector: Connector) -> None:
        capabilities = connector.capabilities
        needs(capabilities.paging is Paging.TOKEN, "a page token")
        question = pageable(capabilities, limit=min(7, capabilities.max_page))
        found = await pages(connector, question)
        for before, after in pairwise(found):
            again = await connector.list(replace(question, token=before.next_token), call())
            assert ids(again.records) == ids(after.records), "a token led elsewhere when used again"

    async def test_filters_show_what_they_promise(self, connector: Connector) -> None:
        needs(connector.capabilities.filters, "a filter")
        drawn = conditions(self.expected())
        for declared in connector.capabilities.filters:
            for condition in drawn[declared]:
                await self._hold_to(connector, (condition,))

    async def test_conditions_are_joined_by_and(self, connector: Connector) -> None:
        declared = [
            condition
            for condition in one_each(self.expected())
            if connector.capabilities.supports(condition) is not None
        ]
        needs(len(declared) > 1, "a second filter")
        for pair in zip(declared, [*declared[1:], declared[0]], strict=True):
            await self._hold_to(connector, pair)

    async def test_filtered_rows_keep_their_order_over_pages(self, connector: Connector) -> None:
        capabilities = connector.capabilities
        filters = [c for c in one_each(self.expected()) if capabilities.supports(c)]
        needs(filters and capabilities.orders, "a filter together with an order")
        for condition, order in zip(filters, cycle(orders(capabilities)), strict=False):
            question = pageable(
                capabilities, where=(condition,), order=order, limit=min(7, capabilities.max_page)
            )
            found, _ = await rows(connector, question)
            seen = ids(found)
            held = set(seen)
            right = [row for row in _in_order(self.expected(), order) if ids([row])[0] in held]
            assert seen == ids(right), f"rows under {condition} by {order} are out of order"

    async def test_totals_count_the_matching_rows(self, connector: Connector) -> None:
        capabilities = connector.capabilities
        needs(capabilities.total, "a total")
        declared = [c for c in one_each(self.expected()) if capabilities.supports(c)]
        selection = Selection(total=True)
        for where in ((), *((condition,) for condition in declared)):
            question = plain(capabilities, where=where, selection=selection, limit=1)
            page = await connector.list(question, call())
            count = len(matching(self.expected(), where))
            assert page.total is not None, f"no total came for {where}"
            if page.total.exact:
                assert page.total.value == count, f"total {page.total.value}; expected {count}"
            else:
                exactly = {capabilities.supports(condition) for condition in where}
                loose = {capabilities.total, *exactly} - {Exactness.EXACT}
                assert loose, "a total is called inexact, but nothing declared is"
                assert page.total.value >= count, f"total {page.total.value}; at least {count}"

    async def test_a_total_comes_only_when_asked_for(self, connector: Connector) -> None:
        page = await connector.list(plain(connector.capabilities), call())
        assert page.total is None, "a total was computed that nobody asked for"

    async def test_rows_say_what_was_selected_and_the_source_supplies(
        self, connector: Connector
    ) -> None:
        capabilities = connector.capabilities
        right = {record.origin.source_id: record for record in self.expected()}
        selectable = SELECTABLE | OF_THE_LEDGER
        assert capabilities.fields <= selectable, "a field is declared that cannot be selected"
        for selection in _selections(capabilities.children):
            found, _ = await rows(connector, pageable(capabilities, selection=selection))
            for row in found:
                known = right[row.origin.source_id]
                supplied = capabilities.fields, capabilities.children
                told = parts(as_shown(known, selection), selection, *supplied)
                wrong = differing(parts(row, selection, *supplied), told)
                assert not wrong, f"{known.id} differs in {wrong}"

    async def test_fields_that_are_not_declared_are_null(self, connector: Connector) -> None:
        undeclared = SELECTABLE - connector.capabilities.fields - {"created_precision"}
        if not undeclared:
            pytest.skip("every field is declared")
        found, _ = await rows(connector, pageable(connector.capabilities))
        told = {name for row in found for name in undeclared if getattr(row, name) is not None}
        assert not told, f"not declared, yet supplied: {', '.join(sorted(told))}"

    async def test_children_come_only_when_selected(self, connector: Connector) -> None:
        for child in (None, *connector.capabilities.children):
            chosen = frozenset({child} if child else ())
            selection = Selection(children=chosen)
            question = pageable(connector.capabilities, selection=selection)
            for row in (await rows(connector, question))[0]:
                came = {some for some in Child if getattr(row, some.value) is not None}
                assert came == chosen, f"children {sorted(came)} came; selected {sorted(chosen)}"

    async def test_internal_messages_come_only_when_asked_for(self, connector: Connector) -> None:
        needs(Child.MESSAGES in connector.capabilities.children, "messages in a list")
        selection = Selection(children=frozenset({Child.MESSAGES}))
        question = pageable(connector.capabilities, selection=selection)
        for row in (await rows(connector, question))[0]:
            leaked = set(row.messages or ()) - set(public(row.messages or ()))
            assert not leaked, f"{row.id} shows internal messages that nobody asked for"

    async def _hold_to(self, connector: Connector, where: tuple[Condition, ...]) -> None:
        supports = connector.capabilities.supports
        question = pageable(connector.capabilities, where=where)
        found = await pages(connector, question)
        for page in found:
            assert set(page.applied) == set(where), f"applied {page.applied}; asked for {where}"
        seen = [record for page in found for record in page.records]
        assert len(set(ids(seen))) == len(seen), f"a row came twice under {where}"
        exact = [condition for condition in where if supports(condition) is Exactness.EXACT]
        known = set(ids(matching(self.expected(), exact)))
        least = set(ids(matching(self.expected(), where)))
        assert set(ids(seen)) <= known, f"rows came that do not meet {exact}"
        if not found[-1].more:
            assert least <= set(ids(seen)), f"rows are missing that meet {where}"


def _in_order(records: Sequence[Complaint], order: Order) -> Sequence[Complaint]:
    return sorted(records, key=lambda row: key_of(row, order).rank(order.direction))


def _places(right: Sequence[Complaint], order: Order) -> Iterator[Key]:
    """Keys at rows, between rows, and at rows that other sources hold."""
    for row in (*right[:: max(1, len(right) // 12)], right[-1]):
        key = key_of(row, order)
        yield key
        yield structs.replace(key, source=SourceId("0"))
        yield structs.replace(key, source=SourceId("~"), source_id="9")
        if key.at is not None:
            yield structs.replace(key, at=key.at + timedelta(seconds=1))
    yield Key(at=None, source=SourceId("0"), source_id="0")
    yield Key(at=None, source=SourceId("~"), source_id="~")


def _selections(children: frozenset[Child]) -> Iterator[Selection]:
    yield Selection(fields=SELECTABLE, children=children, internal=True)
    yield Selection(fields=SELECTABLE, children=children)
    yield from (Selection(fields=frozenset({name})) for name in sorted(SELECTABLE))


def _times(records: Sequence[Record]) -> Iterator[tuple[str, datetime]]:
    for record in records:
        for name in record.__struct_fields__:
            value = getattr(record, name)
            if isinstance(value, datetime):
                yield name, value
            elif isinstance(value, Record):
                yield from _times((value,))
            elif isinstance(value, tuple):
                yield from _times(value)


def _assert_same_rows(found: Sequence[Complaint], expected: Sequence[Complaint], what: str) -> None:
    seen, right = sorted(ids(found)), sorted(ids(expected))
    assert len(set(seen)) == len(seen), f"{what} show a row twice"
    missing = sorted(set(right) - set(seen))
    unknown = sorted(set(seen) - set(right))
    assert not missing, f"{what} leave out {len(missing)} rows"
    assert not unknown, f"{what} show {len(unknown)} rows that are not held"
