"""`chikaya backup` and `chikaya restore`: what they write, and what they refuse."""

import json
import tarfile
from contextlib import aclosing
from pathlib import Path
from shutil import copyfile

import pytest

from connectors.store import Store
from tests.connectors.store.test_outbox import REFERENCE, pending
from tests.gateway.cli.command import chikaya
from tests.gateway.cli.test_outbox import REGISTRY

FILE = "var/chikaya.sqlite3"


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A gateway with a filing that its agency's system has not heard of, and its backups."""
    folder = tmp_path / "first"
    folder.mkdir()
    async with aclosing(await Store.open(f"sqlite:///{folder / FILE}")) as store:
        await store.migrate()
        await store.ledger.open_case(pending())
    for name, keys in (("plain.tar", ()), ("whole.tar", ("--with-keys",))):
        done = chikaya("backup", name, *keys, folder=folder)
        assert (done.returncode, done.stderr) == (0, "")
    return folder


async def test_a_backup_is_put_back_with_its_keys_and_held(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    backup = folder / "whole.tar"
    assert backup.stat().st_mode & 0o777 == 0o600
    done = chikaya("restore", str(backup), "--json", folder=other)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["next"].endswith("chikaya outbox reconcile")
    keys = other / "var" / "keys"
    assert keys.read_bytes() == (folder / "var" / "keys").read_bytes()
    for file in (keys, other / FILE):
        assert file.stat().st_mode & 0o777 == 0o600
    (row,) = json.loads(chikaya("outbox", "list", "--json", folder=other).stdout)
    assert (row["reference"], row["state"], row["code"]) == (REFERENCE, "UNCERTAIN", "RESTORED")
    (other / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
    told = chikaya("outbox", "reconcile", "--json", folder=other)
    assert told.returncode == 0
    account = json.loads(told.stdout)
    assert {name: account[name] for name in ("looked_up", "again", "unknown", "not_asked")} == {
        "looked_up": 1,
        "again": 1,
        "unknown": [],
        "not_asked": [],
    }
    (row,) = json.loads(chikaya("outbox", "list", "--json", folder=other).stdout)
    assert (row["state"], row["code"]) == ("PENDING", None)


async def test_a_store_that_was_never_put_back_has_nothing_to_reconcile(folder: Path) -> None:
    (folder / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
    done = chikaya("outbox", "reconcile", folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "this one never was" in done.stderr


async def test_what_cannot_be_put_back_is_refused_and_nothing_is_left(
    folder: Path, tmp_path: Path
) -> None:
    plain, other = folder / "plain.tar", tmp_path / "other"
    (other / "var").mkdir(parents=True)
    with tarfile.open(plain) as tar:
        assert tar.getnames() == ["manifest.json", "store.sqlite3"]

    def refused(backup: Path, reason: str, at: Path = other) -> None:
        done = chikaya("restore", str(backup), folder=at)
        assert (done.returncode, done.stdout) == (2, "")
        assert reason in done.stderr

    refused(plain, "var/chikaya.sqlite3: expected no store", folder)
    refused(plain, "var/keys: expected the keys that the backup needs; there are none")
    assert not (other / "var" / "keys").exists()
    (other / f"{FILE}-wal").touch()
    refused(plain, "var/chikaya.sqlite3-wal: expected no store")
    (other / f"{FILE}-wal").unlink()
    copyfile(folder / "var" / "keys", other / "var" / "keys")
    (other / "var" / "keys").chmod(0o600)
    damaged = tmp_path / "damaged.tar"
    content = bytearray(plain.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    refused(damaged, "its store is not the one that was backed up")
    damaged.write_bytes(b"no tar at all")
    refused(damaged, "expected a file of `chikaya backup`; came another")
    foreign = chikaya("backup", str(tmp_path / "b.tar"), folder=tmp_path)
    assert foreign.returncode == 2
    assert "expected the store's file; there is none" in foreign.stderr
    (other / "var" / "keys").write_text(
        "cursors: " + "A" * 43 + "=\ntracking_codes: " + "A" * 43 + "=\n"
    )
    refused(plain, "others are cursors, tracking_codes")
    assert [each.name for each in (other / "var").iterdir()] == ["keys"]


def test_a_postgresql_store_is_left_to_its_own_programs(tmp_path: Path) -> None:
    env = {"CHIKAYA_DATABASE_URL": "postgresql://a:b@127.0.0.1:9/c", "CHIKAYA_ENV": "development"}
    for command in ("backup", "restore"):
        done = chikaya(command, "b.tar", folder=tmp_path, env=env)
        assert done.returncode == 2
        assert "`pg_dump`" in done.stderr
        assert "`chikaya outbox hold`" in done.stderr
