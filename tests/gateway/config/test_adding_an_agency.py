"""The snippets of docs/adding-an-agency.md are files that load."""

import re
from pathlib import Path

from connectors.contract.records import Mode
from gateway.config import load

PAGE = Path(__file__).parents[3] / "docs" / "adding-an-agency.md"
SNIPPET = re.compile(r"^( *)```yaml\n *# (\S+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def snippets() -> list[tuple[str, str]]:
    """Each file's name and content, in the order of the page."""
    return [
        (name, re.sub(f"^{indent}", "", content, flags=re.MULTILINE))
        for indent, name, content in SNIPPET.findall(PAGE.read_text("utf-8"))
    ]


def test_every_snippet_says_which_file_it_is() -> None:
    assert len(snippets()) == PAGE.read_text("utf-8").count("```yaml") == 9


def test_the_snippets_together_are_a_configuration(home: Path) -> None:
    (home / "agencies.d").mkdir()
    for name, content in snippets():
        (home / name).write_text(content, "utf-8")
    configured = load(Path("agencies.yaml"), environ={"CITY_EXAMPLE_KEY": "hunter2"})
    assert set(configured.agencies) == {
        "province-example", "commune-example", "city-example", "slow-city", "invented-city",
        "first-town", "second-town", "waterworks-example",
    }  # fmt: skip
    assert [
        (source.id, source.plugin.name, source.mode, source.demonstration, source.agencies)
        for source in configured.sources
    ] == [
        ("city-example", "open311", Mode.LIVE, False, ("city-example",)),
        ("invented", "memory", Mode.LIVE, True, ("invented-city",)),
        ("first-town", "open311", Mode.LIVE, False, ("first-town",)),
        ("second-town", "open311", Mode.MIRROR, False, ("second-town",)),
        ("slow-city", "open311", Mode.MIRROR, False, ("slow-city",)),
    ]
