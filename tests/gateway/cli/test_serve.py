"""`chikaya serve` with nothing configured: the demonstration, and the first answer."""

import json
import socket
import time
from pathlib import Path
from shutil import copyfile
from typing import Any

from tests.gateway.cli.command import chikaya, serving

REGISTRY = Path(__file__).parents[3] / "agencies.yaml"
MERGED = """{
  complaints(first: 100) {
    nodes { id createdAt demonstration origin { source } }
    sources { source status rows error { code } missedBefore }
    complete
  }
}"""
DEADLINE_SECONDS = 3.0


def newcomer(folder: Path) -> Path:
    copyfile(REGISTRY, folder / "agencies.yaml")
    return folder


def test_a_newcomer_gets_the_merged_list_although_one_city_is_slow_and_one_fails(
    tmp_path: Path,
) -> None:
    with serving(folder=newcomer(tmp_path)) as served:
        started = time.monotonic()
        answers = [served.ask(MERGED) for _ in range(4)]
        took = (time.monotonic() - started) / len(answers)
        shell = chikaya("query", "--url", served.url, MERGED, folder=tmp_path)
        assert served.get("/readyz").json() == {"status": "ready"}
        alive = served.get("/healthz").json()
        assert (alive["status"], alive["registry"]["refused"]) == ("alive", None)
    assert took < DEADLINE_SECONDS + 1
    seen: dict[str, set[str]] = {}
    for answer in (*answers, json.loads(shell.stdout)):
        assert "errors" not in answer
        complaints = answer["data"]["complaints"]
        check_order(complaints["nodes"])
        assert len(complaints["nodes"]) == 100
        assert {node["demonstration"] for node in complaints["nodes"]} == {True}
        assert complaints["complete"] is False
        for source in complaints["sources"]:
            seen.setdefault(source["source"], set()).add(source["status"])
            answered = source["status"] in {"OK", "STALE"}
            assert (source["missedBefore"] is None) is answered
            assert (source["error"] is None) is (source["status"] == "OK")
    assert seen.pop("demo-slow") <= {"TIMEOUT", "SKIPPED"}
    assert seen.pop("demo-moody") & {"UNAVAILABLE", "STALE"}
    assert seen == {"store": {"OK"}, "demo-healthy": {"OK"}}


def check_order(nodes: list[dict[str, Any]]) -> None:
    created = [node["createdAt"] for node in nodes]
    assert created == sorted(created, reverse=True)
    assert len({node["id"] for node in nodes}) == len(nodes)
    assert {"store", "demo-healthy"} <= {node["origin"]["source"] for node in nodes}


def test_what_was_filed_is_there_after_a_restart(tmp_path: Path) -> None:
    filing = """mutation { fileComplaint(input: {agency: "interior", description: "Rien ne marche",
      idempotencyKey: "a-key"}) { receipt { reference trackingCode } problems { code } } }"""
    folder = newcomer(tmp_path)
    with serving("--no-demo", folder=folder) as served:
        receipt = served.ask(filing)["data"]["fileComplaint"]["receipt"]
    asked = (
        f'{{ complaint(reference: "{receipt["reference"]}", '
        f'trackingCode: "{receipt["trackingCode"]}") {{ description }} }}'
    )
    with serving("--no-demo", folder=folder) as served:
        assert served.ask(asked) == {"data": {"complaint": {"description": "Rien ne marche"}}}
        assert served.ask(filing)["data"]["fileComplaint"]["receipt"] == receipt


def test_the_store_and_the_keys_are_nobody_elses_to_read(tmp_path: Path) -> None:
    with serving("--no-demo", folder=newcomer(tmp_path)):
        private = [tmp_path / "var" / name for name in ("keys", "chikaya.sqlite3")]
        assert [path.stat().st_mode & 0o077 for path in private] == [0, 0]


def test_a_second_server_on_the_same_file_is_refused_naming_the_first(tmp_path: Path) -> None:
    with serving("--no-demo", folder=newcomer(tmp_path)) as served:
        second = chikaya("serve", "--port", "0", "--no-demo", folder=tmp_path)
        assert second.returncode == 2
        assert str(served.process.pid) in second.stderr
        assert "PostgreSQL" in second.stderr


def test_a_taken_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = chikaya("serve", "--no-demo", "--port", port, folder=newcomer(tmp_path))
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1] == (
        f"--port: cannot listen at 127.0.0.1, port {port}: address already in use; give another"
    )


def test_beyond_this_machine_it_does_not_serve(tmp_path: Path) -> None:
    refused = chikaya("serve", "--host", "0.0.0.0", folder=newcomer(tmp_path))  # noqa: S104
    assert refused.returncode == 2
    assert refused.stderr.startswith("--host: expected a loopback address")


def test_production_has_neither_demonstration_nor_keys_of_its_own(tmp_path: Path) -> None:
    production = {"CHIKAYA_ENV": "production"}
    refused = chikaya("serve", "--demo", folder=newcomer(tmp_path), env=production)
    assert refused.returncode == 2
    assert "CHIKAYA_KEYS: expected the file of this gateway's keys" in refused.stderr
