"""`chikaya query`: ask a running gateway from the shell."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.options import Variables, variables_in


def query(
    document: Annotated[
        str,
        typer.Argument(
            help="A GraphQL document; `-` reads it from standard input, @FILE from a file."
        ),
    ],
    *,
    variables: Variables = "{}",
    url: Annotated[
        str, typer.Option(help="Where the gateway answers.")
    ] = "http://127.0.0.1:8000/graphql",
    token: Annotated[
        str | None,
        typer.Option(help="Ask as whom this token is about; `chikaya token` makes some."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the answer on one line, for programs.")
    ] = False,
) -> None:
    """Ask a running gateway one question and print the answer, which is JSON.

    Exit 1 if it has errors, 2 if no gateway answers.
    """
    from gateway.cli.start import told_plainly

    with told_plainly():
        answer = asyncio.run(_ask(url, _read(document), variables_in(variables), token))
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=None if as_json else 2))
    if answer.get("errors"):
        raise typer.Exit(1)


def _read(document: str) -> str:
    if document == "-":
        return sys.stdin.read()
    if document.startswith("@"):
        return Path(document[1:]).read_text(encoding="utf-8")
    return document


async def _ask(
    url: str, document: str, variables: dict[str, Any], token: str | None
) -> dict[str, Any]:
    import aiohttp

    headers = {"Accept": "application/graphql-response+json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    try:
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(url, json={"query": document, "variables": variables}) as response,
        ):
            answer = await response.json(content_type=None)
    except (aiohttp.ClientError, ValueError) as error:
        raise ValueError(
            f"no gateway answers at {url}; start one with `chikaya serve`, or give --url"
        ) from error
    if not isinstance(answer, dict):
        raise ValueError(f"what answers at {url} is no GraphQL service")  # noqa: TRY004 - told as bad input
    return answer
