"""A file that is as it was is not parsed again, and reads as if it were."""

from pathlib import Path

import pytest

from gateway.config import ConfigError, document, load
from gateway.config.document import Documents
from tests.gateway.config.conftest import CITY, Installed


def test_what_is_known_of_a_file_is_all_that_it_says_and_where(home: Path) -> None:
    path = home / "agencies.yaml"
    path.write_text(CITY, "utf-8")
    documents = Documents()
    assert documents.read(path, []) == documents.read(path, []) == Documents().read(path, [])


def test_only_a_file_that_changed_is_parsed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    compose = document._compose
    monkeypatch.setattr(
        document, "_compose", lambda name, text: parsed.append(name) or compose(name, text)
    )
    Path("agencies.yaml").write_text(f"{CITY}include: [more.yaml]\n", "utf-8")
    more = home / "more.yaml"
    more.write_text("agencies: []\n", "utf-8")
    first = load(Path("agencies.yaml"), plugins=Installed())
    more.write_text("agencies:  []\n", "utf-8")
    load(Path("agencies.yaml"), plugins=Installed(), documents=first.documents)
    load(Path("agencies.yaml"), plugins=Installed(), documents=first.documents)
    assert parsed == ["agencies.yaml", "more.yaml", "more.yaml"]


def test_a_mistake_in_a_file_that_did_not_change_is_told_each_time(home: Path) -> None:
    Path("agencies.yaml").write_text(f"{CITY}version: 1\n", "utf-8")
    documents, told = Documents(), []
    for _ in range(2):
        with pytest.raises(ConfigError) as caught:
            load(Path("agencies.yaml"), plugins=Installed(), documents=documents)
        told.append(str(caught.value))
    assert (
        told[0]
        == told[1]
        == ('agencies.yaml:15:1: the key "version" is given twice, first at agencies.yaml:1:1')
    )


def test_a_mistake_of_another_kind_keeps_its_place(home: Path) -> None:
    Path("agencies.yaml").write_text(CITY.replace("MINISTRY", "MINISTER"), "utf-8")
    documents, told = Documents(), []
    for _ in range(2):
        with pytest.raises(ConfigError) as caught:
            load(Path("agencies.yaml"), plugins=Installed(), documents=documents)
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert told[0].startswith("agencies.yaml:10:12: ")
