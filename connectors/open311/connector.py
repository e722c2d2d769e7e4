"""Answer the contract's questions from a city that speaks GeoReport v2."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace
from pydantic import BaseModel

from connectors.contract import CONTRACT_VERSION
from connectors.contract.capabilities import Capabilities
from connectors.contract.connector import (
    Call,
    Connector,
    Environment,
    Filed,
    Filing,
    Move,
    Plugin,
    Saying,
)
from connectors.contract.query import Child, Direction, ListQuestion, Page, Selection
from connectors.contract.records import Complaint, Service, ServiceAttribute
from connectors.open311.acts import Acts
from connectors.open311.client import GeoReport
from connectors.open311.filings import Filings
from connectors.open311.history import History
from connectors.open311.mapping import Mapping311
from connectors.open311.options import Open311Options
from connectors.open311.promises import promises
from connectors.open311.reference import carried
from connectors.open311.requests import requests_by_id
from connectors.open311.rows import Places
from connectors.open311.searching import asked
from connectors.open311.statuses import Statuses
from connectors.open311.updates import Updates


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
        self._filings = Filings(options, self._client, self._history)
        self._acts = Acts(options, self._client, self._statuses, now=environment.now)
        self._updates = Updates(options, self._client, self._statuses, now=environment.now)

    async def list(self, question: ListQuestion, call: Call) -> Page:
        """One page, newest first unless asked otherwise."""
        self.capabilities.refuse_undeclared(question)
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
            carries={
                row.id: carried(row.request, self._options.reference_in)
                for row in stretch.rows
                if question.selection.carried
            },
        )

    async def get(
        self, ids: Sequence[str], selection: Selection, call: Call
    ) -> Mapping[str, Complaint]:
        """The cases behind `ids`, by one call, and by few more if messages are selected."""
        wanted = tuple(dict.fromkeys(ids))
        self.capabilities.refuse_undeclared_get(wanted, selection)
        as_of = self._environment.now()
        selection = self._told(selection)
        found = await requests_by_id(self._client, wanted, call)
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
        self.capabilities.refuse_undeclared_services()
        offered = map(self._mapping.service, await self._client.services(call))
        return tuple({each.code: each for each in offered if each is not None}.values())

    async def attributes(self, code: str, call: Call) -> Sequence[ServiceAttribute]:
        """The questions of one service. Raises `NotFound`."""
        self.capabilities.refuse_undeclared_services()
        return await self._filings.attributes(code, call)

    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:  # noqa: ARG002 - GeoReport has no place for it
        """Enter a case, unless an earlier attempt that carries our reference is found."""
        self.capabilities.refuse_undeclared_filing()
        return await self._filings.file(filing, call)

    async def filed(self, token: str, call: Call) -> Filed:
        """What became of a filing that got a token. Raises `NotFound`."""
        self.capabilities.refuse_undeclared_filing()
        return await self._filings.filed(token, call)

    async def find(self, filing: Filing, call: Call) -> str | None:
        """The request that carries our reference; None if none shows."""
        self.capabilities.refuse_undeclared_search()
        return await self._filings.filed_before(filing, call)

    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        """Post an update; cities publish theirs, so only public messages are taken."""
        self.capabilities.refuse_undeclared_saying(saying.visibility)
        await self._acts.say(source_id, saying, key=key, call=call)

    async def move(self, source_id: str, move: Move, *, key: str, call: Call) -> None:
        """Post an update with the status, and read the request again."""
        self.capabilities.refuse_undeclared_move(move.status)
        await self._acts.move(source_id, move, key=key, call=call)

    async def probe(self, call: Call) -> None:
        """Return if the city lists its services."""
        await self._client.services(call)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def moves_astray(self) -> Sequence[str]:
        """The statuses whose code for a move means another one when it is read again."""
        meaning, moves = self._statuses.meaning, self._options.moves
        return sorted(status for status, code in moves.items() if meaning(code) is not status)

    def _told(self, selection: Selection, *, in_order: bool = False) -> Selection:
        """What of `selection` is promised; in an order, what the next page is asked for by too."""
        fields = selection.fields | ({"created_at"} if in_order else set())
        return dataclasses.replace(selection, fields=fields & self.capabilities.fields)


def _open(options: BaseModel, environment: Environment) -> Connector:
    checked = Open311Options.model_validate(options)
    strangers = set(checked.agency_names.values()) - set(environment.agencies)
    if strangers:
        raise ValueError(
            f'source "{environment.source}", options.agency_names: '
            f"{', '.join(sorted(strangers))} must be agencies that name this source"
        )
    connector = Open311Connector(checked, environment)
    if astray := connector.moves_astray():
        raise ValueError(
            f'source "{environment.source}", options.moves: {", ".join(astray)} would be read as '
            "another status; see options.statuses and options.extended_statuses"
        )
    return connector


PLUGIN: Final = Plugin(
    name="open311", contract=CONTRACT_VERSION, options=Open311Options, open=_open
)
