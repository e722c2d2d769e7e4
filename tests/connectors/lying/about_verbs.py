"""Connectors that lie about what they declare, and about the verbs beside `list`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from msgspec import structs

from connectors.contract.capabilities import Capabilities, GetCapability, Idempotency
from connectors.contract.connector import Call, Filed, Filing
from connectors.contract.query import ListQuestion, Order, Page, Selection
from connectors.contract.records import Complaint, Service, ServiceAttribute
from connectors.memory import FULL, MemoryConnector
from connectors.testing import scenario
from tests.connectors.lying.liar import NOTHING, WHOLE, Liar, Lie

Found = Mapping[str, Complaint]


def accepts(use: str, promised: Capabilities, **silently: object) -> type[Liar]:
    """A connector that drops one undeclared `use` from the question, without a word."""

    async def answer(self: Liar, question: ListQuestion, call: Call) -> Page:
        heard = replace(question, **silently)  # type: ignore[arg-type]
        return await super(Liar, self).list(heard, call)

    return type(f"accepts_{use}", (Liar,), {"promised": promised, "list": answer})


class GetsByPosition(Liar):
    """Pairs the answers with the ids by their place, as a careless batch does."""

    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        found = await super().get(ids, selection, call)
        answered = sorted(found.values(), key=lambda row: row.origin.source_id)
        return dict(zip(ids, answered, strict=False))


class LosesIdsAskedTwice(Liar):
    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        found = await super().get(ids, selection, call)
        return {source_id: row for source_id, row in found.items() if ids.count(source_id) == 1}


class InventsWhatItDoesNotKnow(Liar):
    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        found = await super().get(ids, selection, call)
        return {source_id: found.get(source_id, scenario.complaints()[0]) for source_id in ids}


class GetsSomethingForNothing(Liar):
    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        return await super().get(ids or ["a-0"], selection, call)


class CutsABatch(Liar):
    promised = replace(FULL, get=GetCapability(max_batch=2))

    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        return await super().get(ids[:2], selection, call)


class TakesAnyChild(Liar):
    promised = replace(FULL, get=GetCapability(max_batch=2))

    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        return await super().get(ids, replace(selection, children=frozenset()), call)


class LeaksByGet(Liar):
    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        return await super().get(ids, replace(selection, internal=True), call)


class BringsNoChildrenByGet(Liar):
    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        return await super().get(ids, replace(selection, children=frozenset()), call)


class SaysOtherThingsByGet(Liar):
    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        found = await super().get(ids, selection, call)
        return {source_id: structs.replace(row, title="?") for source_id, row in found.items()}


class GetsThoughUndeclared(Liar):
    promised = NOTHING

    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        return {}


class FilesThoughUndeclared(Liar):
    promised = NOTHING

    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        return Filed(source_id="1")


class DeclaresMoreThanItHas:
    """Only lists, and says otherwise."""

    capabilities = FULL

    def __init__(self) -> None:
        self._held = MemoryConnector(scenario.complaints())

    async def list(self, question: ListQuestion, call: Call) -> Page:
        return await self._held.list(question, call)

    async def aclose(self) -> None:
        await self._held.aclose()


class FilesEachAttempt(Liar):
    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        return await super().file(filing, key=f"{key}-{len(self._cases)}", call=call)


class Searches(Liar):
    promised = replace(FULL, files=Idempotency.SEARCH)


class SearchesInVain(Searches):
    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        other = replace(filing, reference=str(len(self._cases)))
        return await super().file(other, key=key, call=call)


class TakesEveryFilingForOne(Liar):
    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        return await super().file(filing, key="one", call=call)


class FindsByDescription(Searches):
    async def find(self, filing: Filing, call: Call) -> str | None:
        found = [id_ for id_, each in self._cases.items() if each.description == filing.description]
        return found[0] if found else None


class FindsNothing(Searches):
    async def find(self, filing: Filing, call: Call) -> str | None:
        return None


class FindsByFiling(Searches):
    async def find(self, filing: Filing, call: Call) -> str | None:
        return (await super().file(filing, key="found", call=call)).source_id


class CarriesNothing(Liar):
    async def list(self, question: ListQuestion, call: Call) -> Page:
        return replace(await super().list(question, call), carries={})


class CarriesAnothers(Liar):
    async def list(self, question: ListQuestion, call: Call) -> Page:
        page = await super().list(question, call)
        all_ = tuple(reference for each in page.carries.values() for reference in each)
        return replace(page, carries=dict.fromkeys(page.carries, all_))


class CarriesUnasked(Liar):
    async def list(self, question: ListQuestion, call: Call) -> Page:
        page = await super().list(question, call)
        return replace(page, carries={page.records[0].origin.source_id: ("1",)})


class ForgetsFilings(Liar):
    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        return Filed(source_id="filed-1")


class LosesTheWords(Liar):
    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        return await super().file(replace(filing, description="?"), key=key, call=call)


class AnswersFilingsWithNothing(Liar):
    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        return Filed()


class NeverSettles(Liar):
    async def file(self, filing: Filing, *, key: str, call: Call) -> Filed:
        return Filed(token="1")

    async def filed(self, token: str, call: Call) -> Filed:
        return Filed(token=token)


class TellsServicesWhole(Liar):
    async def services(self, call: Call) -> Sequence[Service]:
        return scenario.services()


class TellsServicesTwice(Liar):
    async def services(self, call: Call) -> Sequence[Service]:
        return (*await super().services(call), *await super().services(call))


class AsksTheSameOfEveryService(Liar):
    async def attributes(self, code: str, call: Call) -> Sequence[ServiceAttribute]:
        await super().attributes(code, call)
        return await super().attributes("lighting", call)


class KnowsEveryService(Liar):
    async def attributes(self, code: str, call: Call) -> Sequence[ServiceAttribute]:
        return () if code == "no-such-service" else await super().attributes(code, call)


def later(call: Call) -> Call:
    return Call(deadline=call.deadline + 3600)


class IgnoresTheDeadline(Liar):
    async def list(self, question: ListQuestion, call: Call) -> Page:
        return await super().list(question, later(call))


class IgnoresTheDeadlineByGet(Liar):
    async def get(self, ids: Sequence[str], selection: Selection, call: Call) -> Found:
        return await super().get(ids, selection, later(call))


class ChangesItsMind(Liar):
    async def list(self, question: ListQuestion, call: Call) -> Page:
        page = await super().list(question, call)
        self.capabilities = replace(self.capabilities, max_page=10)
        return page


class MixesCallsUp(Liar):
    """Keeps the place of one call where the next one finds it."""

    calls = 0

    def bend(self, page: Page, question: ListQuestion) -> Page:
        self.calls += 1
        return replace(page, records=page.records[self.calls % 3 :])


class ClosesOnce(Liar):
    closed = False

    async def aclose(self) -> None:
        assert not self.closed, "closed twice"
        self.closed = True


def declaring(capabilities: Capabilities, name: str) -> type[Liar]:
    return type(name, (Liar,), {"promised": capabilities})


REFUSED = "test_what_is_not_declared_is_refused"
UNCALLED = "test_what_is_not_declared_cannot_be_called"
FITTING = "test_what_is_declared_fits_together"
BY_ID = "test_a_get_is_matched_by_id_in_any_order"
ABSENT = "test_unknown_ids_are_absent_from_a_get"
TOO_MANY = "test_a_get_of_too_many_ids_or_undeclared_children_is_refused"
GOT = "test_a_get_says_what_is_expected"
FILED = "test_a_filed_case_can_be_read_back"
ONCE = "test_the_same_filing_again_makes_no_second_case"
OFFERED = "test_services_come_once_and_without_their_questions"
ASKED = "test_attributes_are_those_of_the_service"
FOUND = "test_a_filing_is_found_by_its_reference_and_looking_makes_none"
CARRIED = "test_a_list_tells_which_references_of_ours_cases_carry"
LITTLE = Selection()
LATE = "test_a_call_past_its_deadline_times_out"

LIES = (
    Lie(accepts("filters", replace(FULL, filters={}), where=()), REFUSED),
    Lie(accepts("orders", replace(FULL, orders=frozenset({Order()})), order=Order()), REFUSED),
    Lie(accepts("children", replace(FULL, children=frozenset()), selection=LITTLE), REFUSED),
    Lie(accepts("totals", replace(FULL, total=None), selection=LITTLE), REFUSED),
    Lie(accepts("keys", WHOLE, after=None), REFUSED),
    Lie(accepts("keys_in_no_order", FULL, after=None), REFUSED),
    Lie(accepts("tokens", FULL, token=None), REFUSED),
    Lie(accepts("limits", FULL, limit=10), REFUSED),
    Lie(declaring(replace(FULL, max_page=0), "HasNoPages"), FITTING),
    Lie(declaring(replace(FULL, orders=frozenset()), "HasKeysWithoutOrders"), FITTING),
    Lie(declaring(replace(FULL, fields=frozenset()), "OrdersByWhatItDoesNotTell"), FITTING),
    Lie(ChangesItsMind, "test_capabilities_stay_the_same"),
    Lie(IgnoresTheDeadline, LATE),
    Lie(IgnoresTheDeadlineByGet, LATE),
    Lie(MixesCallsUp, "test_lists_asked_at_once_are_answered_alike"),
    Lie(ClosesOnce, "test_closing_twice_is_harmless"),
    Lie(GetsThoughUndeclared, UNCALLED),
    Lie(FilesThoughUndeclared, UNCALLED),
    Lie(DeclaresMoreThanItHas, "test_what_is_declared_is_implemented"),
    Lie(GetsByPosition, BY_ID),
    Lie(LosesIdsAskedTwice, BY_ID),
    Lie(GetsByPosition, ABSENT),
    Lie(InventsWhatItDoesNotKnow, ABSENT),
    Lie(GetsSomethingForNothing, "test_a_get_of_no_ids_is_empty"),
    Lie(CutsABatch, TOO_MANY),
    Lie(TakesAnyChild, TOO_MANY),
    Lie(LeaksByGet, GOT),
    Lie(BringsNoChildrenByGet, GOT),
    Lie(SaysOtherThingsByGet, GOT),
    Lie(SaysOtherThingsByGet, "test_a_get_says_the_same_as_a_list"),
    Lie(ForgetsFilings, FILED),
    Lie(LosesTheWords, FILED),
    Lie(AnswersFilingsWithNothing, FILED),
    Lie(NeverSettles, FILED),
    Lie(FilesEachAttempt, ONCE),
    Lie(SearchesInVain, ONCE),
    Lie(TakesEveryFilingForOne, ONCE),
    Lie(FindsNothing, FOUND),
    Lie(FindsByFiling, FOUND),
    Lie(FindsByDescription, FOUND),
    Lie(CarriesNothing, CARRIED),
    Lie(CarriesAnothers, CARRIED),
    Lie(CarriesUnasked, "test_references_come_only_when_asked_for"),
    Lie(NeverSettles, "test_an_unknown_token_is_not_found"),
    Lie(TellsServicesWhole, OFFERED),
    Lie(TellsServicesTwice, OFFERED),
    Lie(AsksTheSameOfEveryService, ASKED),
    Lie(KnowsEveryService, ASKED),
)
