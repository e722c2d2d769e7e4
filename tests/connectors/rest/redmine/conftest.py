"""Redmine for tests: as it was recorded, or a real one at REAL_REDMINE_URL (see `just real`)."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from connectors.contract.connector import Connector
from tests.connectors.rest.redmine.desk import connected, prepared
from tests.connectors.rest.redmine.upstreams import Real, Recorded, Redmine, Relayed, standing
from tests.connectors.rest.redmine.wire import Recording

WIRE: Final = Path(__file__).with_name("wire")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record", action="store_true", help="keep what a real Redmine is asked and answers"
    )


@pytest.fixture(scope="session")
def real() -> Real | None:
    """The Redmine that the environment names, made ready. None: the recorded one is asked."""
    url, key = os.environ.get("REAL_REDMINE_URL"), os.environ.get("REAL_REDMINE_KEY")
    if url is None or key is None:
        assert url is key, "REAL_REDMINE_URL and REAL_REDMINE_KEY belong together"
        return None
    return prepared(url.rstrip("/"), key)


@pytest.fixture(scope="session")
def records(pytestconfig: pytest.Config, real: Real | None) -> bool:
    """Whether what a real Redmine says is to be kept."""
    wanted = bool(pytestconfig.getoption("record", default=False))
    assert real is not None or not wanted, "--record needs REAL_REDMINE_URL and REAL_REDMINE_KEY"
    return wanted


@pytest.fixture
async def redmine(
    request: pytest.FixtureRequest, real: Real | None, *, records: bool
) -> AsyncIterator[Redmine]:
    """A Redmine in which this test may do what it likes: its wire is the test's own."""
    path = WIRE / f"{request.node.name}.jsonl"
    if real is None:
        recording = Recording.read(path, sequence=True)
        async with _asked_as_recorded(recording) as redmine:
            yield redmine
        assert not recording.left, f"was not asked again: {recording.left[0]}"
        return
    recording = Recording(sequence=True)
    async with _relayed(real, recording) as redmine:
        yield redmine
    if records:
        recording.write(path)


@pytest.fixture(scope="module")
def still(
    request: pytest.FixtureRequest, real: Real | None, *, records: bool
) -> Iterator[Recording]:
    """What the tests of one module are told, by a Redmine that nobody changes."""
    path = WIRE / f"{Path(request.node.path).stem.removeprefix('test_')}.jsonl"
    recording = Recording(sequence=False) if real else Recording.read(path, sequence=False)
    yield recording
    if records:
        recording.write(path)


@pytest.fixture
async def still_redmine(real: Real | None, still: Recording) -> AsyncIterator[Redmine]:
    """A Redmine that is only read: its wire is shared by the tests of the module."""
    standing_there = _relayed(real, still) if real else _asked_as_recorded(still)
    async with standing_there as redmine:
        yield redmine


@pytest.fixture
async def live_redmine(real: Real | None) -> AsyncIterator[Redmine]:
    """A real Redmine, whose wire is too long to be kept."""
    assert real is not None, "only a real Redmine can be asked this"
    async with _relayed(real, Recording(sequence=True)) as redmine:
        yield redmine


@asynccontextmanager
async def _asked_as_recorded(recording: Recording) -> AsyncIterator[Redmine]:
    async with standing(Recorded(recording)) as redmine:
        yield redmine
    assert not redmine.unknown, f"was never asked before: {redmine.unknown[0]}"


@asynccontextmanager
async def _relayed(real: Real, recording: Recording) -> AsyncIterator[Redmine]:
    async with (
        aiohttp.ClientSession(auto_decompress=True) as session,
        standing(Relayed(real, session, recording)) as redmine,
    ):
        yield redmine


@pytest.fixture
async def connector(redmine: Redmine) -> AsyncIterator[Connector]:
    """The connector to `redmine`, as agencies.yaml describes it."""
    async with connected(redmine) as opened:
        yield opened


@pytest.fixture
async def reader(still_redmine: Redmine) -> AsyncIterator[Connector]:
    """The connector to `still_redmine`."""
    async with connected(still_redmine) as opened:
        yield opened
