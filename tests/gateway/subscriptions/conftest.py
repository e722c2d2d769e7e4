"""One administration behind its door for a file of tests, on each engine."""

from collections.abc import Iterator

import pytest

from tests.databases import ONE_A_PUSH, Databases
from tests.policy.office import Office, served


@pytest.fixture(scope="module", params=ONE_A_PUSH)
def office(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with databases.lent(request.param, folder) as url, served(folder, url) as running:
        yield running
