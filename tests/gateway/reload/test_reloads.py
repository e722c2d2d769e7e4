"""What a changed registry does to the sources, to requests under way and to what was learnt."""

import asyncio
from pathlib import Path

import pytest
import structlog

from tests.gateway.reload.offices import registry, town, until


async def test_an_added_source_is_listed_and_the_others_stay_as_they_are(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here:
        assert await here.titles() == ["rabat 0", "rabat 1"]
        before = here.gateway.now.askers
        here.write(registry("rabat", "sale"))
        assert await here.reloads.reload()
        assert await here.titles() == ["rabat 0", "rabat 1", "sale 0", "sale 1"]
        after = here.gateway.now.askers
        assert all(after[source] is asker for source, asker in before.items())
        assert [name for name, _ in here.offices.opened] == ["rabat", "sale"]


async def test_what_only_the_agencies_say_opens_nothing_anew(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here:
        here.write(registry("rabat").replace("fr: Eau", "fr: L'eau"))
        assert await here.reloads.reload()
        agency = await here.ask('{ agency(code: "water") { name { fr } } }')
        assert agency == {"agency": {"name": {"fr": "L'eau"}}}
        assert len(here.offices.opened) == 1


async def test_a_changed_source_is_opened_anew_and_the_old_one_closed(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat", "sale"), deadline_seconds=0.1) as here:
        old, stays = here.offices["rabat"], here.offices["sale"]
        here.write(registry("rabat", "sale", rabat="{cases: 3}"))
        assert await here.reloads.reload()
        assert await here.titles() == ["rabat 0", "rabat 1", "rabat 2", "sale 0", "sale 1"]
        async with asyncio.timeout(20):
            await old.closed.wait()
        assert not stays.closed.is_set()
        assert not here.offices["rabat"].closed.is_set()


async def test_a_request_under_way_ends_on_the_sources_that_it_began_with(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat", "sale")) as here:
        office = here.offices["sale"]
        office.open.clear()
        under_way = asyncio.create_task(here.titles())
        await office.asked.wait()
        here.write(registry("rabat"))
        assert await here.reloads.reload()
        assert await here.titles() == ["rabat 0", "rabat 1"]
        assert not office.closed.is_set()
        office.open.set()
        assert await under_way == ["rabat 0", "rabat 1", "sale 0", "sale 1"]
    assert office.closed.is_set()


async def test_the_last_file_that_was_good_stays_in_force_and_every_mistake_is_told_once(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with town(Path(), sqlite_url, registry("rabat")) as here:
        before = here.gateway.now
        here.write(registry("rabat", "sale", sale="{cases: many}").replace("EEP", "EPE"))
        with structlog.testing.capture_logs() as log:
            assert not await here.reloads.reload()
        assert here.gateway.now is before
        assert await here.sources() == {"rabat": "OK", "store": "OK"}
        assert [event.pop("event") for event in log] == [
            "registry_mistaken", "registry_mistaken", "registry_kept",
        ]  # fmt: skip
        assert log == [
            {
                "log_level": "warning",
                "mistake": (
                    'agencies.yaml:5:58: source "sale", options.cases: expected a whole number; '
                    "came text"
                ),
            },
            {
                "log_level": "warning",
                "mistake": (
                    'agencies.yaml:7:54: agency "water", class: expected one of MINISTRY, '
                    'HIGH_COMMISSION, COLLECTIVITE, EEP, OTHER; came "EPE" (did you mean "EEP"?)'
                ),
            },
            {"log_level": "error", "mistakes": 2, "agencies": 2, "sources": 1},
        ]
        told = here.reloads.told()
        assert (told["agencies"], told["sources"]) == (2, 1)
        assert told["refused"] == {
            "at": here.reloads.refused and here.reloads.refused.at.isoformat(),
            "mistakes": 2,
        }


async def test_a_mended_file_is_taken_and_the_refusal_forgotten(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here:
        since = here.reloads.since
        here.write("version: 2\n")
        assert not await here.reloads.reload()
        assert here.reloads.since == since
        here.write(registry("sale"))
        with structlog.testing.capture_logs() as log:
            assert await here.reloads.reload()
        assert log == [
            {
                "event": "registry_reloaded",
                "log_level": "info",
                "agencies": 2,
                "sources": 1,
                "added": 1,
                "changed": 0,
                "removed": 1,
            }
        ]
        assert here.reloads.refused is None
        assert here.reloads.since > since
        assert await here.sources() == {"sale": "OK", "store": "OK"}


async def test_sources_are_opened_all_or_none_and_what_a_connector_says_stays_with_it(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here:
        here.environ["KEY"] = "hunter2"
        here.write(
            registry("fes", "rabat", "sale", rabat="{cases: 1}", sale='{broken: true, secret: "${env:KEY}"}')
        )  # fmt: skip
        with structlog.testing.capture_logs() as log:
            assert not await here.reloads.reload()
        assert await here.titles() == ["rabat 0", "rabat 1"]
        assert [(name, office.closed.is_set()) for name, office in here.offices.opened] == [
            ("rabat", False), ("fes", True), ("rabat", True),
        ]  # fmt: skip
        assert [event["event"] for event in log] == ["registry_mistaken", "registry_kept"]
        assert "RuntimeError at " in log[0]["mistake"]
        assert "hunter2" not in str(log)


async def test_wrong_codes_stay_counted(tmp_path: Path, sqlite_url: str) -> None:
    guess = '{ complaint(reference: "1234 5678 9012 8", trackingCode: "0000000000") { id } }'
    async with town(tmp_path, sqlite_url, registry("rabat")) as here:
        for _ in range(10):
            assert await here.ask(guess) == {"complaint": None}
        here.write(registry("rabat", "sale"))
        assert await here.reloads.reload()
        assert await here.error(guess) == "TOO_MANY_ATTEMPTS"


async def test_a_cursor_goes_on_where_it_stood_whatever_was_added_or_left(
    tmp_path: Path, sqlite_url: str
) -> None:
    page = """query ($after: String) { complaints(first: 2, after: $after) {
      nodes { title } pageInfo { endCursor } } }"""
    async with town(tmp_path, sqlite_url, registry("fes", "rabat")) as here:
        first = (await here.ask(page))["complaints"]
        assert [node["title"] for node in first["nodes"]] == ["rabat 0", "fes 0"]
        here.write(registry("rabat", "sale", sale="{cases: 3}"))
        assert await here.reloads.reload()
        rest = (await here.ask(page, after=first["pageInfo"]["endCursor"]))["complaints"]
        last = (await here.ask(page, after=rest["pageInfo"]["endCursor"]))["complaints"]
        assert [node["title"] for each in (rest, last) for node in each["nodes"]] == [
            "sale 1", "rabat 1", "sale 2",
        ]  # fmt: skip


async def test_no_request_fails_while_the_registry_changes_again_and_again(
    tmp_path: Path, sqlite_url: str
) -> None:
    files = [
        registry("rabat", "sale"),
        registry("rabat"),
        registry("rabat", "sale", rabat="{cases: 1}"),
    ]
    async with town(tmp_path, sqlite_url, files[0]) as here:
        ended, answers = asyncio.Event(), 0

        async def asking() -> None:
            nonlocal answers
            while not ended.is_set():
                complaints = (await here.ask())["complaints"]
                assert complaints["complete"] is True
                # Each answer is of one registry: whom it lists it also tells of.
                listed = {node["origin"]["source"] for node in complaints["nodes"]}
                told = {each["source"] for each in complaints["sources"]} - {"store"}
                assert listed == told
                answers += 1

        async with asyncio.TaskGroup() as group:
            for _ in range(8):
                group.create_task(asking())
            for number in range(12):
                here.write(files[number % len(files)])
                assert await here.reloads.reload()
                # Every asker began at least once more since.
                wanted = answers + 16
                await until(lambda wanted=wanted: answers > wanted)
            ended.set()


async def test_a_gateway_that_ends_closes_what_it_was_about_to_close(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here:
        here.write(registry("sale"))
        assert await here.reloads.reload()
        assert not here.offices["rabat"].closed.is_set()
    assert all(office.closed.is_set() for _, office in here.offices.opened)
    assert asyncio.all_tasks() == {asyncio.current_task()}
