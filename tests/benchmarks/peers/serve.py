"""Serve for the harness: it says by DATABASE_URL, UPSTREAM and PORT where things are."""

import json
import os
import sys
from pathlib import Path

from tests.benchmarks.peers.words import registry
from tests.gateway.auth.provider import AUDIENCE


def main(folder: Path, issuer: str) -> None:
    """Become the server, with what it reads in `folder`."""
    agencies = folder / "agencies.yaml"
    lifetime = float(os.environ.get("PEERS_LIFETIME", "0"))
    told = registry(os.environ["UPSTREAM"], lifetime=lifetime)
    agencies.write_text(json.dumps(told), encoding="utf-8")
    settings = {
        "CHIKAYA_ENV": "production",
        "CHIKAYA_DATABASE_URL": os.environ["DATABASE_URL"],
        "CHIKAYA_AGENCIES": str(agencies),
        "CHIKAYA_KEYS": str(folder / "keys"),
        "CHIKAYA_FILES": str(folder / "files"),
        "CHIKAYA_PORT": os.environ["PORT"],
        "CHIKAYA_OIDC_ISSUER": issuer,
        "CHIKAYA_OIDC_AUDIENCE": AUDIENCE,
    }
    command = [sys.executable, "-c", "from gateway.cli import main; main()", "serve"]
    os.execve(sys.executable, command, os.environ | settings)  # noqa: S606 - it is us


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
