"""A backup holds the files of its cases, and gives them back as they were or not at all."""

import asyncio
import shutil
import tarfile
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.backing import back_up, put_back
from tests.gateway.uploads.door import CITIZEN, Door, opened, settings_of, shown
from tests.gateway.uploads.samples import JPEG, PDF, png


def settings_in(folder: Path) -> Any:
    keys = folder / "keys"
    if not keys.exists():
        folder.mkdir(exist_ok=True)
        names = ("cursors", "tracking_codes")
        keys.write_text("".join(f"{name}: {b64encode(b'k' * 32).decode()}\n" for name in names))
        keys.chmod(0o600)
    url = f"sqlite:///{folder / 'store.sqlite3'}"
    return settings_of(folder, url, CHIKAYA_KEYS=str(keys))


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def filled(folder: Path, url: str) -> tuple[list[str], str]:
    """A gateway's store with two attachments and a draft: their ids."""
    async with opened(folder, url) as door:
        ids = [await door.upload("a.png", png()), await door.upload("b.pdf", PDF)]
        assert (await door.file(CITIZEN, uploads=ids))["problems"] == []
        return ids, await door.upload("c.jpg", JPEG)


async def content_of(door: Door, id_: str) -> tuple[int, bytes]:
    answer = await door.client.get(f"/files/{id_}", headers=shown(CITIZEN))
    return answer.status_code, answer.content


@pytest.fixture
async def backup(tmp_path: Path, sqlite_url: str) -> tuple[Path, list[str]]:
    """A backup, and the ids of its files."""
    settings = settings_in(tmp_path / "first")
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    shutil.copyfile(database, tmp_path / "first" / "store.sqlite3")
    ids, draft = await filled(tmp_path / "first", settings.database_url)
    file = tmp_path / "b.tar"
    account = await asyncio.to_thread(back_up, settings, file, with_keys=False)
    assert account["files"] == "2"
    assert "files_missing" not in account
    with tarfile.open(file) as tar:
        names = set(tar.getnames())
    assert names == {"manifest.json", "store.sqlite3", *(f"files/{each}" for each in ids)}
    assert f"files/{draft}" not in names
    return file, ids


async def test_files_come_back_with_the_store(
    backup: tuple[Path, list[str]], tmp_path: Path
) -> None:
    file, (picture, letter) = backup
    settings = settings_in(tmp_path / "other")
    account = await asyncio.to_thread(put_back, settings, file)
    assert account["files"] == "2"
    folder = tmp_path / "other" / "files"
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.name for path in files_in(folder)} == {picture, letter}
    async with opened(tmp_path / "other", settings.database_url) as door:
        assert await content_of(door, picture) == (200, png())
        assert await content_of(door, letter) == (200, PDF)


async def test_a_damaged_file_is_not_put_back_nor_anything_else(
    backup: tuple[Path, list[str]], tmp_path: Path
) -> None:
    file, _ = backup
    content = file.read_bytes()
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(content.replace(PDF, PDF[:-2] + b"\0\0"))
    settings = settings_in(tmp_path / "other")
    with pytest.raises(ValueError, match="not the one that was backed up"):
        await asyncio.to_thread(put_back, settings, damaged)
    assert [path.name for path in files_in(tmp_path / "other")] == ["keys"]


async def test_a_name_that_leads_elsewhere_is_written_nowhere(
    backup: tuple[Path, list[str]], tmp_path: Path
) -> None:
    file, _ = backup
    (tmp_path / "evil").write_bytes(b"evil")
    with tarfile.open(file, "a") as tar:
        for name in ("files/../../../evil-1", "/evil-2", "files/evil-3"):
            tar.add(tmp_path / "evil", name)
    settings = settings_in(tmp_path / "other")
    await asyncio.to_thread(put_back, settings, file)
    assert [path.name for path in files_in(tmp_path) if path.name.startswith("evil-")] == []


async def test_a_file_that_is_lost_is_counted(tmp_path: Path, sqlite_url: str) -> None:
    settings = settings_in(tmp_path / "first")
    shutil.copyfile(sqlite_url.removeprefix("sqlite:///"), tmp_path / "first" / "store.sqlite3")
    ids, _ = await filled(tmp_path / "first", settings.database_url)
    for path in files_in(tmp_path / "first" / "files"):
        if path.name == ids[0]:
            path.unlink()
    account = await asyncio.to_thread(back_up, settings, tmp_path / "b.tar", with_keys=False)
    assert (account["files"], account["files_missing"]) == ("1", "1")
