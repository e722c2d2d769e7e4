"""Race our server against others in a harness: `just bench-peers [ARGUMENTS OF THE HARNESS]`.

The harness is the program `bench` in the folder PEERS_DIR, or in `../shared/peers`; it must be set up.
Ours runs by itself, one process, on the production profile: tokens of an issuer on loopback, signed
and on every request, policy, limits and the log as JSON.
"""

import argparse
import json
import os
import secrets
import shlex
import subprocess
import sys
import tempfile
from base64 import b64encode
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from shutil import copyfile

from resolvers.policy import Role
from tests.benchmarks.peers.words import PROBED, answers
from tests.clients.serving import serving
from tests.gateway.auth.provider import Provider

HERE = Path(__file__).parent
LONG = 6 * 3600
"""Seconds that the token is good for: as long as any race."""


def main() -> None:
    """Hand everything to the harness, and end as it does."""
    peers = Path(os.environ.get("PEERS_DIR", HERE.parents[3] / "shared" / "peers"))
    bench = peers / "bench"
    if not bench.exists():
        raise SystemExit(f"there is no {bench}: say by PEERS_DIR where the harness is")
    provider = Provider()
    with tempfile.TemporaryDirectory() as name, serving(provider.app) as url:
        provider.url = url
        folder = Path(name)
        _write(folder, peers, _count(sys.argv[1:]))
        claims = provider.claims()
        roles = {"roles": [f"chikaya-{Role.NATIONAL_SUPERVISOR.word}"]}
        token = provider.token(sub="racer", realm_access=roles, exp=claims["iat"] + LONG)
        python = shlex.quote(sys.executable)
        given = [
            "--ours-fill",
            f"{python} -m tests.benchmarks.peers.fill",
            "--ours-cmd",
            f"{python} -m tests.benchmarks.peers.serve {shlex.quote(name)} {shlex.quote(url)}",
            "--ours-queries",
            name,
            "--ours-header",
            f"Authorization: Bearer {token}",
        ]
        ended = subprocess.run([bench, *given, *sys.argv[1:]], check=False)
    raise SystemExit(ended.returncode)


def _count(arguments: list[str]) -> int:
    """How many cases the harness is told to make up."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--n", type=int, default=100_000)
    count: int = parser.parse_known_args(arguments)[0].n
    return count


def _write(folder: Path, peers: Path, count: int) -> None:
    """What our server and the harness read."""
    for path in HERE.glob("*.graphql"):
        copyfile(path, folder / path.name)
    (folder / "keys").write_text(
        "".join(
            f"{name}: {b64encode(secrets.token_bytes(32)).decode()}\n"
            for name in ("cursors", "tracking_codes")
        )
    )
    (folder / "keys").chmod(0o600)
    told = answers(_references(peers, count))
    (folder / "answers.json").write_text(json.dumps(told), encoding="utf-8")


def _references(peers: Path, count: int) -> list[str]:
    """Those that the harness asks for, of so many cases, as it makes them up."""
    spec = spec_from_file_location("gen", peers / "store" / "gen.py")
    assert spec is not None and spec.loader is not None  # noqa: PT018 - both or neither
    made_up = module_from_spec(spec)
    spec.loader.exec_module(made_up)
    step = max(1, count // PROBED)
    return [made_up.row(number)[3][1] for number in range(step, count + 1, step)][:PROBED]


if __name__ == "__main__":
    main()
