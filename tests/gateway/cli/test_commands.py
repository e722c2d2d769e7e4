"""The commands beside `serve`: what they print, and how they end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.options import variables_in
from tests.gateway.cli.command import chikaya, environment
from tests.gateway.cli.test_serve import newcomer

COMMANDS = [
    "serve", "check", "schema", "explain", "agencies", "migrate", "seed", "sync", "query", "try",
]  # fmt: skip


def test_the_help_names_every_command(tmp_path: Path) -> None:
    told = chikaya("--help", folder=tmp_path)
    assert told.returncode == 0
    assert [name for name in COMMANDS if f" {name} " not in told.stdout] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_speaks_json(name: str, tmp_path: Path) -> None:
    told = chikaya(name, "--help", folder=tmp_path)
    assert told.returncode == 0
    assert "--json" in told.stdout


def test_check_says_what_would_stop_a_start(tmp_path: Path) -> None:
    folder = newcomer(tmp_path)
    before = chikaya("check", folder=folder)
    assert before.returncode == 1
    assert "`chikaya migrate` makes it" in before.stdout
    assert chikaya("migrate", folder=folder).returncode == 0
    after = chikaya("check", "--json", folder=folder)
    assert after.returncode == 0
    assert json.loads(after.stdout) == {"configuration (29 agencies)": [], "database": []}


def test_check_tells_all_mistakes_of_the_registry(tmp_path: Path) -> None:
    (tmp_path / "agencies.yaml").write_text("version: 2\nagencies: [{code: A}]\n")
    told = chikaya("check", folder=tmp_path)
    assert told.returncode == 1
    assert told.stdout.count("agencies.yaml:") >= 3


def test_migrating_twice_does_it_once(tmp_path: Path) -> None:
    first = chikaya("migrate", "--json", folder=tmp_path)
    second = chikaya("migrate", folder=tmp_path)
    assert json.loads(first.stdout)["migrated"][0] == "0001_cases"
    assert second.stdout == "nothing to do: the database is as this version needs it\n"


def test_what_neither_serves_nor_asks_starts_without_the_graph(tmp_path: Path) -> None:
    code = """import sys
from gateway.cli import main
from gateway.cli.start import settled
assert "tortoise" not in sys.modules, "tortoise"
sys.argv = ["chikaya", "check"]
try:
    main()
except SystemExit:
    heavy = {"strawberry", "graphql", "starlette", "uvicorn", "aiohttp"} & sys.modules.keys()
    assert not heavy, heavy
    sys.exit(7)
"""
    folder = newcomer(tmp_path)
    told = subprocess.run(
        (sys.executable, "-c", code),
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert told.returncode == 7, told.stderr


def test_explain_tells_whom_a_question_asks(tmp_path: Path) -> None:
    document = """query ($class: AgencyClass!) { complaints(filter: {
      agencyClasses: [$class], text: "الماء" }, orderBy: {by: DUE, direction: ASC}) {
        nodes { title } } }"""
    told = chikaya(
        "explain", document, "--variables", '{"class": "MINISTRY"}', folder=newcomer(tmp_path)
    )
    assert told.stderr == ""
    assert told.stdout.startswith("order DUE ASC, then source, source id\nstore: store, OWN\n")
    assert "AGENCY in [agriculture, education, employment, equipment-water, finance, … 7 more]" in (
        told.stdout
    )


def test_explain_needs_no_keys_and_makes_none(tmp_path: Path) -> None:
    folder = newcomer(tmp_path)
    env = {"CHIKAYA_ENV": "production"}
    told = chikaya("explain", "{ complaints { nodes { title } } }", folder=folder, env=env)
    assert told.stderr == ""
    assert told.stdout.startswith("order ")
    assert not (folder / "var").exists()


def test_explain_refuses_what_cannot_be_asked(tmp_path: Path) -> None:
    told = chikaya("explain", "{ complaints { nodes { nothing } } }", folder=newcomer(tmp_path))
    assert told.returncode == 2
    assert told.stderr.startswith("Cannot query field 'nothing' on type 'Complaint'")


def test_the_schema_is_printed_as_it_is_committed(tmp_path: Path) -> None:
    committed = Path(__file__).parents[3] / "schema" / "schema.graphql"
    assert chikaya("schema", folder=tmp_path).stdout == committed.read_text("utf-8")
    told = json.loads(chikaya("schema", "--json", folder=tmp_path).stdout)
    assert told["__schema"]["queryType"]["name"] == "Query"


def test_a_question_to_nobody_is_told_in_a_sentence(tmp_path: Path) -> None:
    told = chikaya("query", "{ viewer { role } }", "--url", "http://127.0.0.1:9", folder=tmp_path)
    assert told.returncode == 2
    assert told.stderr == (
        "no gateway answers at http://127.0.0.1:9; start one with `chikaya serve`, or give --url\n"
    )


@pytest.mark.parametrize("command", ["query", "explain"])
def test_variables_that_are_no_object_are_refused(command: str, tmp_path: Path) -> None:
    folder = newcomer(tmp_path)
    told = chikaya(command, "{ viewer { role } }", "--variables", "[1]", folder=folder)
    assert told.returncode == 2
    assert told.stderr == "--variables: expected a JSON object; came '[1]'\n"


@pytest.mark.parametrize("text", ["1", "null", "[", "", "[" * 100_000])
def test_variables_are_an_object(text: str) -> None:
    with pytest.raises(ValueError, match="--variables: expected a JSON object"):
        variables_in(text)
    assert variables_in('{"a": 1}') == {"a": 1}


def test_an_unknown_database_is_refused_without_its_password(tmp_path: Path) -> None:
    told = chikaya("migrate", "--database-url", "mysql://me:secret@host/db", folder=tmp_path)
    assert told.returncode == 2
    assert "--database-url" in told.stderr
    assert "secret" not in told.stderr
