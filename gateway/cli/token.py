"""`chikaya token`: ask as somebody else, on the embedded default."""

from typing import Annotated

import typer

from connectors.contract.records import AgencyCode
from gateway.cli.options import AgenciesFile
from resolvers.policy import Role


def token(
    *,
    role: Annotated[
        str,
        typer.Option(
            help="officer, supervisor, national-supervisor, call-centre, analyst, agency-system, "
            "admin or citizen."
        ),
    ],
    agency: Annotated[
        list[str] | None,
        typer.Option(
            help="The code of an agency that is served; several times for several. For officers, "
            "supervisors and agency systems.",
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(help="A name for this person; two names are two people. [default: the role]"),
    ] = None,
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="For how long it is good.")] = 60,
    agencies: AgenciesFile = None,
) -> None:
    """Print a token with which `chikaya serve` on this machine takes you for somebody else.

    Only on the embedded default: a server in production, or one that people sign in to by OIDC,
    takes no token of its own. For example:

    chikaya query --token "$(chikaya token --role officer --agency interior)" '{ viewer { role } }'
    """
    from gateway.auth.local import local_token
    from gateway.cli.start import fail, settled, told_plainly
    from gateway.keys import obtain
    from resolvers.policy import Viewer

    with told_plainly():
        settings, configured = settled(agencies=agencies)
        if settings.production:
            fail("production takes no tokens of its own: get one from your OIDC provider")
        if settings.oidc is not None:
            fail("CHIKAYA_OIDC_ISSUER is set: tokens come from there, and no others are taken")
        wanted = _role(role)
        codes = _agencies(wanted, agency or [])
        for code in sorted(codes - configured.agencies.keys()):
            # The demonstration's cities stand in no file.
            typer.echo(f'note: the registry has no agency "{code}"', err=True)
        keys = obtain(settings.keys, production=False)
    viewer = Viewer(wanted, subject or wanted.word, codes)
    typer.echo(local_token(keys, viewer, minutes=minutes))


def _role(word: str) -> Role:
    from gateway.config.mistakes import nearest

    roles = {role.word: role for role in Role if role is not Role.ANONYMOUS}
    if word not in roles:
        expected = ", ".join(roles)
        raise ValueError(f'--role: expected one of {expected}; came "{word}"{nearest(word, roles)}')
    return roles[word]


def _agencies(role: Role, codes: list[str]) -> frozenset[AgencyCode]:
    if role.serves_agencies and not codes:
        raise ValueError(f"--agency: expected for the role {role.word}, which serves some")
    if codes and not role.serves_agencies:
        raise ValueError(f"--agency: the role {role.word} serves none")
    return frozenset(map(AgencyCode, codes))
