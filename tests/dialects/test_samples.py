"""The kept samples are what the servers answer."""

import pytest

from tests.dialects.four import FOUR, Dialect
from tests.dialects.samples import kept, taken


@pytest.mark.parametrize("dialect", FOUR, ids=str)
async def test_the_samples_are_what_the_server_answers(dialect: Dialect) -> None:
    assert await taken(dialect) == kept(dialect)
