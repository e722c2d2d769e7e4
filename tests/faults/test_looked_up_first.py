"""A filing that is looked up before it is sent: what is known of it when the weather is bad."""

from collections.abc import Mapping

import pytest

from connectors.contract.connector import Files
from connectors.contract.errors import SourceUnavailable
from connectors.testing.asking import call
from connectors.testing.serving import serve
from connectors.testing.weather import FAIR, Reset, Weather, weathered
from tests.faults.office import description
from tests.faults.subjects import SUBJECTS

DROPPED = Weather(answer=Reset())
LOOKS_UP: Mapping[str, Mapping[str, object]] = {
    "open311": {"reference_in": "description"},
    "rest": {"acts": description("http://office.example", searched=True)["acts"]},
}
"""What makes the connector search for our reference first, beside its subject's options."""


async def filed(name: str, *weathers: Weather) -> SourceUnavailable:
    """What a filing fails with, whose exchanges have these weathers."""
    subject = SUBJECTS[name]
    async with serve(subject.upstream()) as url, weathered(url) as proxy:
        connector = subject.connect(proxy.url, **LOOKS_UP[name])
        assert isinstance(connector, Files)
        assert subject.filing is not None
        proxy.forecast(*weathers)
        with pytest.raises(SourceUnavailable) as failed:
            await connector.file(subject.filing, key="k", call=call())
        assert proxy.exchanges == len(weathers)
        await connector.aclose()
    return failed.value


@pytest.mark.parametrize("name", LOOKS_UP)
async def test_one_whose_search_failed_is_known_not_to_have_been_sent(name: str) -> None:
    assert not (await filed(name, DROPPED)).sent


@pytest.mark.parametrize("name", LOOKS_UP)
async def test_one_whose_own_answer_was_dropped_may_have_been_taken(name: str) -> None:
    assert (await filed(name, FAIR, DROPPED)).sent


async def test_one_that_was_taken_is_found_when_it_is_asked_again_and_not_entered_twice() -> None:
    subject = SUBJECTS["rest"]
    async with serve(subject.upstream()) as url, weathered(url) as proxy:
        connector = subject.connect(proxy.url, **LOOKS_UP["rest"])
        assert isinstance(connector, Files)
        assert subject.filing is not None
        proxy.forecast(FAIR, DROPPED)
        with pytest.raises(SourceUnavailable):
            await connector.file(subject.filing, key="k", call=call())
        found = [await connector.file(subject.filing, key="k", call=call()) for _ in range(2)]
        # There were three before.
        assert [each.source_id for each in found] == ["3", "3"]
        await connector.aclose()
