"""docs/attachments.md tells the kinds and numbers there are, and its program files with a file."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from gateway.config import load, read_settings
from resolvers.uploads.kinds import MEDIA_TYPES
from resolvers.uploads.limits import USUAL_FILES
from tests.docs.pages import page
from tests.gateway.cli.command import environment
from tests.gateway.uploads.door import OFFICER, REGISTRY, opened, shown
from tests.gateway.uploads.samples import AMR, REFUSED

PAGE = page("attachments")
AGENCY = "agencies:\n  - {code: any, name: {ar: أ, fr: A}, class: OTHER}\n"
TEXT = PAGE.path.read_text(encoding="utf-8")


def test_every_kind_that_is_taken_is_told() -> None:
    told = {word.strip("`") for row in PAGE.table("kind") for word in row[1].split(", ")}
    assert told == set(MEDIA_TYPES)


def test_the_limits_are_the_usual_ones(tmp_path: Path) -> None:
    policy = next(block.text for block in PAGE.blocks if block.language == "yaml")
    path = tmp_path / "agencies.yaml"
    path.write_text(f"version: 1\n{policy}{AGENCY}", encoding="utf-8")
    assert load(path).attachments == USUAL_FILES
    usual = read_settings({})
    assert f"`CHIKAYA_UPLOADS_PER_MINUTE` ({usual.uploads_per_minute})" in TEXT


async def test_the_program_files_with_a_recording(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "attach.py").write_text(PAGE.files["attach.py"], encoding="utf-8")
    (tmp_path / "voice.amr").write_bytes(AMR)
    (tmp_path / "page.html").write_bytes(REFUSED["html"])
    async with opened(tmp_path, sqlite_url, REGISTRY) as door:
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            "attach.py",
            "water",
            "voice.amr",
            "page.html",
            cwd=tmp_path,
            env=environment({"GATEWAY": str(door.client.base_url)}),
            stdout=subprocess.PIPE,
        )
        told, _ = await program.communicate()
        problems, filed = map(json.loads, told.decode().splitlines())
        assert [each["code"] for each in problems] == ["FILE_KIND"]
        assert filed["fileComplaint"]["problems"] == []
        seen = await door.seen(filed["fileComplaint"]["receipt"]["reference"], OFFICER)
        [attachment] = seen["attachments"]
        answer = await door.client.get(attachment["url"], headers=shown(OFFICER))
        assert (attachment["name"], answer.content) == ("voice.amr", AMR)
