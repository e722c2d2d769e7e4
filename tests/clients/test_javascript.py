"""The clients are the same everywhere, wherever their packages come from."""

from pathlib import Path

LOCK = Path(__file__).with_name("package-lock.json").read_text("utf-8")


def test_the_lock_pins_each_package_by_its_digest_and_names_no_registry() -> None:
    assert LOCK.count('"integrity": "sha512-') == LOCK.count('"node_modules/')
    assert "resolved" not in LOCK
    assert "://" not in LOCK
