"""Which changes of which files are seen, and when they count."""

import asyncio
import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog

from gateway.config import Configured, Files
from gateway.config.files import Stamp
from gateway.reloading import Reloads
from tests.gateway.reload.offices import agencies, registry, town, until, watched

MORE = "agencies:\n  - {code: more, name: {ar: أخرى, fr: Autre}, class: OTHER}\n"


async def test_a_changed_file_is_taken(tmp_path: Path, sqlite_url: str) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here, watched(here):
        here.write(registry("sale"))
        await until(lambda: agencies(here) == {"sale", "water"})


async def test_a_new_file_that_a_glob_names_is_taken_and_a_removed_one_left_out(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here, watched(here):
        here.write(MORE, "more-1.yaml")
        await until(lambda: agencies(here) == {"rabat", "water", "more"})
        (tmp_path / "more-1.yaml").unlink()
        await until(lambda: agencies(here) == {"rabat", "water"})


async def test_a_new_secret_in_its_file_opens_its_source_anew(
    tmp_path: Path, sqlite_url: str
) -> None:
    text = registry("rabat", "sale", rabat='{secret: "${file:key}"}')
    async with town(tmp_path, sqlite_url, text, key="hunter2") as here, watched(here):
        here.write("hunter3", "key")
        await until(lambda: len(here.offices.opened) == 3)
        assert here.offices["rabat"].options.secret == "hunter3"


async def test_a_folder_that_is_replaced_by_moving_the_link_to_it_is_seen(
    tmp_path: Path, sqlite_url: str
) -> None:
    for name, text in {"one": registry("rabat"), "two": registry("sale")}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "agencies.yaml").write_text(text, "utf-8")
    (tmp_path / "now").symlink_to("one")
    (tmp_path / "agencies.yaml").symlink_to("now/agencies.yaml")
    async with (
        town(tmp_path, sqlite_url, registry("rabat")) as here,
        watched(here),
    ):
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").rename(tmp_path / "now")
        await until(lambda: agencies(here) == {"sale", "water"})


async def test_a_bad_file_is_tried_once_and_the_mended_one_taken(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here, watched(here):
        with structlog.testing.capture_logs() as log:
            # A mistake in a file that was not even known before.
            here.write("agencies: {}\n", "more-2.yaml")
            await until(lambda: here.reloads.refused is not None)
            here.write(MORE, "more-2.yaml")
            await until(lambda: agencies(here) == {"rabat", "water", "more"})
        assert here.reloads.refused is None
        assert [event["event"] for event in log] == [
            "registry_mistaken", "registry_kept", "registry_reloaded",
        ]  # fmt: skip


async def test_a_file_that_is_gone_is_a_mistake_until_it_is_back(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here, watched(here):
        (tmp_path / "agencies.yaml").unlink()
        await until(lambda: here.reloads.refused is not None)
        assert agencies(here) == {"rabat", "water"}
        here.write(registry("sale"))
        await until(lambda: agencies(here) == {"sale", "water"})


async def test_a_change_before_the_first_look_is_not_missed(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here:
        here.write(registry("sale"))
        async with watched(here):
            await until(lambda: agencies(here) == {"sale", "water"})


async def test_whoever_asks_has_unchanged_files_read_again(tmp_path: Path, sqlite_url: str) -> None:
    async with town(tmp_path, sqlite_url, registry("rabat")) as here:
        since = here.reloads.since
        async with watched(here, look_seconds=60.0):
            here.reloads.ask()
            await until(lambda: here.reloads.since > since)


class Restless(Files):
    """Files that are found in these states, look by look, and from then on in the last."""

    looks: Iterator[Mapping[Path, Stamp]]

    def now(self) -> Mapping[Path, Stamp]:
        return next(self.looks)


async def test_a_file_that_is_still_being_written_is_waited_for(
    tmp_path: Path, sqlite_url: str
) -> None:
    found: list[int] = []
    found_before_reading: list[list[int]] = []

    def state(number: int) -> Mapping[Path, Stamp]:
        return {tmp_path: (0, 0, 0, number)}

    def looks() -> Iterator[Mapping[Path, Stamp]]:
        for number in itertools.chain([0, 1, 2], itertools.repeat(3)):
            found.append(number)
            yield state(number)

    async with town(tmp_path, sqlite_url, registry("rabat")) as here:
        restless = Restless(tmp_path, (), state(0))
        object.__setattr__(restless, "looks", looks())
        configured = dataclasses.replace(here.gateway.now.configured, files=restless)

        def read() -> Configured:
            found_before_reading.append(found.copy())
            return configured

        await here.gateway.renew(configured)
        reloads = Reloads(here.gateway, read)
        watching = asyncio.create_task(reloads.watch(look_seconds=0.001))
        await until(lambda: bool(found_before_reading))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    # Twice the same, and once more just before it is read.
    assert found_before_reading[0] == [0, 1, 2, 3, 3, 3]
