"""The Accept header is read as RFC 9110 says, as clients really write it."""

import pytest

from gateway.execution.accept import EVENTS, HTML, JSON, RESPONSE, ranked

OFFERS = (JSON, RESPONSE, EVENTS, HTML)
URQL = f"{RESPONSE}, application/graphql+json, {JSON}, {EVENTS}, multipart/mixed"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ([], list(OFFERS)),
        (["*/*"], list(OFFERS)),
        ([""], list(OFFERS)),
        ([JSON], [JSON]),
        (["APPLICATION/JSON; charset=utf-8"], [JSON]),
        ([f"{JSON};q=0.5, {RESPONSE}"], [RESPONSE, JSON]),
        ([f"{RESPONSE};q=0.5, {JSON};q=0.4"], [RESPONSE, JSON]),
        ([f"{EVENTS};q=0.9, {JSON}"], [JSON, EVENTS]),
        ([URQL], [RESPONSE, JSON, EVENTS]),
        ([JSON, EVENTS], [JSON, EVENTS]),
        (["application/json, text/plain, */*"], [JSON, RESPONSE, EVENTS, HTML]),
        (["application/*"], [JSON, RESPONSE]),
        ([f"*/*, {JSON};q=0"], [RESPONSE, EVENTS, HTML]),
        ([f"{JSON};q=much"], []),
        ([BROWSER], [HTML, JSON, RESPONSE, EVENTS]),
        (["image/png"], []),
    ],
)
def test_offers_are_ranked(accept: list[str], expected: list[str]) -> None:
    assert list(ranked(",".join(accept), OFFERS)) == expected
