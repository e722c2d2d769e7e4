"""`chikaya check`: everything that would stop or hamper a start, at once."""

import asyncio
from dataclasses import dataclass

import typer

from gateway.cli.options import AgenciesFile, AsJson, DatabaseUrl, print_json


@dataclass(frozen=True, slots=True)
class _Finding:
    what: str
    faults: list[str]


def check(
    database_url: DatabaseUrl = None, agencies: AgenciesFile = None, *, as_json: AsJson = False
) -> None:
    """Check settings, keys, agencies.yaml and the database; exit 1 if something must be mended.

    Agencies' systems are not asked: one that is down never stops a start.
    """
    from gateway.cli.start import settled
    from gateway.config import ConfigError
    from gateway.keys import obtain

    try:
        settings, configured = settled(database_url=database_url, agencies=agencies)
        obtain(settings.keys, production=settings.production)
    except ConfigError as error:
        findings = [_Finding("configuration", str(error).splitlines())]
    else:
        known = f"{len(configured.agencies)} agencies"
        findings = [_Finding(f"configuration ({known})", [])]
        findings.append(_Finding("database", asyncio.run(_database(settings.database_url))))
    if as_json:
        print_json({each.what: each.faults for each in findings})
    else:
        for each in findings:
            typer.echo(f"{'FAULT' if each.faults else 'ok':<6}{each.what}")
            for fault in each.faults:
                typer.echo(f"      {fault}")
    if any(each.faults for each in findings):
        raise typer.Exit(1)


async def _database(url: str) -> list[str]:
    from connectors.contract.errors import ConnectorError
    from connectors.store import Store

    try:
        # Looking must work beside a server, which alone may write.
        store = await Store.open(url, writes=False)
    except (ConnectorError, ValueError, OSError) as error:
        return [str(error)]
    try:
        faults = await store.faults()
        waiting = await store.pending_migrations()
        if waiting:
            faults.append(f"not migrated ({', '.join(waiting)}): run `chikaya migrate`")
        return faults
    finally:
        await store.aclose()
