"""A city that speaks Open311 is mirrored over a real socket: what is asked, and what becomes of it."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.contract.errors import ConnectorError, SourceUnavailable
from connectors.contract.lifecycle import Status
from connectors.contract.query import EVERYTHING, ListQuestion, Order
from connectors.contract.records import AgencyCode, Complaint, Mode
from connectors.open311 import Open311Connector
from connectors.store import Store
from connectors.testing.asking import call
from connectors.testing.georeport import GeoReportCity
from resolvers.asking import Asker
from resolvers.registry import GuardSettings, Source, SyncSettings
from resolvers.sync import Sync, Synced
from tests.connectors.open311 import cities
from tests.connectors.open311.cities import CITY, NOON

REQUESTS = 120
CHICAGO = {"updated_after": True, "page_size": 50, "extensions": True}
"""Options of a city that can tell what changed."""


@dataclass
class Mirrored:
    """A city, and the mirror of it."""

    city: GeoReportCity
    connector: Open311Connector
    store: Store
    source: Source

    async def run(self, **how: Any) -> Synced:
        return await Sync(self.store.mirror).run(Asker(self.source, self.connector), **how)

    async def persist(self) -> int:
        """How many runs it took to come to the end of a pass."""
        for runs in range(1, 100):
            with suppress(SourceUnavailable):
                await self.run()
                return runs
        raise AssertionError("no pass comes to its end")

    async def rows(self) -> dict[str, Complaint]:
        question = ListQuestion((), Order(), EVERYTHING, 1000)
        page = await self.store.connector.list(question, call())
        return {row.origin.source_id: row for row in page.records}

    def close(self, number: int) -> None:
        """Close a request, as of some minutes after noon."""
        self.city.requests[f"{number:05d}"] |= {
            "status": "closed",
            "updated_datetime": (NOON + timedelta(minutes=number)).isoformat(),
        }


@asynccontextmanager
async def mirrored(
    database_url: str, *, chicago: bool = False, fail_every: int = 0
) -> AsyncIterator[Mirrored]:
    """A city of some requests."""
    city = GeoReportCity(
        requests=[
            cities.request(
                number,
                NOON - timedelta(hours=number),
                updated_datetime=(NOON - timedelta(hours=number)).isoformat(),
            )
            for number in range(REQUESTS)
        ],
        chicago=chicago,
        fail_every=fail_every,
    )
    said = {"earliest": (NOON - timedelta(days=30)).isoformat()} | (CHICAGO if chicago else {})
    # A pass looks back window by window: how many there are must not depend on today.
    async with cities.connected(city, now=lambda: NOON + timedelta(days=1), **said) as connector:
        source = Source(
            CITY,
            "open311",
            Mode.MIRROR,
            connector.capabilities,
            tuple(AgencyCode(code) for code in cities.AGENCIES),
            GuardSettings(per_second=1e6, retries=0, breaker_failures=1000),
            SyncSettings(per_second=1e6),
        )
        async with aclosing(await Store.open(database_url)) as store:
            yield Mirrored(city, connector, store, source)


async def test_a_city_that_tells_changes_is_asked_for_them_alone(database_url: str) -> None:
    async with mirrored(database_url, chicago=True) as mirror:
        first = await mirror.run()
        assert (first.full, first.new) == (True, REQUESTS)
        mirror.close(3)
        mirror.close(7)
        mirror.city.calls.clear()
        second = await mirror.run()
        assert (second.full, second.changed, second.new) == (False, 2, 0)
        asked = [parse_qs(urlsplit(each.split()[1]).query) for each in mirror.city.calls]
        assert all("updated_after" in query for query in asked)
        assert second.read < 10
        rows = await mirror.rows()
        assert [key for key, row in rows.items() if row.status is Status.ANSWERED] == [
            "00003",
            "00007",
        ]
        assert (await mirror.run()).changed == 0


async def test_a_plain_city_that_fails_now_and_then_is_read_whole(database_url: str) -> None:
    async with mirrored(database_url, fail_every=4) as mirror:
        mirror.source = _with_small_pages(mirror.source)
        assert await mirror.persist() > 1
        mirror.close(3)
        del mirror.city.requests["00050"]
        await mirror.persist()
        rows = await mirror.rows()
        assert rows.keys() == mirror.city.requests.keys()
        assert {row.origin.mode for row in rows.values()} == {Mode.MIRROR}
        assert {row.description for row in rows.values()} == {None}
        assert (rows["00003"].category, rows["00003"].version) == ("الطرق", 2)
        assert {row.version for key, row in rows.items() if key != "00003"} == {1}


async def test_a_city_that_goes_away_in_the_middle_is_read_on_from_there(sqlite_url: str) -> None:
    async with mirrored(sqlite_url) as mirror:
        mirror.source = _with_small_pages(mirror.source)
        gone: list[Synced] = []

        def go_away(so_far: Synced) -> None:
            gone.append(so_far)
            if so_far.pages == 2:
                mirror.city.requests["x"] = {"broken": True, "requested_datetime": "never"}

        with pytest.raises(ConnectorError):
            await mirror.run(told=go_away)
        kept = len(await mirror.rows())
        assert 0 < kept < REQUESTS
        del mirror.city.requests["x"]
        rest = await mirror.run()
        assert rest.resumed
        assert rest.read == REQUESTS - kept
        assert (await mirror.rows()).keys() == mirror.city.requests.keys()


def _with_small_pages(source: Source) -> Source:
    return replace(source, capabilities=replace(source.capabilities, max_page=20))
