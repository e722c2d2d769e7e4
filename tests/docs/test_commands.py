"""A command on a page is one that the program knows, and the question it asks is one it answers."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

import pytest
import typer

from gateway.cli import main
from tests.docs.pages import Page, pages

COMMANDS = typer.main.get_command(main).commands  # type: ignore[attr-defined]


def _mistakes(words: Sequence[str]) -> Iterator[str]:
    """What is wrong with `chikaya` followed by these words; options alone are its own."""
    if not words or words[0] in {"--help", "-h"}:
        return
    name, *rest = words
    if name not in COMMANDS:
        yield f"there is no `chikaya {name}`"
        return
    command = COMMANDS[name]
    while rest and rest[0] in (inner := getattr(command, "commands", {})):
        command, name, rest = inner[rest[0]], f"{name} {rest[0]}", rest[1:]
    parameters = command.params
    options = {spelt: each for each in parameters for spelt in (*each.opts, *each.secondary_opts)}
    arguments = sum(each.param_type_name == "argument" for each in parameters)
    given = takewhile(lambda word: word not in {">", "|"}, rest)
    for word in given:
        if not word.startswith("-") or word == "-":
            arguments -= 1
        elif word not in options:
            yield f"`chikaya {name}` has no {word}"
        elif not options[word].is_flag and next(given, None) is None:
            yield f"`chikaya {name} {word}` needs a value"
    if arguments < 0:
        yield f"`chikaya {name}` takes fewer arguments than {rest}"


@pytest.mark.parametrize("page", pages(), ids=str)
def test_commands_are_known_with_their_options(page: Page) -> None:
    wrong = [mistake for words in page.commands for mistake in _mistakes(words)]
    assert not wrong, f"{page}: {'; '.join(wrong)}"


def test_the_commands_of_a_page_are_found_wherever_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(
        "Run `chikaya serv`, not `chikaya-tickets`.\n\n"
        "    chikaya seed --form x\n\n"
        "```sh\npython3 -m venv .venv && .venv/bin/chikaya check a --json\n```\n"
        "1. so\n   ```sh\n   chikaya serve --port\n   ```\n",
        encoding="utf-8",
    )
    wrong = [mistake for words in Page(file).commands for mistake in _mistakes(words)]
    assert wrong == [
        "`chikaya seed` has no --form",
        "`chikaya seed` takes fewer arguments than ['--form', 'x']",
        "`chikaya check` takes fewer arguments than ['a', '--json']",
        "`chikaya serve --port` needs a value",
        "there is no `chikaya serv`",
    ]
