"""Where filings are taken, over a small administration."""

import asyncio

from resolvers.agencies import Agencies
from resolvers.complaints import Engine
from resolvers.filing import Filings
from resolvers.flood import FilingLimit
from resolvers.ports import Ledger
from resolvers.questions import Questions


def filings_over(engine: Engine, ledger: Ledger, *, per_minute: int = 1000) -> Filings:
    """Takes filings into `ledger` for the agencies that `engine` knows."""
    return Filings(
        engine.registry,
        ledger,
        engine.opening.codes,
        questions=Questions(Agencies(engine.registry, engine.askers)),
        limit=FilingLimit(per_minute),
    )


def soon() -> float:
    return asyncio.get_running_loop().time() + 30
