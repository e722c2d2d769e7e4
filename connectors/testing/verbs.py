"""Hold a connector to what it promises of the verbs beside `list`."""

from dataclasses import replace

from connectors.contract.capabilities import Idempotency
from connectors.contract.connector import (
    Attaches,
    Connector,
    Filed,
    Files,
    Finds,
    Gets,
    Move,
    Moves,
    OffersServices,
    Says,
)
from connectors.contract.errors import NotFound
from connectors.contract.lifecycle import Status
from connectors.contract.query import SELECTABLE, Child, Selection
from connectors.contract.records import Visibility
from connectors.testing.asking import (
    as_shown,
    assert_raises,
    assert_refused,
    call,
    differing,
    ids,
    pageable,
    pages,
    parts,
    rows,
)
from connectors.testing.subject import Subject, needs

_MOST_QUESTIONS = 20
_OURS, _ANOTHER = "4471-0839-2015-6", "7310-0245-8661-2"
"""References as they are stored."""


class VerbPromises(Subject):
    """One test for each promise of `get`, `file` and `services`."""

    async def test_what_is_not_declared_cannot_be_called(self, connector: Connector) -> None:
        capabilities = connector.capabilities
        if capabilities.get is None and isinstance(connector, Gets):
            await assert_refused(connector.get(["1"], Selection(), call()), "get")
        if capabilities.files is None and isinstance(connector, Files):
            await assert_refused(connector.file(self.filing(), key="k", call=call()), "file")
            await assert_refused(connector.filed("1", call()), "filed")
        if capabilities.files is not Idempotency.SEARCH and isinstance(connector, Finds):
            await assert_refused(connector.find(self.filing(), call()), "find")
        if not capabilities.services and isinstance(connector, OffersServices):
            await assert_refused(connector.services(call()), "services")
            await assert_refused(connector.attributes("1", call()), "attributes")
        await self._assert_no_act_undeclared(connector)

    async def _assert_no_act_undeclared(self, connector: Connector) -> None:
        capabilities, case = connector.capabilities, self.acted_on()
        if capabilities.says is None and isinstance(connector, Says):
            for visibility in Visibility:
                saying = connector.say(case, self.saying(visibility), key="k", call=call())
                await assert_refused(saying, f"say {visibility}")
        if not capabilities.moves and isinstance(connector, Moves):
            moving = connector.move(case, Move(Status.IN_PROGRESS), key="k", call=call())
            await assert_refused(moving, "move")
        if capabilities.attaches is None and isinstance(connector, Attaches):
            attaching = connector.attach(case, self.upload(), key="k", call=call())
            await assert_refused(attaching, "attach")

    async def test_what_is_declared_is_implemented(self, connector: Connector) -> None:
        capabilities = connector.capabilities
        assert capabilities.get is None or isinstance(connector, Gets), "get is not there"
        assert capabilities.files is None or isinstance(connector, Files), "file is not there"
        searches = capabilities.files is Idempotency.SEARCH
        assert not searches or isinstance(connector, Finds), "find is not there"
        assert not capabilities.services or isinstance(connector, OffersServices), "no services"
        assert capabilities.says is None or isinstance(connector, Says), "say is not there"
        assert not capabilities.moves or isinstance(connector, Moves), "move is not there"
        assert capabilities.attaches is None or isinstance(connector, Attaches), "no attach"

    async def test_a_get_is_matched_by_id_in_any_order(self, connector: Connector) -> None:
        gets = _gets(connector)
        known = ids(self.expected())
        for asked in (known[:1], known[1:], known[::-1], [known[0], known[0], known[-1]]):
            some = asked[: connector.capabilities.get.max_batch]  # type: ignore[union-attr]
            found = await gets.get(some, Selection(fields=SELECTABLE), call())
            assert set(found) == set(some), "a get must answer every known id, once"
            for source_id, record in found.items():
                assert record.origin.source_id == source_id, "a get answers with another's record"

    async def test_unknown_ids_are_absent_from_a_get(self, connector: Connector) -> None:
        gets = _gets(connector)
        known = ids(self.expected())
        assert not await gets.get(["999999999"], Selection(), call()), "an unknown id is answered"
        if connector.capabilities.get.max_batch > 2:  # type: ignore[union-attr]
            mixed = [known[-1], "999999999", known[0]]
            found = await gets.get(mixed, Selection(), call())
            assert set(found) == {known[0], known[-1]}, "known and unknown ids are mixed up"
            for source_id, record in found.items():
                assert record.origin.source_id == source_id, "a get answers with another's record"

    async def test_a_get_of_no_ids_is_empty(self, connector: Connector) -> None:
        found = await _gets(connector).get([], Selection(), call())
        assert not found, "a get of no ids brought something"

    async def test_a_get_of_too_many_ids_or_undeclared_children_is_refused(
        self, connector: Connector
    ) -> None:
        gets = _gets(connector)
        declared = connector.capabilities.get
        assert declared is not None
        many = [str(number) for number in range(declared.max_batch + 1)]
        await assert_refused(gets.get(many, Selection(), call()), f"a get of {len(many)} ids")
        for child in set(Child) - declared.children:
            selection = Selection(children=frozenset({child}))
            await assert_refused(gets.get(["1"], selection, call()), f"a get of {child.value}")

    async def test_a_get_says_what_is_expected(self, connector: Connector) -> None:
        gets = _gets(connector)
        declared = connector.capabilities.get
        assert declared is not None
        fields, children = connector.capabilities.fields, declared.children
        for internal in (True, False):
            selection = Selection(fields=SELECTABLE, children=children, internal=internal)
            for record in self.expected()[:: max(1, len(self.expected()) // 40)]:
                source_id = record.origin.source_id
                found = (await gets.get([source_id], selection, call()))[source_id]
                told = parts(as_shown(record, selection), selection, fields, children)
                wrong = differing(parts(found, selection, fields, children), told)
                assert not wrong, f"{record.id} differs in {wrong}"
                came = {child for child in Child if getattr(found, child.value) is not None}
                assert came == children, f"children {sorted(came)} came; {sorted(children)} asked"

    async def test_a_get_says_the_same_as_a_list(self, connector: Connector) -> None:
        gets = _gets(connector)
        capabilities = connector.capabilities
        assert capabilities.get is not None
        children = capabilities.children & capabilities.get.children
        selection = Selection(fields=SELECTABLE, children=children)
        listed, _ = await rows(connector, pageable(capabilities, selection=selection))
        for start in range(0, len(listed), capabilities.get.max_batch):
            some = listed[start : start + capabilities.get.max_batch]
            found = await gets.get(ids(some), selection, call())
            for row in some:
                told = parts(row, selection, SELECTABLE, children)
                got = parts(found[row.origin.source_id], selection, SELECTABLE, children)
                wrong = differing(got, told)
                assert not wrong, f"{row.id}: list and get differ in {wrong}"

    async def test_a_filed_case_can_be_read_back(self, connector: Connector) -> None:
        files = _files(connector)
        filing = self.filing()
        source_id = await _settled(files, await files.file(filing, key="key-1", call=call()))
        assert source_id not in ids(self.expected()), "a filing got the id of another case"
        found, complete = await rows(connector, pageable(connector.capabilities))
        listed = {record.origin.source_id: record for record in found}
        if complete:
            assert source_id in listed, "a filed case is not listed"
        if connector.capabilities.get is not None:
            selection = Selection(fields=SELECTABLE)
            listed |= await _gets(connector).get([source_id], selection, call())
            assert source_id in listed, "a filed case cannot be got"
        for name in {"description", "service_code"} & connector.capabilities.fields:
            if source_id in listed:
                told = getattr(listed[source_id], name)
                assert told == getattr(filing, name), f"a filed case lost its {name}"

    async def test_the_same_filing_again_makes_no_second_case(self, connector: Connector) -> None:
        safe = connector.capabilities.files in {Idempotency.KEY, Idempotency.SEARCH}
        needs(safe, "a filing that is safe to repeat")
        files = _files(connector)
        filing = self.filing()
        first = await _settled(files, await files.file(filing, key="key-1", call=call()))
        again = await _settled(files, await files.file(filing, key="key-1", call=call()))
        assert first == again, "the same filing under the same key became another case"
        other = replace(filing, reference="7310024586619")
        another = await _settled(files, await files.file(other, key="key-2", call=call()))
        assert another != first, "another filing under another key became the same case"

    async def test_a_filing_is_found_by_its_reference_and_looking_makes_none(
        self, connector: Connector
    ) -> None:
        needs(connector.capabilities.files is Idempotency.SEARCH, "a search for filings")
        assert isinstance(connector, Finds), "a search is declared, but not there"
        filing = replace(self.filing(), reference=_OURS)
        assert await connector.find(filing, call()) is None, "what was not filed is found"
        files = _files(connector)
        source_id = await _settled(files, await files.file(filing, key="key-1", call=call()))
        assert await connector.find(filing, call()) == source_id, "what was filed is not found"
        other = replace(filing, reference=_ANOTHER)
        assert await connector.find(other, call()) is None, "another reference finds the same case"

    async def test_a_list_tells_which_references_of_ours_cases_carry(
        self, connector: Connector
    ) -> None:
        needs(connector.capabilities.tells_references, "references in lists")
        files = _files(connector)
        asked = pageable(connector.capabilities, selection=Selection(carried=True))
        told: dict[str, tuple[str, ...]] = {}
        for reference in (_OURS, _ANOTHER):
            filing = replace(self.filing(), reference=reference)
            filed = await files.file(filing, key=reference, call=call())
            told[await _settled(files, filed)] = (reference,)
        found = await pages(connector, asked)
        listed = {id_ for page in found for id_ in ids(page.records)}
        came = {id_: some for page in found for id_, some in page.carries.items()}
        assert found[-1].more or told.keys() <= listed, "a filed case is not listed"
        for source_id in listed & told.keys():
            carried = came.get(source_id, ())
            assert carried == told[source_id], f"{source_id} carries {carried}"

    async def test_references_come_only_when_asked_for(self, connector: Connector) -> None:
        page = await connector.list(pageable(connector.capabilities), call())
        assert not page.carries, "references were read that nobody asked for"

    async def test_an_unknown_token_is_not_found(self, connector: Connector) -> None:
        files = _files(connector)
        asking = files.filed("999999999", call())
        await assert_raises(NotFound, asking, "a token that nobody was given is answered")

    async def test_services_come_once_and_without_their_questions(
        self, connector: Connector
    ) -> None:
        needs(connector.capabilities.services, "a list of services")
        assert isinstance(connector, OffersServices)
        found = await connector.services(call())
        codes = [service.code for service in found]
        assert len(set(codes)) == len(codes), "a service comes twice"
        assert all(service.attributes is None for service in found), "attributes came unasked"
        told = self.expected_services()
        if told is not None:
            right = {service.code: service for service in told}
            assert set(codes) == set(right), f"services {codes}; expected {sorted(right)}"
            for service in found:
                assert service.name == right[service.code].name, f"{service.code}: other name"

    async def test_attributes_are_those_of_the_service(self, connector: Connector) -> None:
        needs(connector.capabilities.services, "a list of services")
        assert isinstance(connector, OffersServices)
        right = {service.code: service for service in self.expected_services() or ()}
        for service in await connector.services(call()):
            found = await connector.attributes(service.code, call())
            codes = [attribute.code for attribute in found]
            assert len(set(codes)) == len(codes), f"{service.code} asks a question twice"
            if service.code in right:
                told = tuple(right[service.code].attributes or ())
                assert tuple(found) == told, f"{service.code} asks other questions"
        asking = connector.attributes("no-such-service", call())
        await assert_raises(NotFound, asking, "the questions of an unknown service are answered")


def _gets(connector: Connector) -> Gets:
    needs(connector.capabilities.get, "a get")
    assert isinstance(connector, Gets), "a get is declared, but not there"
    return connector


def _files(connector: Connector) -> Files:
    needs(connector.capabilities.files, "a filing")
    assert isinstance(connector, Files), "filings are declared, but not there"
    return connector


async def _settled(files: Files, filed: Filed) -> str:
    for _ in range(_MOST_QUESTIONS):
        if filed.source_id is not None:
            return filed.source_id
        assert filed.token is not None, "a filing was answered with neither id nor token"
        filed = await files.filed(filed.token, call())
    raise AssertionError(f"a filing has no id after {_MOST_QUESTIONS} questions")
