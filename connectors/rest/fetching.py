"""Read cases by the source's ids: in as few calls as it can, with what is selected of each."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from connectors.contract.connector import Call
from connectors.contract.errors import BadData, NotFound
from connectors.contract.query import Child, Selection
from connectors.contract.records import Complaint, public
from connectors.rest.child_options import ChildOptions
from connectors.rest.children import ChildMapping, Pages
from connectors.rest.client import Answer, Client
from connectors.rest.mapping import CaseMapping, cases_in
from connectors.rest.options import RestOptions
from connectors.rest.paging import Pager
from connectors.rest.reading_options import Bulk, ByOffset, ByPage, GetOptions
from connectors.rest.sending import Pairs
from connectors.rest.values import Notes

_T = TypeVar("_T")

_MOST_PAGES: Final = 100
"""Pages of one case's children."""
_NONE: Final[Mapping[tuple[str, Child], Any]] = {}
_IDS: Final = {
    "digits": re.compile(r"[0-9]{1,64}", re.ASCII),
    "word": re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII),
    "any": re.compile(r".{1,512}"),
}


class Fetching:
    """One source's single cases."""

    def __init__(
        self, options: RestOptions, client: Client, cases: CaseMapping, children: ChildMapping,
        notes: Notes,
    ) -> None:  # fmt: skip
        """Read as described."""
        self._options = options
        self._client = client
        self._cases = cases
        self._children = children
        self._notes = notes
        self._described = options.children.told()

    async def read(
        self, how: GetOptions, ids: Sequence[str], selection: Selection, as_of: datetime, call: Call
    ) -> Mapping[str, Complaint]:
        """The cases behind `ids`; unknown ones are absent."""
        known = [each for each in ids if self.possible(each)]
        brought = [child for child in selection.children if self._described[child].request is None]
        found = await self._found(how, known, brought, call)
        own = selection.children - set(brought)
        fetched = await together(
            self._fetched(child, source_id, call) for source_id in found for child in own
        )
        apart = dict(zip(((case, child) for case in found for child in own), fetched, strict=True))
        with self._notes.answer():
            return {
                source_id: self.told(case, selection, as_of, apart)
                for source_id, case in found.items()
            }

    def possible(self, id_: str) -> bool:
        """Whether there can be a case of that id."""
        return _IDS[self._options.ids].fullmatch(id_) is not None

    def told(
        self,
        case: Any,
        selection: Selection,
        as_of: datetime,
        apart: Mapping[tuple[str, Child], Any] = _NONE,
    ) -> Complaint:
        """`case` with what is selected of it; children that did not come with it came `apart`."""
        if not selection.children:
            return self._cases.complaint(case, selection, as_of, _no_children)

        def children(source_id: str, created_at: datetime | None) -> Mapping[str, Any]:
            told: dict[str, Any] = {}
            for child in selection.children:
                said = apart.get((source_id, child), case)
                found = self._children.of(child, said, source_id, created_at)
                hidden = child is Child.MESSAGES and not selection.internal
                told[child.value] = public(found) if hidden else found
            return told

        return self._cases.complaint(case, selection, as_of, children)

    async def _found(
        self, how: GetOptions, ids: Sequence[str], brought: Collection[Child], call: Call
    ) -> dict[str, Any]:
        """The cases as the source tells them, by id."""
        more = included(self._described[child] for child in brought)
        in_bulk = how.bulk is not None and all(
            self._described[child].brought_by in {"list", "both"} for child in brought
        )
        if how.bulk is None or (how.request is not None and (not in_bulk or len(ids) == 1)):
            return await self._each(how, ids, more, call)
        joined, alone = _apart(ids, how.bulk.separator)
        found = await self._several(how.bulk, joined, more, call) if joined else {}
        found |= await self._each(how, alone, more, call)
        return {each: found[each] for each in ids if each in found}

    async def _each(
        self, how: GetOptions, ids: Sequence[str], more: Pairs, call: Call
    ) -> dict[str, Any]:
        """The cases, each by a call of its own."""
        cases = await together(self._one(how, each, more, call) for each in ids)
        return {id_: case for id_, case in zip(ids, cases, strict=True) if case is not None}

    async def _one(self, how: GetOptions, id_: str, more: Pairs, call: Call) -> Any:
        """The case of that id; None if there is none, or only one of another id."""
        if how.request is None:
            return None
        try:
            answer = await self._client.ask(how.request, {"id": id_}, call, more=more)
        except NotFound:
            return None
        found = cases_in(answer.said, how.record, "get.record")
        if len(found) > 1:
            raise BadData("the source answers one id with several cases")
        return found[0] if found and self._cases.id_of(found[0]) == id_ else None

    async def _several(
        self, bulk: Bulk, ids: Sequence[str], more: Pairs, call: Call
    ) -> dict[str, Any]:
        values = {"ids": bulk.separator.join(ids), "count": len(ids)}
        try:
            answer = await self._client.ask(bulk.request, values, call, more=more)
        except NotFound:
            if len(ids) == 1:
                return {}
            # One unknown id hides the others at some systems.
            middle = len(ids) // 2
            first = await self._several(bulk, ids[:middle], more, call)
            return first | await self._several(bulk, ids[middle:], more, call)
        found = {self._cases.id_of(case): case for case in _cases(answer, bulk)}
        return {each: found[each] for each in ids if each in found}

    async def _fetched(self, child: Child, id_: str, call: Call) -> Any:
        """The answers of a child's own call, as one list of all pages' items."""
        options = self._described[child]
        if options.request is None:
            return None
        pager = Pager(options.paging, None, self._client)
        place = pager.first(options.paging.max_size)
        said: list[Any] = []
        for _ in range(_MOST_PAGES):
            address = pager.leads(place)
            try:
                answer = (
                    await self._client.follow(address, options.request, call)
                    if address is not None
                    else await self._client.ask(
                        options.request, {"id": id_}, call, more=pager.parameters(place)
                    )
                )
            except NotFound as missing:
                if said and not isinstance(options.paging, ByPage | ByOffset):
                    raise BadData("the source's list of a case's parts breaks off") from missing
                # None are there, or the last page was full and no other has the next number.
                return Pages(said)
            said.append(answer.said)
            items = cases_in(answer.said, options.items, f"children.{child.value}.items")
            following = pager.after(place, answer, len(items), "")
            if following is None:
                return Pages(said)
            place = following
        raise BadData("the source's list of a case's parts does not come to an end")


def _no_children(_source_id: str, _created_at: datetime | None) -> Mapping[str, Any]:
    return {}


def _cases(answer: Answer, bulk: Bulk) -> Sequence[Any]:
    return cases_in(answer.said, bulk.records, "get.bulk.records")


def _apart(ids: Sequence[str], separator: str) -> tuple[list[str], list[str]]:
    """Those that can be asked for together, and those that would fall into several."""
    alone = [each for each in ids if separator and separator in each]
    return [each for each in ids if each not in alone], alone


def included(children: Iterable[ChildOptions]) -> Pairs:
    """The parameters that make a call bring `children`; equal names are joined by a comma.

    They come in one order, so that the same question is the same address.
    """
    values: defaultdict[str, set[str]] = defaultdict(set)
    for child in children:
        for name, value in child.include.items():
            values[name].add(value)
    return [(name, ",".join(sorted(several))) for name, several in sorted(values.items())]


async def together(asking: Iterable[Awaitable[_T]]) -> list[_T]:
    """The results of all, asked at once; the first failure ends the others and is raised."""
    several = list(asking)
    if len(several) == 1:
        return [await several[0]]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_awaited(each)) for each in several]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]


async def _awaited(asked: Awaitable[_T]) -> _T:
    return await asked
