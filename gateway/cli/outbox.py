"""`chikaya outbox`: see what agencies' systems are still to hear, and see to what waits for a person."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gateway.cli.options import AgenciesFile, AsJson, DatabaseUrl, print_json, print_line

if TYPE_CHECKING:
    from gateway.cli.outboxing import Told

outbox = typer.Typer(
    name="outbox",
    help="See to what agencies' systems are still to hear: docs/deliveries.md.",
    no_args_is_help=True,
)

_COUNTS: Final = ("looked_up", "found", "again", "left", "held", "read", "carrying")
"""What `reconcile` counts."""

State = Annotated[
    list[str] | None,
    typer.Option("--state", help="Only in this state, such as DEAD; may be given several times."),
]
OfSource = Annotated[
    list[str] | None, typer.Option("--source", help="Only to this source; likewise.")
]
OfAgency = Annotated[
    list[str] | None, typer.Option("--agency", help="Only in cases of this agency; likewise.")
]


@outbox.command(name="list")
def list_(
    *,
    state: State = None,
    source: OfSource = None,
    agency: OfAgency = None,
    reference: Annotated[
        str | None, typer.Option(help="Only in the case of this reference.", show_default=False)
    ] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Tell what has not arrived yet, the oldest first, or what is in the states that are given.

    It only reads, also beside a running server.
    """
    from gateway.cli.outboxing import listed, which_of
    from gateway.cli.start import told_plainly
    from gateway.config import read_settings

    with told_plainly():
        which = which_of(states=state, sources=source, agencies=agency, reference=reference)
        settings = read_settings(database_url=database_url)
        rows = asyncio.run(listed(settings.database_url, which))
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo("  ".join(f"{name}={value}" for name, value in row.items() if value is not None))


@outbox.command()
def retry(
    ids: Annotated[
        list[int] | None, typer.Argument(help="Which deliveries.", show_default=False)
    ] = None,
    *,
    all_dead: Annotated[
        bool, typer.Option("--all-dead", help="All that are DEAD to --source instead.")
    ] = False,
    source: Annotated[
        str | None, typer.Option(help="To which source, with --all-dead.", show_default=False)
    ] = None,
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Have deliveries that are DEAD or UNCERTAIN tried again, from now on and from the beginning.

    Look first whether an UNCERTAIN one has arrived: if it has, `resolve` it. Exit 1 if one of
    them neither is DEAD nor UNCERTAIN.
    """
    from gateway.cli.outboxing import retried, retried_dead
    from gateway.cli.start import fail, told_plainly
    from gateway.config import read_settings

    if bool(ids) == all_dead or all_dead != (source is not None):
        fail("give either the ids of deliveries, or --all-dead with --source NAME")
    with told_plainly():
        settings = read_settings(database_url=database_url)
        if source is not None:
            told = asyncio.run(retried_dead(settings, source))
        else:
            told = asyncio.run(retried(settings, ids or []))
    _tell(told, as_json=as_json)


@outbox.command()
def resolve(
    id_: Annotated[int, typer.Argument(metavar="ID", help="Which delivery.")],
    *,
    source_id: Annotated[
        str | None,
        typer.Option(
            help="By which the agency's system knows the case; for FILE, and for nothing else.",
            show_default=False,
        ),
    ] = None,
    database_url: DatabaseUrl = None,
    agencies: AgenciesFile = None,
    as_json: AsJson = False,
) -> None:
    """Say that a delivery is there, or was made by hand: one that is UNCERTAIN, DEAD or BY_HAND.

    Officers say so by `confirmDelivery`, which keeps who it was. Exit 1 if it does not wait for
    anybody, or if the id is another case's.
    """
    from gateway.cli.outboxing import resolved
    from gateway.cli.start import settled, told_plainly

    with told_plainly():
        settings, configured = settled(database_url=database_url, agencies=agencies)
        told = asyncio.run(resolved(settings, configured, id_, source_id))
    _tell([told], as_json=as_json)


@outbox.command()
def hold(*, database_url: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Have nothing delivered that is queued now: in a store that was just put back by `pg_restore`.

    `chikaya restore` needs no such word. Run it before anything else uses the store.
    """
    from gateway.cli.outboxing import held
    from gateway.cli.start import told_plainly
    from gateway.config import read_settings

    with told_plainly():
        account = asyncio.run(held(read_settings(database_url=database_url)))
    _account(account, as_json=as_json)


@outbox.command()
def reconcile(
    *,
    database_url: DatabaseUrl = None,
    agencies: AgenciesFile = None,
    as_json: AsJson = False,
) -> None:
    """Say that a store that was put back is in force, and ask the agencies what it does not know.

    What is held and is found there has arrived; the rest is tried again where that is safe, and is
    UNCERTAIN elsewhere. Cases there that carry a reference unknown here are told, and left alone. It
    may be run again. Exit 1 if any of those is told, if a delivery waits for a person or stays held,
    or if a source fails; exit 2 if nobody was asked.
    """
    from gateway.cli.reconciling import reconciled, told_of
    from gateway.cli.start import settled, told_plainly
    from gateway.telemetry import configure_log

    configure_log(as_json=False)
    with told_plainly():
        account = asyncio.run(reconciled(*settled(database_url=database_url, agencies=agencies)))
    told = told_of(account)
    if as_json:
        print_json(told)
    else:
        for name in ("since", *_COUNTS):
            print_line(name, told[name])
        for name in ("unknown", "not_asked"):
            for each in told[name]:
                print_line(name, "  ".join(str(value) for value in each.values()))
    if account.open:
        raise typer.Exit(1)


def _account(account: Mapping[str, int], *, as_json: bool) -> None:
    if as_json:
        print_json(dict(account))
    else:
        for name, value in account.items():
            print_line(name, value)


def _tell(told: "Sequence[Told]", *, as_json: bool) -> None:
    if as_json:
        print_json([{"id": each.id, "state": each.state, "refused": each.refused} for each in told])
    else:
        for each in told:
            typer.echo(f"{each.id}: {each.state or each.refused}")
    if any(each.refused for each in told):
        raise typer.Exit(1)
