"""The two numbers a person is given survive telephones, keyboards and typing slips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.receipt import TrackingCodes, draw_reference, read_reference

CODES = TrackingCodes(b"t" * 32)
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@pytest.mark.parametrize(
    "typed",
    [
        str,
        lambda r: r.replace("-", ""),
        lambda r: r.replace("-", " "),
        lambda r: r.translate(ARABIC),
        lambda r: r.translate(PERSIAN),
        lambda r: f"\u200f  {r}\u00a0",
        lambda r: r.replace("-", "–"),
    ],
)
def test_a_reference_is_read_however_it_was_typed(typed) -> None:  # noqa: ANN001
    for _ in range(50):
        reference = draw_reference()
        assert read_reference(typed(reference)) == reference


@given(st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(place: int, shift: int) -> None:
    digits = draw_reference().replace("-", "")
    wrong = str((int(digits[place]) + shift) % 10)
    assert read_reference(digits[:place] + wrong + digits[place + 1 :]) is None


@given(st.text())
def test_nothing_else_is_a_reference(typed: str) -> None:
    read = read_reference(typed)
    assert read is None or sum(sign.isdecimal() for sign in typed) == 13


def test_a_code_is_ten_digits_the_same_each_time_and_new_in_each_generation() -> None:
    reference = draw_reference()
    code = CODES.derive(reference, 0)
    assert len(code.replace("-", "")) == 10
    assert CODES.derive(reference, 0) == code
    assert CODES.derive(reference, 1) != code
    assert TrackingCodes(b"o" * 32).derive(reference, 0) != code


def test_a_code_opens_its_own_reference_only() -> None:
    reference, other = draw_reference(), draw_reference()
    code = CODES.derive(reference, 0)
    stored = CODES.hash(reference, code)
    assert CODES.matches(reference, code.translate(ARABIC), stored)
    assert CODES.matches(reference, code.replace("-", " "), stored)
    assert not CODES.matches(other, code, CODES.hash(other, CODES.derive(other, 0)))
    for wrong in ["", "0", code[:-1], code + "0", "letters", "٠"]:
        assert not CODES.matches(reference, wrong, stored)
    assert not CODES.matches(reference, code, None)
    assert code.replace("-", "").encode() not in stored
