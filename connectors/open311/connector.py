"""Answer the contract's questions from a city that speaks GeoReport v2."""

import asyncio
import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

from msgspec.structs import replace
from pydantic import BaseModel

from connectors.contract import CONTRACT_VERSION
from connectors.contract.capabilities import Capabilities
from connectors.contract.connector import Call, Connector, Environment, Filed, Filing, Plugin
from connectors.contract.errors import (
    BadData,
    ConnectorError,
    NotFound,
    NotSupported,
    SourceTimeout,
)
from connectors.contract.query import Child, Direction, ListQuestion, Page, Selection
from connectors.contract.records import Complaint, Service, ServiceAttribute
from connectors.open311.client import GeoReport, Search
from connectors.open311.history import History
from connectors.open311.mapping import Mapping311
from connectors.open311.options import Open311Options
from connectors.open311.promises import promises
from connectors.open311.questions import attributes, form
from connectors.open311.reference import carries
from connectors.open311.rows import Places
from connectors.open311.searching import Asked, asked
from connectors.open311.shapes import Receipt, Request, claim, text
from connectors.open311.statuses import Statuses
from connectors.open311.updates import Updates

_A_DAY: Final = timedelta(days=1)


class Open311Connector:
    """One endpoint, read in windows of time and written by form."""

    def __init__(
        self,
        options: Open311Options,
        environment: Environment,
        *,
        capabilities: Capabilities | None = None,
    ) -> None:
        """Speak to the endpoint of `options`; nothing is asked of it yet.

        `capabilities` promise less than the options would; what they leave out is not told.
        """
        self._options = options
        self._environment = environment
        self._statuses = Statuses(
            environment.source,
            extended=options.extended_statuses,
            own=options.statuses,
            marks_duplicates=options.extensions,
        )
        self._mapping = Mapping311(
            options, environment.source, environment.agencies, self._statuses
        )
        self.capabilities = capabilities or promises(options, self._statuses)
        self._client = GeoReport(options, environment.open_http(options.base_url))
        self._history = History(
            options,
            self._client,
            Places(environment.source, options.zone),
            source=environment.source,
            now=environment.now,
        )
        self._updates = Updates(options, self._client, self._statuses, now=environment.now)

    async def list(self, question: ListQuestion, call: Call) -> Page:
        """One page, newest first unless asked otherwise."""
        self.capabilities.refuse_undeclared(question)
        _refuse_what_is_late(call)
        as_of = self._environment.now()
        wanted = asked(question.where, self._options, self._statuses)
        after = question.after
        if wanted.nothing or (after is not None and after.at is None):
            # Every request has a time: none stands among those without.
            return Page(records=(), more=False, as_of=as_of, applied=question.where)
        forward = question.order is not None and question.order.direction is Direction.ASC
        read = self._history.oldest_first if forward else self._history.newest_first
        stretch = await read(wanted, after, question.limit, call)
        selection = self._told(question.selection, in_order=question.order is not None)
        return Page(
            records=tuple(
                self._mapping.complaint(row.request, row.id, selection, as_of)
                for row in stretch.rows
            ),
            more=stretch.more,
            as_of=as_of,
            applied=question.where,
        )

    async def get(
        self, ids: Sequence[str], selection: Selection, call: Call
    ) -> Mapping[str, Complaint]:
        """The cases behind `ids`, by one call, and by few more if messages are selected."""
        wanted = tuple(dict.fromkeys(ids))
        self._refuse_undeclared_get(wanted, selection)
        _refuse_what_is_late(call)
        as_of = self._environment.now()
        selection = self._told(selection)
        found = await self._requests(wanted, call)
        cases = {
            source_id: self._mapping.complaint(request, source_id, selection, as_of)
            for source_id, request in found.items()
        }
        told = {Child.MESSAGES, Child.EVENTS} - self.capabilities.children
        if cases and selection.children & told:
            children = await self._updates.children(found, selection.children & told, call)
            cases = {
                source_id: replace(case, **children[source_id]) for source_id, case in cases.items()
            }
        return cases

    async def services(self, call: Call) -> Sequence[Service]:
        """All services, without their questions."""
        self._refuse_services()
        offered = map(self._mapping.service, await self._client.services(call))
        return tuple({each.code: each for each in offered if each is not None}.values())

    async def attributes(self, code: str, call: Call) -> Sequence[ServiceAttribute]:
        """The questions of one service. Raises `NotFound`."""
        self._refuse_services()
        return await self._attributes(code, call)

    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:  # noqa: ARG002 - GeoReport has no place for it
        """Enter a case, unless an earlier attempt that carries our reference is found."""
        self._refuse_filings()
        _refuse_what_is_late(call)
        try:
            earlier = await self._filed_before(filing, call)
            questions = await self._questions(filing, call)
        except ConnectorError as unready:
            # Nothing of the filing itself was sent.
            unready.sent = False
            raise
        if earlier is not None:
            return Filed(source_id=earlier)
        said = form(filing, questions, self._options.reference_in)
        return _filed(await self._client.file(said, call))

    async def filed(self, token: str, call: Call) -> Filed:
        """What became of a filing that got a token. Raises `NotFound`."""
        self._refuse_filings()
        receipt = await self._client.token(token, call)
        return _filed(Receipt(receipt.service_request_id, receipt.token or token))

    async def probe(self, call: Call) -> None:
        """Return if the city lists its services."""
        await self._client.services(call)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _requests(self, ids: Sequence[str], call: Call) -> dict[str, Request]:
        """The requests by id; unknown ones are absent."""
        if not ids:
            return {}
        if len(ids) > 1 and any("," in each for each in ids):
            return await self._halves(ids, call)
        try:
            told = await self._client.requests_by_id(ids, call)
        except NotFound:
            # One unknown id hides the others at some cities.
            return await self._halves(ids, call) if len(ids) > 1 else {}
        found = {text(request.service_request_id): request for request in told}
        return {each: found[each] for each in ids if each in found}

    async def _halves(self, ids: Sequence[str], call: Call) -> dict[str, Request]:
        middle = len(ids) // 2
        first = await self._requests(ids[:middle], call)
        return first | await self._requests(ids[middle:], call)

    async def _filed_before(self, filing: Filing, call: Call) -> str | None:
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

    async def _attributes(self, code: str, call: Call) -> Sequence[ServiceAttribute]:
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
            return await self._attributes(filing.service_code, call)
        except NotFound:
            # Whether it takes the filing all the same is for the city to say.
            return ()

    def _told(self, selection: Selection, *, in_order: bool = False) -> Selection:
        """What of `selection` is promised; in an order, what the next page is asked for by too."""
        fields = selection.fields | ({"created_at"} if in_order else set())
        return dataclasses.replace(selection, fields=fields & self.capabilities.fields)

    def _refuse_undeclared_get(self, ids: Collection[str], selection: Selection) -> None:
        declared = self.capabilities.get
        if declared is None or len(ids) > declared.max_batch:
            raise NotSupported(f"a get of {len(ids)} ids was asked of a source that takes fewer")
        if undeclared := selection.children - declared.children:
            names = ", ".join(sorted(undeclared))
            raise NotSupported(f"a get of {names} was asked of a source that does not declare it")

    def _refuse_services(self) -> None:
        if not self.capabilities.services:
            raise NotSupported("services were asked of a source that does not declare them")

    def _refuse_filings(self) -> None:
        if self.capabilities.files is None:
            raise NotSupported("a filing was given to a source that does not declare it")


def _filed(receipt: Receipt) -> Filed:
    source_id, token = text(receipt.service_request_id), text(receipt.token)
    if source_id is None and token is None:
        raise BadData("the source answers a filing with neither an id nor a token")
    return Filed(source_id=source_id, token=token)


def _refuse_what_is_late(call: Call) -> None:
    if call.deadline <= asyncio.get_running_loop().time():
        raise SourceTimeout("no time was left for the source", sent=False)


def _open(options: BaseModel, environment: Environment) -> Connector:
    checked = Open311Options.model_validate(options)
    strangers = set(checked.agency_names.values()) - set(environment.agencies)
    if strangers:
        raise ValueError(
            f'source "{environment.source}", options.agency_names: '
            f"{', '.join(sorted(strangers))} must be agencies that name this source"
        )
    return Open311Connector(checked, environment)


PLUGIN: Final = Plugin(
    name="open311", contract=CONTRACT_VERSION, options=Open311Options, open=_open
)
