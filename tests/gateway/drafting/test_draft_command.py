"""`chikaya connector draft` writes a description that the other commands can use."""

import json
from pathlib import Path

from tests.dialects import four
from tests.gateway.cli.command import chikaya

SAMPLES = Path(four.__file__).parent
DESK = Path(__file__).parent / "desk.json"


def test_samples_become_a_file_that_is_read_as_it_stands(tmp_path: Path) -> None:
    samples = sorted((SAMPLES / "envelopes" / "samples").glob("*.json"))
    given = [word for path in samples for word in ("--sample", str(path))]
    url = "https://counter.example/ws/reclamations/recherche?p_page=1&p_taille=3&cle=s3cret"
    ran = chikaya("connector", "draft", *given, "--url", url, folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "places are marked as unsure" in ran.stderr
    assert "s3cret" not in ran.stdout
    (tmp_path / "agencies.yaml").write_text(ran.stdout, encoding="utf-8")
    read = chikaya("agencies", "--json", folder=tmp_path, env={"COUNTER_KEY": "k"})
    assert read.returncode == 0, read.stderr
    (agency,) = json.loads(read.stdout)
    assert (agency["code"], agency["source"], agency["mode"]) == (
        "counter-agency", "counter", "LIVE",
    )  # fmt: skip


def test_programs_get_the_doubts_apart(tmp_path: Path) -> None:
    ran = chikaya(
        "connector", "draft", "--openapi", str(DESK), "--name", "city", "--json", folder=tmp_path
    )
    told = json.loads(ran.stdout)
    assert told["source"] == "city"
    assert told["options"]["record"]["id"] == "$.id"
    assert "children.messages" in told["unsure"]
    assert told["unused"] == []


def test_what_cannot_be_drafted_from_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>")
    nothing = chikaya("connector", "draft", folder=tmp_path)
    page = chikaya("connector", "draft", "--sample", "page.html", folder=tmp_path)
    missing = chikaya("connector", "draft", "--sample", "gone.json", folder=tmp_path)
    named = chikaya("connector", "draft", "--openapi", str(DESK), "--name", "S", folder=tmp_path)
    assert (nothing.returncode, page.returncode, missing.returncode) == (2, 2, 2)
    assert nothing.stderr == "expected --sample FILE or --openapi FILE, or both\n"
    assert page.stderr.startswith("page.html: expected JSON, or headers and JSON")
    assert "gone.json" in missing.stderr
    assert named.stderr.startswith("--name: expected 2 to 33 lower-case letters")
    assert "Traceback" not in missing.stderr
