"""Serve complaints held in memory, obeying just the capabilities it was given.

Full, it shows every feature of the contract; with weaker capabilities it stands in tests for any
source one may meet.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final
from zlib import crc32

from msgspec.structs import replace
from pydantic import BaseModel

from connectors.contract import CONTRACT_VERSION
from connectors.contract.capabilities import (
    Capabilities,
    Exactness,
    Idempotency,
    Paging,
)
from connectors.contract.connector import (
    Call,
    Connector,
    Environment,
    Filed,
    Filing,
    Move,
    Plugin,
    Saying,
    Upload,
)
from connectors.contract.errors import (
    NotFound,
    Rejected,
    SourceTimeout,
)
from connectors.contract.query import (
    Child,
    Condition,
    ListQuestion,
    Page,
    Selection,
    Total,
    key_of,
)
from connectors.contract.records import Complaint, Service, ServiceAttribute, SourceId, utc_now
from connectors.memory.acts import Acts
from connectors.memory.client import complaints_in
from connectors.memory.full import FULL
from connectors.memory.mapping import complaint_of, selected
from connectors.memory.options import MemoryOptions

Before = Callable[[str, object], Awaitable[None]]
"""Awaited before every call with the verb's name and what was asked; may fail, wait or count."""

_DEFAULT_SOURCE: Final = SourceId("memory")


class MemoryConnector:
    """A source whose complaints are Python objects.

    A filter declared APPROXIMATE lets some rows through that do not meet it; a total declared
    APPROXIMATE is too high; a source that pages by token or not at all cannot be asked for keys.
    """

    def __init__(
        self,
        records: Iterable[Complaint] = (),
        *,
        capabilities: Capabilities = FULL,
        services: Iterable[Service] = (),
        source: SourceId = _DEFAULT_SOURCE,
        before: Before | None = None,
        read: Callable[[], Awaitable[Sequence[Complaint]]] | None = None,
        answers_with_token: bool = False,
    ) -> None:
        """Hold `records`, and what `read` brings at the first call.

        `source` names the origin of cases filed here; with `answers_with_token` a filing gets its
        id only by asking `filed`.
        """
        self.capabilities = capabilities
        self._cases = {record.origin.source_id: record for record in records}
        self._services = {service.code: service for service in services}
        self._source = source
        self._before = before
        self._read = read
        self._reading = asyncio.Lock()
        self._answers_with_token = answers_with_token
        self._by_key: dict[str, str] = {}
        self._acts = Acts(self._cases)

    async def list(self, question: ListQuestion, call: Call) -> Page:
        """One page; rows that are asked for in no order come as they were put in."""
        self.capabilities.refuse_undeclared(question)
        await self._begin("list", question, call)
        rows = self._ordered(question)
        start = _start(rows, question)
        end = start + question.limit
        more = end < len(rows)
        return Page(
            records=tuple(
                self._shown(row, question.selection, self.capabilities.children)
                for row in rows[start:end]
            ),
            more=more,
            as_of=utc_now(),
            applied=question.where,
            next_token=str(end) if more and self.capabilities.paging is Paging.TOKEN else None,
            total=self._total(len(rows), question),
            carries=_carries(rows[start:end]) if question.selection.carried else {},
        )

    async def get(
        self, ids: Sequence[str], selection: Selection, call: Call
    ) -> Mapping[str, Complaint]:
        """The cases behind `ids`; unknown ones are absent."""
        declared = self.capabilities.refuse_undeclared_get(ids, selection)
        await self._begin("get", tuple(ids), call)
        return {
            source_id: self._shown(self._cases[source_id], selection, declared.children)
            for source_id in dict.fromkeys(ids)
            if source_id in self._cases
        }

    async def services(self, call: Call) -> Sequence[Service]:
        """All services, without their attributes."""
        self.capabilities.refuse_undeclared_services()
        await self._begin("services", None, call)
        return tuple(replace(service, attributes=None) for service in self._services.values())

    async def attributes(self, code: str, call: Call) -> Sequence[ServiceAttribute]:
        """The questions of one service. Raises `NotFound`."""
        self.capabilities.refuse_undeclared_services()
        await self._begin("attributes", code, call)
        if code not in self._services:
            raise NotFound("the source offers no such service")
        return self._services[code].attributes or ()

    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        """Enter a case; refuses a service that it does not offer."""
        self.capabilities.refuse_undeclared_filing()
        await self._begin("file", filing, call)
        found = self._filed_before(filing, key)
        if found is None:
            if filing.service_code is not None and filing.service_code not in self._services:
                raise Rejected("the source offers no such service", fields=("service_code",))
            found = f"filed-{len(self._cases) + 1}"
            self._cases[found] = complaint_of(
                filing, source=self._source, source_id=found, at=utc_now()
            )
            self._by_key[key] = found
        return Filed(token=found) if self._answers_with_token else Filed(source_id=found)

    async def filed(self, token: str, call: Call) -> Filed:
        """The case that was filed under `token`. Raises `NotFound`."""
        self.capabilities.refuse_undeclared_filing()
        await self._begin("filed", token, call)
        if token not in self._cases:
            raise NotFound("the source gave no such token")
        return Filed(source_id=token, token=token)

    async def find(self, filing: Filing, call: Call) -> str | None:
        """The case that carries the reference of `filing`, where a search is declared."""
        self.capabilities.refuse_undeclared_search()
        await self._begin("find", filing, call)
        return self._by_reference(filing)

    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        """Add a message."""
        declared = self.capabilities.refuse_undeclared_saying(saying.visibility)
        await self._begin("say", saying, call)
        safe_by = declared.idempotency
        self._acts.say(source_id, saying, key=key, safe_by=safe_by, at=utc_now())

    async def move(self, source_id: str, move: Move, *, key: str, call: Call) -> None:
        """Put a case into another state, whatever state it is in."""
        self.capabilities.refuse_undeclared_move(move.status)
        await self._begin("move", move, call)
        self._acts.move(source_id, move, key=key, at=utc_now())

    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        """Add a file; refuses one that is larger than it declares."""
        declared = self.capabilities.refuse_undeclared_upload()
        await self._begin("attach", upload, call)
        self._acts.case(source_id)
        if len(upload.content) > declared.max_bytes:
            raise Rejected("the file is too large for the source", fields=("content",))
        safe_by = declared.idempotency
        self._acts.attach(source_id, upload, key=key, safe_by=safe_by, at=utc_now())

    async def probe(self, call: Call) -> None:
        """Return if `before` lets the call pass."""
        await self._begin("probe", None, call)

    async def aclose(self) -> None:
        """Nothing is held that must be given back."""

    async def _begin(self, verb: str, asked: object, call: Call) -> None:
        if call.deadline <= asyncio.get_running_loop().time():
            raise SourceTimeout("no time was left for the source", sent=False)
        try:
            async with asyncio.timeout_at(call.deadline):
                if self._before is not None:
                    await self._before(verb, asked)
                await self._read_once()
        except TimeoutError as late:
            raise SourceTimeout("the source did not answer in time") from late

    async def _read_once(self) -> None:
        async with self._reading:
            if self._read is not None:
                read = await self._read()
                self._cases |= {record.origin.source_id: record for record in read}
                self._read = None

    def _ordered(self, question: ListQuestion) -> Sequence[Complaint]:
        rows = [
            case
            for case in self._cases.values()
            if all(self._sees(condition, case) for condition in question.where)
        ]
        order = question.order
        if order is None:
            return rows
        return sorted(rows, key=lambda row: key_of(row, order).rank(order.direction))

    def _sees(self, condition: Condition, case: Complaint) -> bool:
        if condition.holds(case):
            return True
        # A quarter of the other rows, the same ones each time, so that pages still join up.
        loose = self.capabilities.supports(condition) is Exactness.APPROXIMATE
        return loose and crc32(case.origin.source_id.encode()) % 4 == 0

    def _shown(
        self, case: Complaint, selection: Selection, children: frozenset[Child]
    ) -> Complaint:
        return selected(case, selection, fields=self.capabilities.fields, children=children)

    def _total(self, count: int, question: ListQuestion) -> Total | None:
        if not question.selection.total:
            return None
        if self.capabilities.total is Exactness.APPROXIMATE:
            return Total(value=count + 10, exact=False)
        supports = self.capabilities.supports
        exact = all(supports(condition) is Exactness.EXACT for condition in question.where)
        return Total(value=count, exact=exact)

    def _filed_before(self, filing: Filing, key: str) -> str | None:
        if self.capabilities.files is Idempotency.KEY:
            return self._by_key.get(key)
        if self.capabilities.files is Idempotency.SEARCH:
            return self._by_reference(filing)
        return None

    def _by_reference(self, filing: Filing) -> str | None:
        references = {case.reference: id_ for id_, case in self._cases.items()}
        return references.get(filing.reference)


def _carries(rows: Sequence[Complaint]) -> Mapping[str, tuple[str, ...]]:
    return {row.origin.source_id: (row.reference,) for row in rows if row.reference is not None}


def _start(rows: Sequence[Complaint], question: ListQuestion) -> int:
    if question.token is not None:
        if not question.token.isdecimal():
            raise NotFound("the source gave no such page token")
        return int(question.token)
    after, order = question.after, question.order
    if after is None or order is None:
        return 0
    place = after.rank(order.direction)
    return sum(not place < key_of(row, order).rank(order.direction) for row in rows)


def _open(options: BaseModel, environment: Environment) -> Connector:
    path = MemoryOptions.model_validate(options).path
    return MemoryConnector(
        source=environment.source,
        read=None if path is None else partial(complaints_in, path, environment.source),
    )


PLUGIN: Final = Plugin(name="memory", contract=CONTRACT_VERSION, options=MemoryOptions, open=_open)
