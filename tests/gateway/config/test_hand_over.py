"""agencies.yaml says when cases are handed over to the ombudsman, and to which agency."""

from collections.abc import Callable

import pytest

from gateway.config import ConfigError, Configured
from resolvers.lifecycle import AT_ONCE, HandOverPolicy
from tests.gateway.config.conftest import CITY

Configure = Callable[..., Configured]


def test_what_is_stated_holds_and_what_is_not_is_as_usual(configure: Configure) -> None:
    assert configure(CITY).hand_over == AT_ONCE
    stated = "policy: {hand_over: {days_overdue: 30, ombudsman: interior}}\n"
    told = configure(CITY + stated).hand_over
    assert (told.days_overdue, told.ombudsman) == (30, "interior")
    assert isinstance(told, HandOverPolicy)


def test_an_ombudsman_that_is_no_agency_is_told_with_its_place(configure: Configure) -> None:
    with pytest.raises(ConfigError) as raised:
        configure(CITY + "policy:\n  hand_over:\n    ombudsman: cite\n")
    told = str(raised.value)
    assert 'policy.hand_over.ombudsman names "cite", which no agency has as its code' in told
    line = (CITY + "policy:\n  hand_over:\n").count("\n") + 1
    assert f":{line}:16" in told


@pytest.mark.parametrize("value", ["-1", "many", "1.5"])
def test_days_are_a_natural_number(configure: Configure, value: str) -> None:
    with pytest.raises(ConfigError, match="days_overdue"):
        configure(CITY + f"policy: {{hand_over: {{days_overdue: {value}}}}}\n")
