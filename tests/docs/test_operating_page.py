"""docs/operating.md tells the settings, doors and events there are, and its recipes work."""

import os
import shutil
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path
from uuid import uuid4

import pytest
import typer

from connectors.contract.query import ListQuestion, Selection, Total
from connectors.contract.records import STORE
from connectors.store import Store
from connectors.testing import scenario
from connectors.testing.asking import call
from gateway.cli import main
from gateway.config import Configured, read_settings
from gateway.config.settings import _KNOWN, PREFIX
from gateway.keys import Keys, obtain
from tests.databases import PostgresServer
from tests.docs import declared
from tests.docs.pages import ROOT, page

PAGE = page("operating")
SETTINGS = PAGE.table("variable")


def _recipe(containing: str) -> str:
    """The block of shell that contains these words."""
    (found,) = (
        block.text for block in PAGE.blocks if block.language == "sh" and containing in block.text
    )
    return found


def _carry_out(recipe: str, folder: Path) -> None:
    # `chikaya` in a recipe is the one that is tested.
    (folder / "bin").mkdir(exist_ok=True)
    command = folder / "bin/chikaya"
    command.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'from gateway.cli import main; main()' \"$@\"\n"
    )
    command.chmod(0o755)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["bash", "-euc", recipe], cwd=folder, env={"PATH": path}, check=True)  # noqa: S607


def test_every_setting_is_told_with_its_default() -> None:
    told = {row[0].strip("`"): row[2].strip("`") for row in SETTINGS}
    usual = {f"{PREFIX}{name}": default for name, (default, _) in _KNOWN.items()}
    assert told.keys() == usual.keys()
    assert {name: told[name] for name, default in usual.items() if default is not None} == {
        name: str(default) for name, default in usual.items() if default is not None
    }


def test_every_option_of_serve_that_is_a_setting_is_told_with_it() -> None:
    told = {row[0].strip("`"): row[1].strip("`") for row in SETTINGS if row[1]}
    serve = typer.main.get_command(main).commands["serve"]  # type: ignore[attr-defined]
    options = {parameter.name: parameter.opts[0] for parameter in serve.params}
    assert told == {
        f"{PREFIX}{name.upper()}": option
        for name, option in options.items()
        if name.upper() in _KNOWN
    }


def test_the_variable_of_the_tests_is_let_pass_and_others_are_not_named() -> None:
    read_settings({"CHIKAYA_REQUIRE": "postgres"})
    named = {word for text in [PAGE.path.read_text(encoding="utf-8")] for word in _variables(text)}
    assert named == {f"{PREFIX}{name}" for name in _KNOWN} | {"CHIKAYA_REQUIRE"}


def _variables(text: str) -> set[str]:
    cut = (word for word in text.replace("`", " ").replace("=", " ").split())
    return {word.strip("',;.)") for word in cut if word.startswith(PREFIX) and word != PREFIX}


def test_every_event_of_the_log_is_told() -> None:
    assert PAGE.codes("event") == declared.log_events()


def test_every_door_is_told() -> None:
    from gateway.app import Config, build

    keys = Keys(cursors=bytes(32), tracking_codes=bytes(32))
    app = build(Config(read_settings({}), Configured({}, ()), keys))
    assert PAGE.codes("door") == {route.path for route in app.routes}  # type: ignore[attr-defined]


def test_the_recipe_for_keys_makes_keys_that_production_takes(tmp_path: Path) -> None:
    _carry_out(_recipe("token_bytes"), tmp_path)

    keys = obtain(tmp_path / "keys", production=True)

    assert keys.cursors != keys.tracking_codes


async def test_the_statements_make_a_database_that_its_own_role_can_migrate(
    postgres_server: PostgresServer,
) -> None:
    make, _extension = (block.text for block in PAGE.blocks if block.language == "sql")
    name = f"chikaya_{uuid4().hex[:8]}"
    role, database = make.replace("…", "word").replace("chikaya", name).split(";")[:2]
    await postgres_server.run(role)
    await postgres_server.run(database)
    url = postgres_server.url(name).partition("@")[2]
    try:
        async with aclosing(await Store.open(f"postgresql://{name}:word@{url}")) as store:
            await store.migrate()
            assert await store.pending_migrations() == []
            assert await store.faults() == []
    finally:
        await postgres_server.drop(f"postgresql://{url}")
        await postgres_server.run(f"DROP ROLE {name}")


async def test_the_backup_of_a_gateway_at_work_is_whole_and_can_be_put_back(
    tmp_path: Path, sqlite_url: str
) -> None:
    shutil.copy(ROOT / "agencies.yaml", tmp_path)
    database = tmp_path / "var/chikaya.sqlite3"
    database.parent.mkdir()
    shutil.copy(sqlite_url.removeprefix("sqlite:///"), database)
    async with aclosing(await Store.open(f"sqlite:///{database}")) as store:
        await store.mirror.put(scenario.complaints(), source=STORE, heard_at=scenario.NOON)
        # What was just written stands in the file beside it.
        assert database.with_name("chikaya.sqlite3-wal").stat().st_size

        _carry_out(_recipe("chikaya backup"), tmp_path)

    for each in database.parent.glob("chikaya.sqlite3*"):
        each.unlink()
    _carry_out(_recipe("chikaya restore"), tmp_path)
    question = ListQuestion(where=(), order=None, selection=Selection(total=True), limit=1)
    async with aclosing(await Store.open(f"sqlite:///{database}")) as restored:
        found = await restored.connector.list(question, call())
    assert found.total == Total(len(scenario.complaints()), exact=True)


def test_the_folder_of_generated_keys_is_the_one_told() -> None:
    from gateway.keys import GENERATED

    assert f"`{GENERATED}`" in PAGE.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("said", ["timeout_seconds", "retries", "breaker_failures"])
def test_the_settings_of_the_guard_that_are_told_exist(said: str) -> None:
    from resolvers.registry import GuardSettings

    assert f"`{said}`" in PAGE.path.read_text(encoding="utf-8")
    assert hasattr(GuardSettings(), said)


def test_the_settings_of_sync_are_told_with_their_defaults() -> None:
    from dataclasses import asdict

    from resolvers.registry import SyncSettings

    told = {row[0].strip("`"): row[1].strip("`") for row in PAGE.table("setting of `sync`")}
    usual = asdict(SyncSettings())
    assert told.keys() == usual.keys()
    holds = usual.pop("holds")
    assert told.pop("holds") == holds
    assert {name: float(text) for name, text in told.items()} == usual
