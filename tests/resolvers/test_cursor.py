"""Cursors are ours, for one question and one viewer, and they end."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract.query import ComplaintQuery, Condition, Direction, Field, Key, Op, Order
from connectors.contract.records import AgencyCode, SourceId
from resolvers.cursor import Cursors, Place, Position, digest
from resolvers.outcome import BadCursor
from resolvers.policy import Role, Viewer
from tests.resolvers.world import make_world

NOW = datetime(2026, 3, 1, tzinfo=UTC)
QUERY = ComplaintQuery()
BOUND = digest(QUERY, "SUPERVISOR")

keys = st.builds(
    Key,
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.text(min_size=1).map(SourceId),
    st.text(),
)
places = st.builds(
    Place,
    st.none() | keys,
    st.dictionaries(st.text().map(SourceId), st.text(), max_size=3),
)
positions = st.builds(
    Position, places, st.dictionaries(st.text().map(SourceId), places, max_size=3)
)


def cursors(key: bytes = b"k" * 32, at: float = 0) -> Cursors:
    return Cursors(key, lifetime_seconds=3600, clock=lambda: at)


@settings(derandomize=True)
@given(positions)
def test_what_was_written_is_read(position: Position) -> None:
    assert cursors().read(cursors().write(position, BOUND), BOUND) == position


@settings(derandomize=True)
@given(st.integers(0, 400), st.sampled_from("ABCabc019-_"))
def test_a_changed_cursor_is_refused(place: int, sign: str) -> None:
    cursor = cursors().write(Position(Place(Key(NOW, SourceId("city"), "7"))), BOUND)
    place %= len(cursor) - 1  # the last sign has bits that base 64 does not read
    changed = cursor[:place] + sign + cursor[place + 1 :]
    if changed != cursor:
        with pytest.raises(BadCursor):
            cursors().read(changed, BOUND)


@pytest.mark.parametrize("cursor", ["", "x", "not a cursor", "é", "A" * 20_000, "====", "\x00"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor, match="not a cursor"):
        cursors().read(cursor, BOUND)


@settings(derandomize=True)
@given(positions)
def test_a_cursor_cut_short_is_refused(position: Position) -> None:
    cursor = cursors().write(position, BOUND)
    for length in range(0, len(cursor), 7):
        with pytest.raises(BadCursor, match="not a cursor"):
            cursors().read(cursor[:length], BOUND)


def test_no_part_of_a_place_can_be_read_in_a_cursor() -> None:
    place = Place(Key(NOW, SourceId("city"), "ABCDEFGH"), {SourceId("town"): "a-page-token"})
    cursor = cursors().write(Position(place, {SourceId("hall"): place}), BOUND)
    read = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for word in (b"city", b"ABCD", b"token", b"hall"):
        assert word not in read


def test_a_cursor_of_another_version_says_what_to_do() -> None:
    one = cursors()
    body = b"\x01" + b"whatever it held then"
    old = urlsafe_b64encode(one._seal.encrypt(body, None)).decode()
    with pytest.raises(BadCursor, match="another version: ask for the first page"):
        one.read(old, BOUND)


def test_a_thousand_silent_sources_and_the_longest_page_tokens_fit_into_a_cursor() -> None:
    sources = [SourceId(f"commune-of-a-long-name-{n}") for n in range(1000)]
    place = Place(Key(NOW, sources[0], "7"), dict.fromkeys(sources[:4], "t" * 2048))
    position = Position(place, dict.fromkeys(sources, Place(Key(NOW, sources[1], "8"))))
    cursor = cursors().write(position, BOUND)
    assert cursors().read(cursor, BOUND) == position


def test_a_cursor_of_another_deployment_is_refused() -> None:
    foreign = cursors(b"o" * 32).write(Position(), BOUND)
    with pytest.raises(BadCursor, match="not a cursor"):
        cursors().read(foreign, BOUND)


def test_an_old_cursor_says_what_to_do() -> None:
    cursor = cursors(at=0).write(Position(), BOUND)
    assert cursors(at=3600).read(cursor, BOUND) == Position()
    with pytest.raises(BadCursor, match="expired: ask for the first page"):
        cursors(at=3601.5).read(cursor, BOUND)


async def test_a_cursor_of_another_question_or_viewer_is_refused() -> None:
    world = make_world({})
    page = await world.page(first=3)
    cursor = page.page_info.end_cursor
    others = [
        ComplaintQuery((Condition(Field.AREA, Op.IN, frozenset({"MA-01"})),)),
        ComplaintQuery(order=Order(Field.UPDATED)),
        ComplaintQuery(order=Order(direction=Direction.ASC)),
    ]
    for other in others:
        with pytest.raises(BadCursor, match="another question"):
            await world.page(other, after=cursor)
    officer = Viewer(Role.OFFICER, "o", frozenset({AgencyCode("own-agency")}))
    with pytest.raises(BadCursor, match="another question"):
        await world.page(after=cursor, viewer=officer)


def test_the_same_filter_in_another_sequence_is_the_same_question() -> None:
    one = Condition(Field.STATUS, Op.IN, frozenset({"A", "B"}))
    two = Condition(Field.CREATED, Op.GTE, NOW)
    assert digest(ComplaintQuery((one, two)), "s") == digest(ComplaintQuery((two, one)), "s")
