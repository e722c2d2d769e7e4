"""Answer the contract's questions from a JSON case system, as its description says."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

from connectors.contract import CONTRACT_VERSION
from connectors.contract.capabilities import Capabilities, Exactness
from connectors.contract.connector import (
    Call,
    Connector,
    Environment,
    Explained,
    Filed,
    Filing,
    Move,
    Plugin,
    Response,
    Saying,
    Upload,
)
from connectors.contract.errors import BadData, NotFound
from connectors.contract.query import (
    Condition,
    ListQuestion,
    Order,
    Page,
    Selection,
    Total,
)
from connectors.contract.records import Complaint
from connectors.rest.acting import Acting, promised, stands
from connectors.rest.answers import Answers
from connectors.rest.children import ChildMapping
from connectors.rest.client import Client
from connectors.rest.explaining import explained
from connectors.rest.fetching import Fetching, included
from connectors.rest.filtering import Filtering
from connectors.rest.listing import Listing, Stretch
from connectors.rest.mapping import CaseMapping
from connectors.rest.options import RestOptions
from connectors.rest.paging import place_of
from connectors.rest.promises import promises
from connectors.rest.sending import Pairs, parameters
from connectors.rest.statuses import Statuses
from connectors.rest.values import Notes
from connectors.translate import already_sent


class RestConnector:
    """One described system."""

    def __init__(
        self,
        options: RestOptions,
        environment: Environment,
        *,
        capabilities: Capabilities | None = None,
    ) -> None:
        """Speak to the system of `options`; nothing is asked of it yet.

        `capabilities` promise less than the description would; what they leave out is not told.
        """
        self.capabilities = capabilities or promises(options)
        self.notes = Notes(environment.source)
        """What it said that nobody could read or translate."""
        self._options = options
        self._environment = environment
        statuses = Statuses(options.statuses, self.notes)
        self._client = Client(options, environment.open_http, environment.now)
        cases = CaseMapping(options, environment.source, environment.agencies, statuses, self.notes)
        self._cases = cases
        self._filtering = Filtering(options, statuses, environment.agencies)
        children = ChildMapping(options, statuses, self.notes)
        self._fetching = Fetching(options, self._client, cases, children, self.notes)
        id_path = options.record.id.path or "$"
        self._listing = Listing(options.lists, id_path, self._client, self.notes)
        self._acting = Acting(options, self._client)

    async def list(self, question: ListQuestion, call: Call) -> Page:
        """One page, by a place in the source's own pages."""
        self.capabilities.refuse_undeclared(question)
        as_of = self._environment.now()
        start = None if question.token is None else place_of(question.token)
        asked = self._filtering.asked(question.where)
        selection = self._told(question.selection, question.order)
        carries: dict[str, tuple[str, ...]] = {}

        def told(case: Any) -> Complaint:
            record = self._fetching.told(case, selection, as_of)
            if selection.carried:
                carries[record.origin.source_id] = self._cases.carries(case)
            return record

        stretch = Stretch(total=0)
        if not asked.nothing:
            stretch = await self._listing.read(
                start,
                question.limit,
                params=[*asked.params, *self._parameters(question)],
                order=question.order,
                told=told,
                call=call,
            )
        rest = stretch.next
        total = stretch.total if question.selection.total else None
        return Page(
            records=tuple(stretch.rows),
            more=rest is not None,
            as_of=as_of,
            applied=question.where,
            next_token=None if rest is None else rest.token(),
            total=None if total is None else self._total(total, question.where),
            carries=carries,
        )

    async def get(
        self, ids: Sequence[str], selection: Selection, call: Call
    ) -> Mapping[str, Complaint]:
        """The cases behind `ids`, with what is selected of each."""
        wanted = tuple(dict.fromkeys(ids))
        self.capabilities.refuse_undeclared_get(wanted, selection)
        how = promised(self._options.get)
        selection = self._told(selection, None)
        return await self._fetching.read(how, wanted, selection, self._environment.now(), call)

    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        """Enter a case, unless an earlier attempt at the same is found."""
        self.capabilities.refuse_undeclared_filing()
        return await self._acting.file(filing, key, call)

    async def filed(self, token: str, call: Call) -> Filed:  # noqa: ARG002 - no token is ever given
        """Nothing: described systems give an id at once. Raises `NotFound`."""
        self.capabilities.refuse_undeclared_filing()
        raise NotFound("the source gives no tokens")

    async def find(self, filing: Filing, call: Call) -> str | None:
        """The case that carries our reference; None if none shows."""
        self.capabilities.refuse_undeclared_search()
        return await self._acting.find(filing, call)

    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        """Add a message. Raises `NotSupported` for a visibility that is not described."""
        self.capabilities.refuse_undeclared_saying(saying.visibility)
        self._refuse_impossible(source_id)
        await self._acting.say(source_id, saying, key, call)

    async def move(self, source_id: str, move: Move, *, key: str, call: Call) -> None:
        """Change the status, and look whether the case stands there."""
        self.capabilities.refuse_undeclared_move(move.status)
        how = promised(self._options.get)
        self._refuse_impossible(source_id)
        await self._acting.move(source_id, move, key, call)
        with already_sent():
            seen = await self._fetching.read(
                how, [source_id], Selection(), self._environment.now(), call
            )
        if source_id not in seen:
            raise BadData("the source took a change of a case, and does not know the case")
        stands(seen[source_id].status, move.status)

    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        """Add a file to a case."""
        self.capabilities.refuse_undeclared_upload()
        self._refuse_impossible(source_id)
        await self._acting.attach(source_id, upload, key, call)

    def explain(self, source_id: str, answer: Response) -> Sequence[Explained]:
        """How the fields of a case come to be of `answer`, rule by rule."""
        said = Answers(self._options.errors, self._options.charset).leniently(answer)
        return explained(self._options, source_id, said)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _parameters(self, question: ListQuestion) -> Pairs:
        """What asks for the order, the children and the total."""
        listed = self._options.lists
        said: list[tuple[str, str]] = []
        if question.order is not None:
            ordering = listed.orders[question.order.by.name][question.order.direction]  # type: ignore[index]
            said += parameters(ordering.query, {})
        if question.selection.total and listed.total is not None:
            said += parameters(listed.total.query, {})
        told = self._options.children.told()
        return [*said, *included(told[child] for child in question.selection.children)]

    def _total(self, count: int, where: Collection[Condition]) -> Total:
        how = {self.capabilities.total, *(self.capabilities.supports(each) for each in where)}
        return Total(count, exact=how == {Exactness.EXACT})

    def _told(self, selection: Selection, order: Order | None) -> Selection:
        """What of `selection` is promised; in an order, what is ordered by too."""
        fields = selection.fields | ({order.by.value} if order is not None else set())
        return dataclasses.replace(selection, fields=fields & self.capabilities.fields)

    def _refuse_impossible(self, source_id: str) -> None:
        if not self._fetching.possible(source_id):
            raise NotFound("the source can hold no case of that id", sent=False)


def _open(options: BaseModel, environment: Environment) -> Connector:
    checked = RestOptions.model_validate(options)
    strangers = checked.agency_codes - set(environment.agencies)
    if strangers:
        raise ValueError(
            f'source "{environment.source}", options.record.agency: '
            f"{', '.join(sorted(strangers))} must be agencies that name this source"
        )
    return RestConnector(checked, environment)


PLUGIN: Final = Plugin(name="rest", contract=CONTRACT_VERSION, options=RestOptions, open=_open)
