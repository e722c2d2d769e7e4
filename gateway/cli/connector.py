"""`chikaya connector`: what helps to connect a case system."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import print_json

if TYPE_CHECKING:
    from gateway.drafting import Evidence, Proposal

connector = typer.Typer(
    name="connector",
    help="Help to connect a case system that speaks JSON.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@connector.callback()
def _connector() -> None:
    """Keep `draft` a command of its own, although it is the only one."""


@connector.command()
def draft(
    *,
    sample: Annotated[
        list[Path] | None,
        typer.Option(
            help="An answer of the system: JSON, or what `curl -i` printed. Give the first page of "
            "the list, one case alone, a refusal, each by an option of its own.",
            show_default=False,
        ),
    ] = None,
    openapi: Annotated[
        Path | None,
        typer.Option(
            help="What the system says of itself: OpenAPI 3, JSON or YAML.", show_default=False
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            help="Where the list was asked for, with its parameters; secrets left out.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What to call the source. [default: by its host]")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, with the doubts apart, for programs.")
    ] = False,
) -> None:
    """Propose a description for `connector: rest`, and mark what is unsure in it.

    Nobody is asked: only the files are read. The values of the samples stay where they are, but
    for the words of statuses and the like.
    """
    from gateway.cli.start import told_plainly
    from gateway.drafting import marks, may_be_called, proposed, source_name, yaml_of

    with told_plainly():
        if name is not None and not may_be_called(name):
            raise ValueError(
                "--name: expected 2 to 33 lower-case letters, digits or hyphens, beginning with a "
                f'letter, and not "store"; came {name!r}'
            )
        evidence = evidence_of(sample or [], openapi, url)
        proposal = proposed(evidence)
        source = name or source_name(evidence.asked.base)
        if as_json:
            told = {
                "source": source,
                "options": proposal.options,
                "unsure": marks(proposal),
                "unused": list(proposal.unused),
            }
            print_json(told)
        else:
            typer.echo(yaml_of(proposal, source=source), nl=False)
            typer.echo(_summary(proposal), err=True)


def evidence_of(samples: list[Path], openapi: Path | None, url: str | None) -> "Evidence":
    """What the files show, and where the list was asked for. Raises `ValueError`."""
    from dataclasses import replace

    from gateway.drafting import Evidence, asked_at, read_openapi, read_sample

    if not samples and openapi is None:
        raise ValueError("expected --sample FILE or --openapi FILE, or both")
    answers = [read_sample(path) for path in samples]
    evidence = Evidence(answers) if openapi is None else read_openapi(openapi)
    if answers:
        # What was really answered says more than what is documented of it.
        evidence = replace(evidence, answers=answers)
    return evidence if url is None else replace(evidence, asked=asked_at(url))


def _summary(proposal: "Proposal") -> str:
    count = len(proposal.unsure)
    return (
        f"{count} places are marked as unsure; `chikaya check` tells what is wrong with the rest, "
        "and `chikaya try` shows what comes of it"
    )
