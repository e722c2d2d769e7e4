"""Ask one source as the gateway would, and keep the requests, the answers and what came of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from connectors.contract.connector import Call, Connector, Explained, Explains, Gets
from connectors.contract.errors import ConnectorError
from connectors.contract.query import SELECTABLE, Child, ListQuestion, Order, Selection
from connectors.contract.records import AgencyCode, Complaint
from gateway.config import SourceConfig
from gateway.sources import open_connector, way_out
from gateway.trying.acts import Wish, act
from gateway.trying.recording import Exchange, Recorder, Withheld


@dataclass(frozen=True, slots=True)
class Case:
    """A case that came, and how."""

    complaint: Complaint
    explained: Sequence[Explained] = ()
    """Empty if the connector cannot say."""


@dataclass(slots=True)
class Trial:
    """What was asked, and what came of it."""

    cases: list[Case] = field(default_factory=list)
    more: bool = False
    """Whether the source has more cases than were asked for."""
    exchanges: Sequence[Exchange] = ()
    begun: int = 0
    """The number of the first exchange that is the act's."""
    error: ConnectorError | None = None
    """What ended it early."""


async def tried(
    config: SourceConfig, agency: AgencyCode, *, count: int, seconds: float, wish: Wish | None
) -> Trial:
    """The first `count` cases of a source, one of them whole, and the request of the wish.

    Raises `ValueError` for a wish that the source cannot be asked.
    """
    recorder = Recorder(way_out(config))
    connector = open_connector(config, recorder.open)
    trial = Trial(exchanges=recorder.exchanges)
    call = Call(deadline=asyncio.get_running_loop().time() + seconds)
    try:
        await _read(connector, trial, count, call)
        trial.begun = len(recorder.exchanges)
        if wish is not None:
            _refuse_what_goes_unseen(recorder)
            recorder.only_reads = True
            first = trial.cases[0].complaint.origin.source_id if trial.cases else None
            await act(connector, wish, agency, wish.case or first, call)
    except Withheld:
        pass
    except ConnectorError as error:
        trial.error = error
    finally:
        await connector.aclose()
    return trial


def _refuse_what_goes_unseen(recorder: Recorder) -> None:
    # What does not go out by our way would be done, and not shown.
    if not recorder.exchanges:
        raise ValueError("this connector sends nothing over HTTP: an act of it cannot be withheld")


async def _read(connector: Connector, trial: Trial, count: int, call: Call) -> None:
    can = connector.capabilities
    question = ListQuestion(
        where=(),
        order=next((order for order in (Order(), *can.orders) if order in can.orders), None),
        selection=Selection(fields=SELECTABLE, children=can.children, internal=True),
        limit=min(count, can.max_page),
    )
    page = await connector.list(question, call)
    trial.more = page.more
    trial.cases = [_case(connector, record, trial.exchanges) for record in page.records]
    if page.records and isinstance(connector, Gets) and can.get is not None:
        await _read_whole(connector, trial, can.get.children, call)


async def _read_whole(
    connector: Connector, trial: Trial, children: frozenset[Child], call: Call
) -> None:
    """The first case once more, with all that only a get brings."""
    assert isinstance(connector, Gets)  # noqa: S101 - the caller looked
    source_id = trial.cases[0].complaint.origin.source_id
    selection = Selection(fields=SELECTABLE, children=children, internal=True)
    begun = len(trial.exchanges)
    found = await connector.get([source_id], selection, call)
    if source_id in found:
        whole = _case(connector, found[source_id], trial.exchanges[begun:])
        explained = whole.explained or trial.cases[0].explained
        trial.cases[0] = replace(whole, explained=explained)


def _case(connector: Connector, record: Complaint, exchanges: Sequence[Exchange]) -> Case:
    if not isinstance(connector, Explains):
        return Case(record)
    for exchange in exchanges:
        if exchange.answer is not None:
            explained = connector.explain(record.origin.source_id, exchange.answer)
            if explained:
                return Case(record, explained)
    return Case(record)
