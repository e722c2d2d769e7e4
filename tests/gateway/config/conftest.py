"""A directory to configure in, and connectors that exist only to be configured."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Never

import pytest
from pydantic import AnyUrl, BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.contract import CONTRACT_VERSION
from connectors.contract.connector import Plugin
from connectors.discovery import PluginError
from gateway.config import ConfigError, Configured, load

CITY = """\
version: 1
sources:
  city:
    connector: open311
    mode: live
    options: {url: "https://city.example/open311"}
agencies:
  - code: interior
    name: {ar: وزارة الداخلية, fr: Ministère de l'Intérieur}
    class: MINISTRY
  - code: tiznit
    name: {ar: تيزنيت, fr: Tiznit}
    class: COLLECTIVITE
    source: city
"""
"""A file without mistakes."""


class Flavour(StrEnum):
    PLAIN = "plain"
    CHICAGO = "chicago"


class Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    size: Annotated[int, Field(ge=1, le=50)] = 10


class Options(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    url: AnyUrl
    token: SecretStr | None = None
    note: str = ""
    flavour: Flavour = Flavour.PLAIN
    areas: tuple[str, ...] = ()
    page: Part = Part()

    @field_validator("note")
    @classmethod
    def _modest(cls, value: str) -> str:
        if "!" in value:
            message = f"the note {value} shouts"
            raise ValueError(message)
        return value


def _never_opened(*_: object) -> Never:
    raise AssertionError


class Installed:
    """Two connectors that can be used and one that cannot."""

    def known(self) -> tuple[str, ...]:
        return ("open311", "memory", "later")

    def load(self, name: str) -> Plugin:
        if name == "later":
            message = 'connector "later" of elsewhere 1.0 is written for contract 2'
            raise PluginError(message)
        return Plugin(name=name, contract=CONTRACT_VERSION, options=Options, open=_never_opened)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, so that mistakes name files as an operator sees them."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def configure(home: Path) -> Callable[..., Configured]:
    """Write the files by name and load `agencies.yaml`."""

    def configured(
        files: str | Mapping[str, str | bytes],
        *,
        production: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> Configured:
        for name, content in (
            {"agencies.yaml": files} if isinstance(files, str) else files
        ).items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load(
            Path("agencies.yaml"),
            plugins=Installed(),
            production=production,
            environ=environ or {},
        )

    return configured


@pytest.fixture
def mistakes(configure: Callable[..., Configured]) -> Callable[[str | tuple[str, ...]], list[str]]:
    """The mistakes in a text, or in the good file with each first text replaced by the second."""

    def told(change: str | tuple[str, ...]) -> list[str]:
        text = change if isinstance(change, str) else changed(*change)
        with pytest.raises(ConfigError) as caught:
            configure(text)
        return str(caught.value).splitlines()

    return told


@pytest.fixture
def good() -> Callable[..., str]:
    """The good file with each first text replaced by the second."""
    return changed


def changed(*replacements: str) -> str:
    text = CITY
    for old, new in zip(replacements[::2], replacements[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    return text
