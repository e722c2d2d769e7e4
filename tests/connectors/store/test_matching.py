"""Every filter means the same on both engines, and the same as the contract says."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.contract.lifecycle import Status
from connectors.contract.query import (
    SELECTABLE,
    TIMES,
    Box,
    Condition,
    Direction,
    Field,
    ListQuestion,
    Op,
    Order,
    Selection,
    key_of,
)
from connectors.contract.records import STORE, Channel, Complaint, Kind, Location
from connectors.contract.text import fold, terms
from connectors.store import Store
from connectors.store.paging import Effort
from connectors.store.reading import Reading
from connectors.testing.scenario import NOON
from tests.connectors.store.cases import complaint, listed
from tests.databases import ENGINES, Databases

TEXTS: Final = (
    "إِنَارَةٌ مُعَطَّلَة فِي الشَّارِع",
    "الإنـــارة العمومية لا تعمل منذ ٣٤٥ أيام",
    "شكوى بخصوص مدرسة ابتدائية ومسؤولية الجماعة",
    "شكوي بخصوص مدرسه ابتداييه ومسوولية الجماعه",
    "آثار أمطار إلى ٱلمدينة",
    "Éclairage défectueux à l'école Œuvre sociale",
    "ECLAIRAGE defectueux a l ecole OEUVRE",
    "100 % dangereux_ici 50% off\\path\\n",
    "'apostrophe' \"guillemets\" ; -- fin OR NEAR(a b) AND NOT col:x* ^caret",
    "🕳️👩‍👩‍👧‍👦 𐒀𐒁𐒂𐒃 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﷺ ﬁne ½",
    "nul\0inside lone\ud800surrogate\udc00",
    "Straße STRASSE İstanbul ıstanbul",
    "12345 ١٢٣٤٥ ۱۲۳۴۵",
    "ⵜⴰⵎⵓⵔⵜ ⵏ ⵍⵎⵖⵔⵉⴱ",
    "",
)
SEARCHES: Final = (
    *("إنارة", "الانارة", "معطلة", "مُعَطَّلَة", "شكوى", "مدرسه", "مسؤولية", "اثار", "٣٤٥", "345"),
    *("eclairage", "ÉCLAIRAGE", "école", "œuvre", "oeuvre", "strasse", "straße", "istanbul"),
    *("dangereux", "path", "guillemets", "𐒀𐒁𐒂", "𝔘𝔫𝔦𝔠", "unicode", "صلى", "fine", "12345"),
    *("NEAR", "nul", "inside", "lone", "surrogate", "ⵜⴰⵎ", "clair", "ectueu", "zzz"),
)
RAW: Final = (
    *("%", "_", "\\", "%%%", "___", "\\\\\\", "a%b", "ger_ux", '"', '"""', "'''", "' OR 1=1 --"),
    *("NEAR(a b)", "col:x", "abc*", "^car", "AND", "OR", "NOT", "a OR b", "(((", "-fin", "{x}"),
    *("\0", "a\0b", "\ud800", "lone\ud800", "\ufffd\ufffd\ufffd", "", "a", "ab", " ", "🕳️👩"),
)
"""What no fold leaves: a caller that binds it all the same finds what is there, and breaks nothing."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stores(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Sequence[Store]]:
    """Both engines at once, holding the same texts."""
    cases = [
        complaint(f"{number}", title=text[:9], description=text, created_at=NOON)
        for number, text in enumerate(TEXTS)
    ]
    async with AsyncExitStack() as stack:
        opened = []
        for engine in ENGINES:
            url = await databases.migrated(engine, tmp_path_factory.mktemp("matching"))
            stack.push_async_callback(databases.drop, url)
            store = await stack.enter_async_context(aclosing(await Store.open(url)))
            await store.mirror.put(cases, source=STORE, heard_at=NOON)
            opened.append(store)
        yield opened


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("words", SEARCHES)
async def test_a_search_finds_the_same_on_both_engines_as_the_contract_says(
    stores: Sequence[Store], words: str
) -> None:
    await _assert_found(stores, terms(words))


@pytest.mark.asyncio(loop_scope="module")
async def test_terms_that_no_search_makes_are_harmless_and_found_as_they_stand(
    stores: Sequence[Store],
) -> None:
    for raw in RAW:
        await _assert_found(stores, (raw,))
        await _assert_found(stores, ("dangereux", raw))
        await _assert_found(stores, (raw, "école"))


@pytest.mark.asyncio(loop_scope="module")
async def test_any_piece_of_any_text_is_found(stores: Sequence[Store]) -> None:
    pieces = {
        folded[start : start + length]
        for folded in map(fold, TEXTS)
        for start in range(0, len(folded), 4)
        for length in (3, 4, 11)
    }
    for piece in sorted(pieces):
        await _assert_found(stores, (piece,))


async def test_what_no_database_can_hold_comes_back_marked_as_lost(store: Store) -> None:
    odd = "nul\0inside lone\ud800surrogate 💡"
    await store.mirror.put(
        [complaint(title=odd, description=odd, status_reason=odd, category=odd)],
        source=STORE,
        heard_at=NOON,
    )
    (row,) = await listed(store)
    kept = "nul\ufffdinside lone\ufffdsurrogate 💡"
    assert (row.title, row.description, row.status_reason, row.category) == (kept,) * 4


async def test_the_ends_of_the_calendar_are_times_like_others(store: Store) -> None:
    # Some systems write the first of all days for "never".
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    ends = [complaint("first", due_at=first), complaint("last", due_at=last), complaint("unknown")]
    await store.mirror.put(ends, source=STORE, heard_at=NOON)
    for direction in Direction:
        rows = await listed(store, order=Order(Field.DUE, direction), limit=1)
        assert [row.origin.source_id for row in rows] == (
            ["first", "last", "unknown"]
            if direction is Direction.ASC
            else ["last", "first", "unknown"]
        )
    assert abs(rows[1].due_at - first) <= TICK
    assert abs(rows[0].due_at - last) <= TICK


async def _assert_found(stores: Sequence[Store], words: tuple[str, ...]) -> None:
    condition = Condition(Field.TEXT, Op.CONTAINS, words)
    held = await listed(stores[0])
    right = [row.origin.source_id for row in held if condition.holds(row)]
    for store in stores:
        seen = [row.origin.source_id for row in await listed(store, condition)]
        assert seen == right, (words, store._engine.dialect.name)


TICK: Final = timedelta(microseconds=1)
INSTANTS: Final = (
    NOON,
    NOON + TICK,
    NOON - TICK,
    datetime(2020, 9, 2, tzinfo=UTC),
    datetime(2009, 1, 1, tzinfo=UTC),
    datetime(1956, 3, 2, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2100, 1, 1, tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC) + TICK,
    datetime.max.replace(tzinfo=UTC) - TICK,
)
WORDS: Final = ("a", "B", "É", "الماء", "", "\U00010480", "\uffff", "a b", "'", "[]", '"')


def _cases() -> st.SearchStrategy[Complaint]:
    words = st.none() | st.sampled_from(WORDS)
    instants = st.none() | st.sampled_from(INSTANTS)
    degrees = st.none() | st.sampled_from((-90.0, -0.0, 0.0, 33.5, 33.500000000000007, 90.0))
    place = st.builds(Location, address=words, area_code=words, latitude=degrees, longitude=degrees)
    return st.builds(
        replace,
        st.just(complaint()),
        agency_code=st.sampled_from(WORDS),
        status=st.sampled_from(Status),
        kind=st.sampled_from(Kind),
        channel=st.none() | st.sampled_from(Channel),
        service_code=words,
        category=words,
        location=st.none() | place,
        title=words,
        description=st.none() | st.sampled_from(TEXTS[:7]),
        **{time.value: instants for time in TIMES},
    )


def _conditions() -> st.SearchStrategy[Condition]:
    instants = st.sampled_from(INSTANTS)
    words: dict[Field, st.SearchStrategy[Any]] = {
        Field.STATUS: st.sampled_from(Status),
        Field.KIND: st.sampled_from(Kind),
        Field.CHANNEL: st.sampled_from(Channel),
        **dict.fromkeys(
            (Field.AGENCY, Field.SERVICE, Field.CATEGORY, Field.AREA),
            st.sampled_from((*WORDS, "\0", "\ud800")),
        ),
    }
    degrees = st.sampled_from((-90.0, 0.0, 33.5, 90.0))
    return st.one_of(
        *(
            st.builds(Condition, st.just(field), st.just(Op.IN), st.frozensets(each, max_size=4))
            for field, each in words.items()
        ),
        st.builds(Condition, st.sampled_from(TIMES), st.sampled_from((Op.GTE, Op.LT)), instants),
        st.builds(
            Condition,
            st.just(Field.POSITION),
            st.just(Op.WITHIN),
            st.builds(Box, degrees, degrees, degrees, degrees),
        ),
        st.builds(Condition, st.just(Field.OVERDUE), st.just(Op.AS_OF), instants),
        st.builds(
            Condition,
            st.just(Field.TEXT),
            st.just(Op.CONTAINS),
            st.lists(st.sampled_from(SEARCHES), min_size=1, max_size=2).map(
                lambda searches: tuple(fold(search).replace(" ", "") for search in searches)
            ),
        ),
    )


@pytest.fixture(scope="module")
def both(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[asyncio.Runner, Sequence[Store]]]:
    """Both engines' empty stores, and the loop in which they live."""
    with asyncio.Runner() as runner:
        urls = [
            runner.run(databases.migrated(engine, tmp_path_factory.mktemp("property")))
            for engine in ENGINES
        ]
        stores = [runner.run(Store.open(url)) for url in urls]
        try:
            yield runner, stores
        finally:
            for store, url in zip(stores, urls, strict=True):
                runner.run(store.aclose())
                runner.run(databases.drop(url))


@settings(
    max_examples=70, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cases=st.lists(_cases(), min_size=1, max_size=12),
    where=st.lists(_conditions(), max_size=2).map(tuple),
    by=st.sampled_from(TIMES),
    direction=st.sampled_from(Direction),
    limit=st.integers(1, 5),
    # The usual one never needs more than one walk for so few.
    effort=st.sampled_from(
        (Effort(), *(Effort(walked=n, candidates=m) for n in (1, 3) for m in (1, 4)))
    ),
)
def test_pages_of_any_cases_under_any_conditions_are_those_of_the_contract(
    both: tuple[asyncio.Runner, Sequence[Store]],
    cases: list[Complaint],
    where: tuple[Condition, ...],
    by: Field,
    direction: Direction,
    limit: int,
    effort: Effort,
) -> None:
    runner, stores = both
    order = Order(by, direction)
    told = [
        replace(case, origin=replace(case.origin, source_id=f"{WORDS[number % 5]}{number}"))
        for number, case in enumerate(cases)
    ]
    right = sorted(
        (case for case in told if all(condition.holds(case) for condition in where)),
        key=lambda case: key_of(case, order).rank(direction),
    )
    for store in stores:
        seen, total = runner.run(_put_and_page(store, told, where, order, limit, effort))
        assert seen == [case.origin.source_id for case in right], store._engine.dialect.name
        assert total == len(right)


async def _put_and_page(
    store: Store,
    cases: Sequence[Complaint],
    where: tuple[Condition, ...],
    order: Order,
    limit: int,
    effort: Effort,
) -> tuple[list[str], int]:
    async with store._engine.transaction() as transaction:
        await transaction.fetch("DELETE FROM complaint")
    await store.mirror.put(cases, source=STORE, heard_at=NOON)
    seen: list[str] = []
    after = None
    reading = Reading(store._engine, effort)
    while True:
        selection = Selection(fields=SELECTABLE, total=True)
        question = ListQuestion(where, order, selection, limit, after=after)
        page = await reading.page(question, now=NOON)
        seen += [record.origin.source_id for record in page.records]
        assert page.total is not None
        if not page.more:
            return seen, page.total.value
        after = key_of(page.records[-1], order)
