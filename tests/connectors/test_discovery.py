"""Connectors of other packages are found, checked and used; those that cannot work are refused."""

import asyncio
import subprocess
import sys
import zipfile
from pathlib import Path
from textwrap import dedent

import pytest

from connectors.contract import CONTRACT_VERSION
from connectors.contract.connector import Call, Connector, Environment, Http
from connectors.contract.query import ListQuestion, Selection
from connectors.contract.records import AgencyCode, SourceId
from connectors.discovery import PluginError, known, load
from connectors.memory import PLUGIN

MODULE = '''
"""A connector as a stranger would write it: nothing but the contract is imported."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from connectors.contract.capabilities import Capabilities
from connectors.contract.connector import Plugin
from connectors.contract.lifecycle import Status
from connectors.contract.query import Page
from connectors.contract.records import Complaint, Kind, Mode, Origin


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    greeting: str = "hello"


class Postbox:
    capabilities = Capabilities(fields=frozenset({"title"}))

    def __init__(self, options, environment):
        self._options, self._environment = options, environment

    async def list(self, question, call):
        self.capabilities.refuse_undeclared(question)
        now = self._environment.now()
        letter = Complaint(
            origin=Origin(
                source=self._environment.source, source_id="1", mode=Mode.LIVE, fetched_at=now
            ),
            agency_code=self._environment.agencies[0],
            status=Status.SUBMITTED,
            kind=Kind.COMPLAINT,
            title=self._options.greeting,
        )
        return Page(records=(letter,), more=False, as_of=now)

    async def aclose(self):
        pass


PLUGIN = Plugin(name="postbox", contract=CONTRACT, options=Options, open=Postbox)
'''.replace("CONTRACT,", f"{CONTRACT_VERSION},")


def install(
    into: Path, module: str = MODULE, *, package: str = "chikaya-postbox", name: str = "postbox"
) -> None:
    """Install a wheel of one `module` that offers connector `name`, as its users would."""
    stem = package.replace("-", "_")
    info = f"{stem}-2.1.dist-info"
    files = {
        f"{stem}.py": module,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 2.1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[chikaya.connectors]\n{name} = {stem}:PLUGIN\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    wheel = into.parent / f"{stem}-2.1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, dedent(content))
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet"]
    pip += ["--disable-pip-version-check", "--root-user-action=ignore", "--target", str(into)]
    subprocess.run([*pip, str(wheel)], check=True)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of installed packages, seen by this process for one test."""
    path = tmp_path / "site"
    path.mkdir()
    monkeypatch.syspath_prepend(str(path))
    for imported in ("chikaya_postbox", "other_postbox"):
        monkeypatch.delitem(sys.modules, imported, raising=False)
    return path


def no_way_out(_: str) -> Http:
    raise AssertionError("nothing here needs the network")


ENVIRONMENT = Environment(
    source=SourceId("letters"), agencies=(AgencyCode("commune-a"),), open_http=no_way_out
)


def test_our_own_connectors_are_found_by_the_same_way() -> None:
    assert "memory" in known()
    assert load("memory") is PLUGIN


async def test_a_connector_of_another_package_is_found_and_used(site: Path) -> None:
    install(site)

    plugin = load("postbox")
    connector = plugin.open(plugin.options(greeting="salam"), ENVIRONMENT)

    assert isinstance(connector, Connector)
    question = ListQuestion(where=(), order=None, selection=Selection(), limit=5)
    page = await connector.list(question, Call(asyncio.get_running_loop().time() + 1))
    assert [record.title for record in page.records] == ["salam"]
    assert page.records[0].id == "Complaint:letters:1"


def test_nothing_is_imported_before_it_is_asked_for(site: Path) -> None:
    install(site, "raise RuntimeError('imported')")

    assert "postbox" in known()
    assert "chikaya_postbox" not in sys.modules
    with pytest.raises(PluginError, match=r"chikaya-postbox 2.1 cannot be imported .*RuntimeError"):
        load("postbox")


def test_what_a_plugin_needs_and_is_not_there_is_named(site: Path) -> None:
    install(site, "import no_such_module_anywhere")

    with pytest.raises(PluginError, match="No module named 'no_such_module_anywhere'"):
        load("postbox")


def test_a_plugin_of_another_contract_is_refused(site: Path) -> None:
    install(site, MODULE.replace(f"contract={CONTRACT_VERSION}", "contract=99"))

    with pytest.raises(PluginError) as refused:
        load("postbox")

    assert str(refused.value) == (
        'connector "postbox" of chikaya-postbox 2.1 is written for contract 99; this gateway '
        f"speaks {CONTRACT_VERSION}: install a version of the package that does"
    )


def test_what_is_no_plugin_is_refused(site: Path) -> None:
    install(site, "PLUGIN = 'postbox'")

    with pytest.raises(PluginError, match=r"must be a connectors\.contract.*Plugin; got str"):
        load("postbox")


def test_a_plugin_that_calls_itself_otherwise_is_refused(site: Path) -> None:
    install(site, name="letterbox")

    with pytest.raises(PluginError, match=r'"letterbox" of chikaya-postbox 2\.1 calls itself'):
        load("letterbox")


def test_options_that_swallow_unknown_keys_are_refused(site: Path) -> None:
    install(site, MODULE.replace('extra="forbid", ', ""))

    with pytest.raises(PluginError, match="must forbid unknown keys"):
        load("postbox")


def test_options_that_are_no_model_are_refused(site: Path) -> None:
    install(site, MODULE.replace("options=Options", "options=dict"))

    with pytest.raises(PluginError, match="options must be a pydantic model"):
        load("postbox")


def test_a_name_used_by_two_packages_is_refused(site: Path) -> None:
    install(site)
    install(site, package="other-postbox")

    with pytest.raises(PluginError) as refused:
        load("postbox")

    assert str(refused.value) == (
        'connector "postbox" is offered by chikaya-postbox 2.1 and other-postbox 2.1; '
        "expected one package: uninstall the others"
    )


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(PluginError, match=r'connector "open31" is not installed; known: .*memory'):
        load("open31")
