"""What translators share is wary: of character sets, of addresses, of places and of words."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from connectors.contract.connector import Response
from connectors.contract.errors import SourceUnavailable
from connectors.translate import (
    Unlisted,
    already_sent,
    is_a_page,
    known_charset,
    known_zone,
    nothing_sent,
    on_earth,
    shown,
    text_of,
)


def answer(body: bytes, *, stated: str | None = None, kind: str = "application/json") -> Response:
    return Response(status=200, headers={"content-type": kind}, body=body, charset=stated)


@pytest.mark.parametrize(
    ("body", "stated", "configured"),
    [
        ("é ش".encode(), None, None),
        ("é ش".encode(), "iso-8859-1", None),
        ("é ش".encode(), "utf-8", "windows-1256"),
        ("é ش".encode("utf-8-sig"), None, None),
        ("é ش".encode("utf-16"), None, None),
        ("é ش".encode("utf-16"), None, "windows-1256"),
        ("é ش".encode("windows-1256"), "windows-1256", None),
        ("é ش".encode("windows-1256"), "iso-8859-1", "windows-1256"),
    ],
)
def test_a_text_is_found_in_whichever_character_set_it_is(
    body: bytes, stated: str | None, configured: str | None
) -> None:
    assert text_of(answer(body, stated=stated), configured) == "é ش"


@pytest.mark.parametrize(
    ("body", "stated"),
    [
        (b"\xe9", None),
        (b"\xe9", "utf-8"),
        (b"\xe9", "fatima"),
        (b"\xe9", "fatima\udce9"),
        (b"\xe9", "undefined"),
        (b"\xe9", "hex"),
        (b"\xe9\\ud800", "unicode_escape"),
        (b"\xff\xfe\x00", None),
    ],
)
def test_what_is_in_no_character_set_is_no_text(body: bytes, stated: str | None) -> None:
    assert text_of(answer(body, stated=stated), None) is None


def test_a_page_for_people_is_known_by_its_kind_or_by_its_beginning() -> None:
    assert is_a_page(answer(b"", kind="Text/HTML; charset=utf-8"), "")
    assert is_a_page(answer(b""), "\n <!doctype html>")
    assert not is_a_page(answer(b""), '["<html>"]')


def test_a_character_set_can_be_written_in_and_a_zone_is_one() -> None:
    assert known_charset("windows-1256") == "windows-1256"
    assert known_zone("Africa/Casablanca") == "Africa/Casablanca"
    for charset in ("windows-12567", "hex", "undefined", ""):
        with pytest.raises(ValueError, match="expected a character set"):
            known_charset(charset)
    for zone in ("Africa/Nowhere", "../etc/passwd", ""):
        with pytest.raises(ValueError, match="expected a time zone"):
            known_zone(zone)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://city.example/a.jpg", True),
        ("http://CITY.example/a.jpg", True),
        ("https://media.example:8443/a.jpg", True),
        ("https://media.example/a.jpg", False),
        ("https://other.example/a.jpg", False),
        ("https://you@city.example/a.jpg", False),
        ("javascript://city.example/%0aalert(1)", False),
        ("/a.jpg", False),
        ("http://[x", False),
        ("", False),
        (None, False),
    ],
)
def test_only_files_of_known_hosts_are_shown(address: str | None, told: bool) -> None:
    own, others = "https://city.example/open311/v2", ["Media.example:8443"]
    assert shown(address, own=own, others=others) == (address if told else None)


def test_half_a_place_is_none() -> None:
    assert on_earth(34.0, -6.8)
    assert on_earth(-90.0, 180.0)
    for place in ((None, -6.8), (34.0, None), (91.0, 0.0), (0.0, -181.0), (float("nan"), 0.0)):
        assert not on_earth(*place)


def test_words_are_counted_and_each_is_told_once() -> None:
    words: Unlisted[str] = Unlisted()
    assert [words.came(word) for word in ("a", "b", "a")] == [True, True, False]
    assert words.counts == {"a": 2, "b": 1}


def test_a_source_that_invents_words_for_ever_fills_no_memory() -> None:
    words: Unlisted[int] = Unlisted()
    assert sum(words.came(number) for number in range(5000)) == len(words.counts) == 1000
    assert not words.came(4999)
    assert not words.came(0)
    assert words.counts[0] == 2


@pytest.mark.parametrize(("around", "sent"), [(nothing_sent, False), (already_sent, True)])
def test_what_fails_before_or_after_an_act_tells_whether_the_act_was_sent(
    around: Callable[[], AbstractContextManager[None]], sent: bool
) -> None:
    unreached = SourceUnavailable("the connection to the source broke off", sent=not sent)
    with pytest.raises(SourceUnavailable) as failed, around():
        raise unreached
    assert failed.value is unreached
    assert failed.value.sent is sent
