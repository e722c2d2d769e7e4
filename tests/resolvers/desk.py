"""Where filings are taken, over a small administration."""

import asyncio
from collections.abc import Collection, Mapping

from connectors.contract.records import utc_now
from connectors.contract.uploads import KeptUpload
from resolvers.agencies import Agencies
from resolvers.complaints import Engine
from resolvers.filing import Filings
from resolvers.flood import FilingLimit
from resolvers.ports import Ledger
from resolvers.questions import Questions
from resolvers.uploads.claiming import Claiming
from resolvers.uploads.limits import AttachmentLimits


class AnyFiles:
    """Where a picture was sent under every id."""

    async def find_all(self, ids: Collection[str]) -> Mapping[str, KeptUpload]:
        return {each: KeptUpload(each, "a.png", "image/png", 1, each, utc_now()) for each in ids}


def filings_over(engine: Engine, ledger: Ledger, *, per_minute: int = 1000) -> Filings:
    """Takes filings into `ledger` for the agencies that `engine` knows."""
    return Filings(
        engine.registry,
        ledger,
        engine.opening.codes,
        questions=Questions(Agencies(engine.registry, engine.askers)),
        claiming=Claiming(AnyFiles(), AttachmentLimits()),
        limit=FilingLimit(per_minute),
    )


def soon() -> float:
    return asyncio.get_running_loop().time() + 30
