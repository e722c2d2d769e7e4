"""The command `chikaya`: one file per subcommand, each importing what it needs when it runs."""

import typer

from gateway.cli.agencies import agencies
from gateway.cli.audit import audit
from gateway.cli.backup import backup, restore
from gateway.cli.check import check
from gateway.cli.connector import connector
from gateway.cli.explain import explain
from gateway.cli.letters import letters
from gateway.cli.migrate import migrate
from gateway.cli.outbox import outbox
from gateway.cli.query import query
from gateway.cli.schema import schema
from gateway.cli.seed import seed
from gateway.cli.serve import serve
from gateway.cli.status import status
from gateway.cli.sync import sync
from gateway.cli.token import token
from gateway.cli.trying import try_agency
from gateway.cli.work import work

main = typer.Typer(
    name="chikaya",
    help="One GraphQL graph over the complaint systems of a whole administration.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    # Square brackets in help texts name settings; rich would take them for markup.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in (
    serve,
    work,
    status,
    check,
    schema,
    explain,
    agencies,
    migrate,
    backup,
    restore,
    seed,
    sync,
    query,
    token,
):
    main.command()(_command)
main.command(name="try")(try_agency)
main.add_typer(connector)
main.add_typer(audit)
main.add_typer(outbox)
main.add_typer(letters)
