"""Every connector under every weather: the outcome is the one that docs/errors.md tells."""

import asyncio
from importlib.metadata import entry_points

import pytest

from connectors.contract.errors import ConnectorError
from connectors.testing.asking import call
from connectors.testing.serving import serve
from connectors.testing.weather import KINDS, weathered
from tests.faults.subjects import SUBJECTS, WITHOUT_SOCKET, Ask
from tests.faults.told import ABSENT, INSTEAD, TOLD, VERBS

_PATIENCE_SECONDS = 0.4
_PLENTY_SECONDS = 30.0

Outcome = tuple[str | None, bool]
"""The code, or None for an answer; and whether the request can have left."""


@pytest.mark.parametrize("weather", KINDS)
@pytest.mark.parametrize("name", SUBJECTS)
async def test_each_verb_ends_as_the_page_tells(name: str, weather: str) -> None:
    subject, told = SUBJECTS[name], TOLD[weather]
    seconds = _PATIENCE_SECONDS if told.late else _PLENTY_SECONDS
    async with serve(subject.upstream()) as url, weathered(url) as proxy:
        await proxy.turn(KINDS[weather])
        connector = subject.connect(proxy.url)
        asked = dict(subject.verbs(connector))
        ended = await asyncio.gather(*(_outcome(ask, seconds) for ask in asked.values()))
        await connector.aclose()
        await proxy.until_left()
    expected = {verb: (INSTEAD.get((name, weather, verb), told.code), told.sent) for verb in asked}
    assert dict(zip(asked, ended, strict=True)) == expected


async def _outcome(ask: Ask, seconds: float) -> Outcome:
    try:
        answer = await ask(call(seconds=seconds))
    except ConnectorError as error:
        return error.code, error.sent
    return (ABSENT if answer == {} else None), True


@pytest.mark.parametrize("name", SUBJECTS)
async def test_each_verb_that_the_page_names_is_tried(name: str) -> None:
    connector = SUBJECTS[name].connect("http://127.0.0.1:9")
    assert dict(SUBJECTS[name].verbs(connector)).keys() == VERBS[name]
    await connector.aclose()


def test_the_page_tells_every_weather_and_no_other() -> None:
    assert TOLD.keys() == KINDS.keys()


def test_every_shipped_connector_is_held_to_the_page_or_has_no_socket() -> None:
    shipped = {each.name for each in entry_points(group="chikaya.connectors")}
    assert SUBJECTS.keys() | WITHOUT_SOCKET == shipped
    assert VERBS.keys() == shipped
    assert all(VERBS[name] == frozenset() for name in WITHOUT_SOCKET)


def test_exceptions_are_of_what_is_tried() -> None:
    assert all(
        name in SUBJECTS and weather in KINDS and verb in VERBS[name]
        for name, weather, verb in INSTEAD
    )
