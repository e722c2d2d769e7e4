"""A connector that breaks a promise fails the suite's test of that very promise."""

import pytest

from connectors.testing.suite import ConnectorSuite
from tests.connectors.lying import about_acts, about_lists, about_verbs
from tests.connectors.lying.liar import Lie, Suite

LIES = (*about_lists.LIES, *about_verbs.LIES, *about_acts.LIES)


@pytest.mark.parametrize("lie", LIES, ids=[lie.name for lie in LIES])
async def test_the_suite_notices(lie: Lie) -> None:
    test = getattr(Suite(), lie.broken)
    try:
        await test(lie.liar(), **lie.arguments)
    except AssertionError:
        return
    except pytest.skip.Exception as skipped:
        pytest.fail(f"the suite never looked: {skipped}")
    pytest.fail("the suite was taken in")


def test_every_promise_has_a_liar() -> None:
    promises = {name for name in dir(ConnectorSuite) if name.startswith("test_")}
    assert promises == {lie.broken for lie in LIES}
