"""Enter filings into a city, once each where the city lets us look for an earlier attempt."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from connectors.contract.connector import Call, Filed, Filing
from connectors.contract.errors import BadData, NotFound
from connectors.contract.records import ServiceAttribute
from connectors.open311.client import GeoReport, Search
from connectors.open311.history import History
from connectors.open311.options import Open311Options
from connectors.open311.questions import attributes, form
from connectors.open311.reference import carries
from connectors.open311.searching import Asked
from connectors.open311.shapes import Receipt, claim, text
from connectors.translate import nothing_sent

_A_DAY: Final = timedelta(days=1)


class Filings:
    """What one city takes, and what it asks of whoever files."""

    def __init__(self, options: Open311Options, client: GeoReport, history: History) -> None:
        """File by `client`; look for earlier attempts in `history`."""
        self._options = options
        self._client = client
        self._history = history

    async def file(self, filing: Filing, call: Call) -> Filed:
        """Enter a case, unless an earlier attempt that carries our reference is found."""
        with nothing_sent():
            earlier = await self.filed_before(filing, call)
            questions = await self._questions(filing, call)
        if earlier is not None:
            return Filed(source_id=earlier)
        said = form(filing, questions, self._options.reference_in)
        return _filed(await self._client.file(said, call))

    async def filed(self, token: str, call: Call) -> Filed:
        """What became of a filing that got a token. Raises `NotFound`."""
        receipt = await self._client.token(token, call)
        return _filed(Receipt(receipt.service_request_id, receipt.token or token))

    async def filed_before(self, filing: Filing, call: Call) -> str | None:
        """The id of a request that carries our reference; None if none shows, or none can."""
        where = self._options.reference_in
        if where is None:
            return None
        looked_for = Asked(
            search=Search(service_code=filing.service_code),
            since=filing.filed_at - _A_DAY,
            keeps=(lambda row: carries(row.request, filing.reference, where),),
        )
        found = await self._history.newest_first(looked_for, None, 1, call)
        return found.rows[0].id if found.rows else None

    async def attributes(self, code: str, call: Call) -> Sequence[ServiceAttribute]:
        """The questions of one service. Raises `NotFound`."""
        try:
            return attributes(await self._client.definition(code, call))
        except NotFound:
            # Services that ask nothing need not have a definition.
            offered = await self._client.services(call)
            if any(
                text(each.service_code) == code and not claim(each.metadata) for each in offered
            ):
                return ()
            raise

    async def _questions(self, filing: Filing, call: Call) -> Sequence[ServiceAttribute]:
        """The service's questions, if there are answers: their types say how answers are written."""
        if not filing.attributes or filing.service_code is None:
            return ()
        try:
            return await self.attributes(filing.service_code, call)
        except NotFound:
            # Whether it takes the filing all the same is for the city to say.
            return ()


def _filed(receipt: Receipt) -> Filed:
    source_id, token = text(receipt.service_request_id), text(receipt.token)
    if source_id is None and token is None:
        raise BadData("the source answers a filing with neither an id nor a token")
    return Filed(source_id=source_id, token=token)
