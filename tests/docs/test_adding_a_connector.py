"""docs/adding-a-connector.md builds a package that is installed, found, and keeps its promises."""

import os
import shlex
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.contract import CONTRACT_VERSION, connector, errors
from connectors.contract.capabilities import Capabilities
from connectors.contract.records import Mode
from connectors.discovery import load as load_connector
from gateway.cli import main
from gateway.config import load
from tests.docs.pages import ROOT, page

PAGE = page("adding-a-connector")


class Package:
    """The package of the page in a folder, and what is installed of it."""

    def __init__(self, home: Path, files: Mapping[str, str]) -> None:
        self.source, self.site = home / "chikaya-tickets", home / "site"
        for name, content in files.items():
            (self.source / name).parent.mkdir(parents=True, exist_ok=True)
            (self.source / name).write_text(content, encoding="utf-8")
        self._install(home)

    def _install(self, home: Path) -> None:
        """Install as pip does; the wheel is made here, since its builder is a download away."""
        project = tomllib.loads((self.source / "pyproject.toml").read_text("utf-8"))["project"]
        stem = project["name"].replace("-", "_")
        told = f"{stem}-{project['version']}"
        entries = "".join(
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in named.items())
            for group, named in project["entry-points"].items()
        )
        needs = "".join(f"Requires-Dist: {need}\n" for need in project["dependencies"])
        files = {
            str(path.relative_to(self.source)): path.read_text(encoding="utf-8")
            for path in (self.source / stem).glob("*.py")
        } | {
            f"{told}.dist-info/METADATA": "Metadata-Version: 2.1\n"
            f"Name: {project['name']}\nVersion: {project['version']}\n{needs}",
            f"{told}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\n"
            "Root-Is-Purelib: true\nTag: py3-none-any\n",
            f"{told}.dist-info/entry_points.txt": entries,
        }
        record = f"{told}.dist-info/RECORD"
        files[record] = "".join(f"{name},,\n" for name in (*files, record))
        wheel = home / f"{told}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        pip = "-m pip install --no-deps --no-index --quiet --disable-pip-version-check"
        self.run(*shlex.split(pip), "--root-user-action=ignore", "--target", self.site, wheel)

    def run(self, *words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run Python on these words, where the package is installed."""
        return subprocess.run(
            [sys.executable, *map(str, words)],
            cwd=self.source,
            env={**os.environ, "PYTHONPATH": str(self.site)},
            check=check,
            capture_output=True,
            text=True,
        )

    def run_tests(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run its own tests, as its author would."""
        return self.run(
            "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", *words, check=False
        )


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package(tmp_path_factory.mktemp("third-party"), PAGE.files)


@pytest.fixture
def installed(package: Package, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """The package, seen by this process too."""
    monkeypatch.syspath_prepend(str(package.site))
    yield package
    for name in [name for name in sys.modules if name.startswith("chikaya_tickets")]:
        del sys.modules[name]


def test_every_block_of_code_is_a_file_of_the_package() -> None:
    code = [block for block in PAGE.blocks if block.language in {"python", "toml", "yaml"}]
    assert len(PAGE.files) == len(code) == 9


def test_it_keeps_the_promises_it_makes(package: Package) -> None:
    ran = package.run_tests()
    assert ran.returncode == 0, ran.stdout
    assert "failed" not in ran.stdout
    # Whether the suite ran at all, and not only the last test of the page.
    assert int(ran.stdout.splitlines()[-1].split()[0]) > 25, ran.stdout


def test_a_lie_is_told_by_the_promise_it_breaks(tmp_path: Path) -> None:
    name, honest = "chikaya_tickets/client.py", "if since is not None:"
    files = {**PAGE.files, name: PAGE.files[name].replace(honest, "if since is ...:")}
    assert files != PAGE.files

    ran = Package(tmp_path, files).run_tests("-k", "filters or closing")

    assert ran.returncode == 1
    assert "FAILED tests/test_tickets.py::TestTickets::test_filters_show_what_they_promise" in (
        ran.stdout
    )
    assert "1 failed" in ran.stdout.splitlines()[-1]


def test_it_is_found_and_speaks_the_contract_of_this_gateway(installed: Package) -> None:
    plugin = load_connector("tickets")
    assert (plugin.name, plugin.contract) == ("tickets", CONTRACT_VERSION)
    assert sys.modules["chikaya_tickets"].__file__ == str(
        installed.site / "chikaya_tickets/__init__.py"
    )


def test_it_is_configured_as_the_page_says(installed: Package) -> None:
    configured = load(installed.source / "agencies.yaml", environ={"WATER_TICKETS_KEY": "hunter2"})
    (source,) = configured.sources
    assert (source.id, source.plugin.name, source.mode, source.agencies) == (
        "water-tickets", "tickets", Mode.LIVE, ("water-example",),
    )  # fmt: skip
    assert "hunter2" not in repr(source)


def test_the_commands_it_is_tried_by_succeed(
    installed: Package, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = [
        words for words in PAGE.commands
        if words and words[0] in {"check", "agencies", "explain"} and "--agencies" in words
    ]  # fmt: skip
    assert [words[0] for words in tried] == ["check", "agencies", "explain"]
    monkeypatch.chdir(installed.source)
    monkeypatch.setenv("WATER_TICKETS_KEY", "hunter2")
    monkeypatch.setenv("CHIKAYA_DATABASE_URL", sqlite_url)

    ran = [CliRunner().invoke(main, list(words)) for words in tried]

    told = "\n".join(each.output for each in ran)
    assert [each.exit_code for each in ran] == [0, 0, 0], told
    assert "water-example" in told
    assert "water-tickets: UNSUPPORTED_ORDER" in told
    assert "hunter2" not in told


def test_the_page_names_every_verb_and_every_error() -> None:
    verbs = {row[1].strip("`") for row in PAGE.table("verb")}
    protocols = {
        name
        for name, found in vars(connector).items()
        if getattr(found, "_is_runtime_protocol", False)
    }
    assert verbs == protocols
    raised = {word for row in PAGE.table("the caller") for word in row[1].split("`")[1::2]}
    kinds = [errors.TryAgain, errors.NeedsOperator, errors.Refused]
    leaves = {each.__name__ for kind in kinds for each in kind.__subclasses__()
              if each.__module__ == errors.__name__}  # fmt: skip
    assert raised - {"retry_after", "fields"} == leaves | {errors.NotSupported.__name__}
    parts = {"filters", "orders", "paging", "total", "children"}
    assert parts <= set(Capabilities.__dataclass_fields__)


def test_the_files_of_the_contract_that_the_page_names_are_there() -> None:
    named = {row[0].strip("`") for row in PAGE.table("in `connectors/contract/`")}
    assert all((ROOT / "connectors/contract" / name).exists() for name in named)
