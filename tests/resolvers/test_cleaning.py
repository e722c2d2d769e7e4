"""What is filed is kept as it was typed, but for what nobody can have meant."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.connector import Contact, OnBehalfOf
from connectors.contract.records import AgencyCode, Location, Mandate
from resolvers.cleaning import cleaned, phone_number
from resolvers.filing_request import FilingRequest

ANYTHING = st.text(st.characters(codec=None), max_size=60)
DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９")


def filed(text: str) -> FilingRequest:
    """A filing that says `text` wherever something can be said."""
    return FilingRequest(
        AgencyCode("water"),
        description=text,
        title=text,
        location=Location(address=text),
        contact=Contact(name=text, phone=text, email=text),
        on_behalf_of=OnBehalfOf(text, Mandate.RELATIVE),
        attributes=(("code", (text,)),),
    )


def lines(request: FilingRequest) -> list[str]:
    """All of a filing that is a line."""
    assert request.location is not None
    assert request.on_behalf_of is not None
    told = (request.title, request.location.address, request.on_behalf_of.name)
    return [text for text in (*told, request.contact.name, request.contact.email) if text]


@given(ANYTHING)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once = cleaned(filed(text))
    assert cleaned(once) == once


@given(ANYTHING)
def test_no_line_turns_round_what_stands_beside_it_or_ends_early(text: str) -> None:
    for line in lines(cleaned(filed(text))):
        assert not set(line) & set(DIRECTIONS)
        assert len(line.splitlines()) <= 1 or {"\x1c", "\x1d", "\x1e"} & set(line)
        assert all(unicodedata.category(sign) not in {"Cc", "Cs"} for sign in line)


@given(ANYTHING)
def test_letters_marks_digits_and_emoji_are_never_lost(text: str) -> None:
    kept = cleaned(filed(text))
    meant = [sign for sign in text if unicodedata.category(sign)[0] in "LMNSP"]
    assert [sign for sign in kept.description if unicodedata.category(sign)[0] in "LMNSP"] == meant
    for line in lines(kept):
        assert [sign for sign in line if unicodedata.category(sign)[0] in "LMNSP"] == meant


@given(ANYTHING)
def test_every_text_can_be_written_anywhere(text: str) -> None:
    kept = cleaned(filed(text))
    for each in (kept.description, *lines(kept), *(v for _, vs in kept.attributes for v in vs)):
        each.encode("utf-8")
        assert "\0" not in each


def test_a_mixed_name_an_emoji_and_a_description_s_directions_are_kept() -> None:
    name = "أمينة Amina\u200f بنت-El\u00a0Fassi 👩🏽\u200d⚖️ ⵣ"
    assert cleaned(filed(name)).contact.name == name
    turned = "il a dit \u202eabc\u202c, puis\n\u2067كذا\u2069"
    kept = cleaned(filed(turned))
    assert kept.description == turned
    assert kept.contact.name == "il a dit abc, puis كذا"


@given(st.from_regex(r"[5-8][0-9]{8}", fullmatch=True), st.sampled_from(DIGITS), st.data())
def test_a_moroccan_number_is_one_however_it_is_typed(
    number: str, digits: str, data: st.DataObject
) -> None:
    begins = data.draw(st.sampled_from(["0", "+212", "00212", "212", "+212 (0)", "00212 0"]))
    typed = "".join(
        sign + data.draw(st.sampled_from(["", "", " ", "-", ".", "\u00a0", "\u200e", "\u202c"]))
        for sign in (begins + number).translate(str.maketrans("0123456789", digits))
    )
    assert phone_number(f"\u202a{typed}") == f"+212{number}"


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("+33 6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("＋212612345678", "+212612345678"),
        ("0412345678", "0412345678"),
        ("3737", "3737"),
        ("demandez Ali", "demandezAli"),
    ],
)
def test_other_numbers_are_written_for_abroad_where_that_is_known(typed: str, dialled: str) -> None:
    assert phone_number(typed) == dialled


@pytest.mark.parametrize(("typed", "kept"), [(" ٣٫٥ ", "3.5"), ("-٧", "-7"), ("rue ٣", "rue ٣")])
def test_an_answer_that_is_a_number_has_western_digits(typed: str, kept: str) -> None:
    assert cleaned(filed(typed)).attributes == (("code", (kept,)),)
