"""Connectors that lie about pages, orders, filters, totals and selections."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from msgspec import structs

from connectors.contract.capabilities import Exactness
from connectors.contract.connector import Call
from connectors.contract.query import Child, Field, ListQuestion, Op, Order, Page, Total, key_of
from connectors.contract.records import Complaint
from connectors.memory import FULL
from connectors.testing import scenario
from tests.connectors.lying.liar import TOKENS, WHOLE, Liar, Lie, bent, with_rows

NEVER = datetime.min.replace(tzinfo=UTC)


def drops_a_row_at_page_borders(page: Page, question: ListQuestion) -> Page:
    later = question.after is not None or question.token is not None
    return with_rows(page, page.records[1:]) if later else page


def ends_after_a_page(page: Page, question: ListQuestion) -> Page:
    return replace(page, more=False, next_token=None)


def never_ends(page: Page, question: ListQuestion) -> Page:
    return replace(page, more=True)


def forgets_the_token(page: Page, question: ListQuestion) -> Page:
    return replace(page, next_token=None)


def repeats_a_token(page: Page, question: ListQuestion) -> Page:
    return replace(page, next_token=page.next_token and "7")


def shows_rows_twice(page: Page, question: ListQuestion) -> Page:
    return with_rows(page, (*page.records, *page.records[:1]))


def has_no_ids(page: Page, question: ListQuestion) -> Page:
    return with_rows(
        page,
        [structs.replace(r, origin=structs.replace(r.origin, source_id="")) for r in page.records],
    )


def stops_looking_behind_a_row_it_left_out(page: Page, question: ListQuestion) -> Page:
    if not page.more or question.order is None:
        return page
    *shown, left_out = page.records
    return replace(page, records=shown, read_to=key_of(left_out, question.order))


def stops_looking_where_it_began(page: Page, question: ListQuestion) -> Page:
    if question.after is None:
        return page
    return replace(page, records=(), more=True, read_to=question.after)


def is_unsorted(page: Page, question: ListQuestion) -> Page:
    return with_rows(page, page.records[::-1])


def puts_nulls_first(page: Page, question: ListQuestion) -> Page:
    by = (question.order or Order()).by
    return with_rows(page, sorted(page.records, key=lambda r: getattr(r, by.value) is not None))


def breaks_ties_upwards_always(page: Page, question: ListQuestion) -> Page:
    order = question.order or Order()
    rows = sorted(page.records, key=lambda row: row.origin.source_id)
    rows.sort(key=lambda row: key_of(row, order).at or NEVER, reverse=True)
    return with_rows(page, rows)


def breaks_ties_by_collation(page: Page, question: ListQuestion) -> Page:
    order = question.order or Order()

    def place(row: Complaint) -> Any:
        key = key_of(row, order)
        folded = structs.replace(key, source_id=key.source_id.casefold())
        return folded.rank(order.direction)

    return with_rows(page, sorted(page.records, key=place))


def skips_ties_after_a_key(page: Page, question: ListQuestion) -> Page:
    if question.after is None or question.after.at is None:
        return page
    order, at = question.order or Order(), question.after.at
    return with_rows(page, [row for row in page.records if key_of(row, order).at != at])


def adds_rows_that_do_not_match(page: Page, question: ListQuestion) -> Page:
    seen = {row.origin.source_id for row in page.records}
    others = [row for row in scenario.complaints() if row.origin.source_id not in seen]
    return with_rows(page, (*page.records, *others[:1])) if question.where else page


def loses_rows_that_match(page: Page, question: ListQuestion) -> Page:
    return with_rows(page, page.records[:-1]) if question.where and not page.more else page


def takes_lower_bounds_for_exclusive(page: Page, question: ListQuestion) -> Page:
    bounds = {some.value for some in question.where if some.op is Op.GTE}
    return with_rows(page, [row for row in page.records if row.created_at not in bounds])


def says_it_applied_nothing(page: Page, question: ListQuestion) -> Page:
    return replace(page, applied=())


def counts_one_too_many(page: Page, question: ListQuestion) -> Page:
    return replace(page, total=page.total and Total(page.total.value + 1, exact=True))


def counts_too_few_inexactly(page: Page, question: ListQuestion) -> Page:
    return replace(page, total=page.total and Total(1, exact=False))


def calls_an_exact_total_inexact(page: Page, question: ListQuestion) -> Page:
    return replace(page, total=page.total and Total(page.total.value, exact=False))


def gives_no_total(page: Page, question: ListQuestion) -> Page:
    return replace(page, total=None)


def counts_unasked(page: Page, question: ListQuestion) -> Page:
    return replace(page, total=Total(len(scenario.complaints()), exact=True))


def tells_naive_times(page: Page, question: ListQuestion) -> Page:
    return with_rows(
        page,
        [
            structs.replace(row, updated_at=row.updated_at and row.updated_at.replace(tzinfo=None))
            for row in page.records
        ],
    )


def tells_naive_times_inside(page: Page, question: ListQuestion) -> Page:
    return with_rows(
        page,
        [
            structs.replace(
                row,
                events=tuple(structs.replace(e, at=e.at.replace(tzinfo=None)) for e in row.events),
            )
            for row in page.records
            if row.events is not None
        ],
    )


def knows_nothing_of_its_own_time(page: Page, question: ListQuestion) -> Page:
    return replace(page, as_of=page.as_of.replace(tzinfo=None))


def whole(rows: Sequence[Complaint]) -> Sequence[Complaint]:
    known = {row.origin.source_id: row for row in scenario.complaints()}
    return [known[row.origin.source_id] for row in rows]


def tells_everything_always(page: Page, question: ListQuestion) -> Page:
    return with_rows(page, whole(page.records))


def leaks_internal_messages(page: Page, question: ListQuestion) -> Page:
    wanted = Child.MESSAGES in question.selection.children
    return with_rows(page, whole(page.records)) if wanted else page


def leaves_selected_children_out(page: Page, question: ListQuestion) -> Page:
    return with_rows(page, [structs.replace(row, events=None) for row in page.records])


def loses_marks_in_words(page: Page, question: ListQuestion) -> Page:
    def plain(row: Complaint) -> Complaint:
        title = row.title and row.title.encode("ascii", "replace").decode()
        return structs.replace(row, title=title)

    return with_rows(page, [plain(row) for row in page.records])


class Asks(Liar):
    """Answers another question than it was asked."""

    def heard(self, question: ListQuestion) -> ListQuestion:
        raise NotImplementedError

    async def list(self, question: ListQuestion, call: Call) -> Page:
        page = await super().list(self.heard(question), call)
        return replace(page, applied=question.where)


class GivesMoreThanTheLimit(Asks):
    def heard(self, question: ListQuestion) -> ListQuestion:
        return replace(question, limit=question.limit + 1)


class IgnoresOneFilter(Asks):
    def heard(self, question: ListQuestion) -> ListQuestion:
        kept = tuple(some for some in question.where if some.field is not Field.CHANNEL)
        return replace(question, where=kept)


class ForgetsTheSecondCondition(Asks):
    def heard(self, question: ListQuestion) -> ListQuestion:
        return replace(question, where=question.where[:1])


class IgnoresTheOrderUnderAFilter(Asks):
    promised = WHOLE

    def heard(self, question: ListQuestion) -> ListQuestion:
        return replace(question, order=None if question.where else question.order)


class KnowsOnlyItsOwnKeys(Liar):
    """Looks the key's row up, and begins again if it holds none."""

    async def list(self, question: ListQuestion, call: Call) -> Page:
        if question.after is not None and question.after.source_id not in self._cases:
            question = replace(question, after=None)
        return await super().list(question, call)


class TakesATokenOnce(Liar):
    promised = TOKENS

    def __init__(self) -> None:
        super().__init__()
        self._taken: set[str | None] = {None}

    async def list(self, question: ListQuestion, call: Call) -> Page:
        known = question.token in self._taken
        self._taken.add(question.token)
        return await super().list(replace(question, token=None) if known else question, call)


PAGED = "test_paging_visits_each_row_once_and_ends"
AT_WHOLE = "test_a_whole_page_holds_everything_or_says_that_more_follow"
SORTED = "test_rows_come_in_the_declared_order_ties_and_nulls_included"
AFTER = "test_rows_after_any_key_are_those_that_follow_it"
FILTERED = "test_filters_show_what_they_promise"
JOINED = "test_conditions_are_joined_by_and"
COUNTED = "test_totals_count_the_matching_rows"
IN_UTC = "test_times_are_aware_and_in_utc"
TOLD = "test_rows_say_what_was_selected_and_the_source_supplies"
UNASKED = "test_children_come_only_when_selected"
FEW_FIELDS = replace(FULL, fields=frozenset({"created_at", "description"}))
LOOSE = replace(
    FULL,
    filters=dict.fromkeys(FULL.filters, Exactness.APPROXIMATE),
    total=Exactness.APPROXIMATE,
)
SEVEN = {"size": 7}

LIES = (
    Lie(GivesMoreThanTheLimit, "test_a_page_holds_no_more_rows_than_asked_for"),
    Lie(bent(shows_rows_twice), "test_ids_are_unique_and_not_empty"),
    Lie(bent(has_no_ids), "test_ids_are_unique_and_not_empty"),
    Lie(bent(tells_naive_times), IN_UTC),
    Lie(bent(tells_naive_times_inside), IN_UTC),
    Lie(bent(knows_nothing_of_its_own_time), IN_UTC),
    Lie(bent(drops_a_row_at_page_borders), PAGED, {"size": 1}),
    Lie(bent(drops_a_row_at_page_borders), PAGED, SEVEN),
    Lie(bent(drops_a_row_at_page_borders, TOKENS), PAGED, {"size": 50}),
    Lie(bent(ends_after_a_page), PAGED, SEVEN),
    Lie(bent(never_ends), PAGED, SEVEN),
    Lie(bent(never_ends, TOKENS), PAGED, SEVEN),
    Lie(bent(forgets_the_token, TOKENS), PAGED, SEVEN),
    Lie(bent(repeats_a_token, TOKENS), PAGED, SEVEN),
    Lie(bent(shows_rows_twice), PAGED, SEVEN),
    Lie(bent(skips_ties_after_a_key), PAGED, SEVEN),
    Lie(bent(stops_looking_behind_a_row_it_left_out), PAGED, SEVEN),
    Lie(bent(stops_looking_where_it_began), PAGED, SEVEN),
    Lie(bent(ends_after_a_page, WHOLE), AT_WHOLE),
    Lie(bent(loses_marks_in_words), TOLD),
    Lie(bent(is_unsorted, WHOLE), SORTED),
    Lie(bent(puts_nulls_first, WHOLE), SORTED),
    Lie(bent(breaks_ties_upwards_always, WHOLE), SORTED),
    Lie(bent(breaks_ties_by_collation, WHOLE), SORTED),
    Lie(bent(skips_ties_after_a_key), AFTER),
    Lie(KnowsOnlyItsOwnKeys, AFTER),
    Lie(TakesATokenOnce, "test_a_token_can_be_used_again"),
    Lie(IgnoresOneFilter, FILTERED),
    Lie(bent(adds_rows_that_do_not_match), FILTERED),
    Lie(bent(loses_rows_that_match), FILTERED),
    Lie(bent(loses_rows_that_match, LOOSE), FILTERED),
    Lie(bent(takes_lower_bounds_for_exclusive), FILTERED),
    Lie(bent(says_it_applied_nothing), FILTERED),
    Lie(ForgetsTheSecondCondition, JOINED),
    Lie(IgnoresTheOrderUnderAFilter, "test_filtered_rows_keep_their_order_over_pages"),
    Lie(bent(counts_one_too_many), COUNTED),
    Lie(bent(counts_too_few_inexactly, LOOSE), COUNTED),
    Lie(bent(calls_an_exact_total_inexact), COUNTED),
    Lie(bent(gives_no_total), COUNTED),
    Lie(bent(counts_unasked), "test_a_total_comes_only_when_asked_for"),
    Lie(bent(tells_everything_always, FEW_FIELDS), "test_fields_that_are_not_declared_are_null"),
    Lie(bent(tells_everything_always), UNASKED),
    Lie(bent(leaves_selected_children_out), UNASKED),
    Lie(bent(leaks_internal_messages), "test_internal_messages_come_only_when_asked_for"),
    Lie(bent(leaks_internal_messages), TOLD),
    Lie(bent(leaves_selected_children_out), TOLD),
)
