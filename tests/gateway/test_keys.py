"""Where the keys come from, and which are refused."""

import base64
import stat
import threading
from pathlib import Path

import pytest

from gateway import keys
from gateway.config import ConfigError

CURSORS = base64.b64encode(b"c" * 32).decode()
TRACKING = base64.b64encode(b"t" * 40).decode()
GOOD = f"# kept in the safe\n\ncursors: {CURSORS}\ntracking_codes: {TRACKING}\nfields: later\n"


def given(path: Path, content: str = GOOD, mode: int = 0o600) -> Path:
    path.write_text(content)
    path.chmod(mode)
    return path


def refusal(path: Path | None, *, production: bool = True) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        keys.obtain(path, production=production)
    return str(caught.value).splitlines()


def test_the_first_run_makes_keys_that_only_their_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys"
    made = keys.obtain(None, production=False, generated=path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert {len(made.cursors), len(made.tracking_codes)} == {32}
    assert made.cursors != made.tracking_codes


def test_the_next_run_finds_the_same_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    first = keys.obtain(None, production=False, generated=path)
    assert keys.obtain(None, production=False, generated=path) == first
    assert keys.obtain(path, production=False) == first


def test_runs_that_begin_together_agree_on_the_keys(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys"
    together = threading.Barrier(8)
    found: list[keys.Keys] = []

    def run() -> None:
        together.wait()
        found.append(keys.obtain(None, production=False, generated=path))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({(each.cursors, each.tracking_codes) for each in found}) == 1
    assert list(path.parent.iterdir()) == [path]


def test_given_keys_are_read_and_not_shown(tmp_path: Path) -> None:
    read = keys.obtain(given(tmp_path / "keys", mode=0o640), production=True)
    assert (read.cursors, read.tracking_codes) == (b"c" * 32, b"t" * 40)
    assert repr(read) == "Keys()"


def test_production_makes_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal(None) == [
        (
            "CHIKAYA_KEYS: expected the file of this gateway's keys; it is not set, and production "
            "makes none of its own"
        )
    ]
    assert not list(tmp_path.iterdir())


def test_production_refuses_the_keys_of_a_first_run(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    keys.obtain(None, production=False, generated=path)
    assert refusal(path) == [
        f"{path}:1:1: expected keys given by the operator; came those of a first run"
    ]


@pytest.mark.parametrize("production", [True, False])
def test_keys_said_to_be_somewhere_must_be_there(tmp_path: Path, *, production: bool) -> None:
    path = tmp_path / "keys"
    assert refusal(path, production=production) == [
        f"{path}: expected the file of the keys; no such file or directory"
    ]
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o660])
def test_keys_that_others_can_read_or_change_are_refused(tmp_path: Path, mode: int) -> None:
    path = given(tmp_path / "keys", mode=mode)
    assert refusal(path, production=False) == [
        (
            f"{path}: expected keys that only their owner and group can read, and only their owner "
            f"change; came mode {mode:04o} (chmod 600 {path})"
        )
    ]


def test_all_that_is_wrong_with_a_file_is_told_without_its_content(tmp_path: Path) -> None:
    short = base64.b64encode(b"hunter2").decode()
    path = given(
        tmp_path / "keys", f"cursors: {short}\nhunter2\ntracking_codes: hunter2!\ncursors: x\n"
    )
    assert refusal(path) == [
        f'{path}:1:1: key "cursors": expected at least 32 bytes; came 7',
        f"{path}:2:1: expected a line such as cursors: base64; came another",
        f'{path}:3:1: key "tracking_codes": expected base64; came other text',
        f'{path}:4:1: the key "cursors" is given twice',
    ]


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = given(tmp_path / "keys", f"cursors: {CURSORS}\n")
    assert refusal(path) == [
        f'{path}: expected a line with the key "tracking_codes"; there is none'
    ]


def test_keys_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a directory should be")
    path = tmp_path / "var" / "keys"
    with pytest.raises(ConfigError) as caught:
        keys.obtain(None, production=False, generated=path)
    assert str(caught.value) == f"{path}: expected to write new keys; file exists"
