"""A filing gets one receipt, however often it is sent, and its number is free."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

import pytest

from connectors.contract.connector import Contact, OnBehalfOf
from connectors.contract.ledger import KeyReused, NewCase, OpenedCase, ReferenceTaken
from connectors.contract.records import (
    Agency,
    AgencyClass,
    AgencyCode,
    AttributeType,
    Channel,
    Kind,
    LocalizedText,
    Location,
    Mandate,
    Service,
    ServiceAttribute,
)
from connectors.memory.full import FULL
from resolvers.filing import Filings, Receipt
from resolvers.filing_request import FilingRequest
from resolvers.outcome import Refusal
from resolvers.policy import ANONYMOUS
from resolvers.receipt import TrackingCodes, read_reference
from resolvers.registry import Registry
from tests.resolvers.desk import filings_over, soon
from tests.resolvers.world import SUPERVISOR, Register, make_world

REQUEST = FilingRequest(AgencyCode("own-agency"), "Pas d'eau depuis lundi")
ASKING = replace(REQUEST, service_code="bill", attributes=(("since", ("2",)),))
OTHERWISE: dict[str, Any] = {
    "agency_code": AgencyCode("other-agency"),
    "description": "Autre chose",
    "kind": Kind.OBSERVATION,
    "channel": Channel.MOBILE,
    "title": "Eau",
    "service_code": "leak",
    "language": "fr",
    "location": Location(address="ici"),
    "contact": Contact(name="Amina"),
    "on_behalf_of": OnBehalfOf("Fatna", Mandate.RELATIVE),
    "attributes": (("since", ("3",)),),
    "uploads": ("a-file",),
    "secret": True,
}
"""Another value of each field."""
CODES = TrackingCodes(b"t" * 32)


def asking(code: AgencyCode) -> Agency:
    """An agency whose services ask something."""
    since = ServiceAttribute(code="since", type=AttributeType.NUMBER, required=False)
    name = LocalizedText(fr="x")
    return Agency(
        code=code,
        name=name,
        agency_class=AgencyClass.EEP,
        services=tuple(
            Service(agency_code=code, code=service, name=name, attributes=(since,))
            for service in ("bill", "leak")
        ),
    )


@dataclass
class Opening(Register):
    """A ledger that opens cases, after `taken` draws that are taken."""

    taken: int = 0
    cases: dict[tuple[str, str], NewCase] = field(default_factory=dict)

    async def open_case(self, case: NewCase) -> OpenedCase:
        if self.taken:
            self.taken -= 1
            raise ReferenceTaken("taken")
        kept = self.cases.setdefault((case.subject, case.key), case)
        if kept.content_digest != case.content_digest:
            raise KeyReused("other content")
        complaint = kept.complaint
        assert complaint.reference is not None
        assert complaint.received_at is not None
        return OpenedCase(
            reference=complaint.reference,
            generation=1,
            received_at=complaint.received_at,
            due_at=complaint.due_at,
            replayed=kept is not case,
        )


def filings(ledger: Opening) -> Filings:
    engine = make_world(
        {"city": replace(FULL, files=None)}, store=replace(FULL, services=False)
    ).engine
    known = engine.registry
    agencies = {code: asking(code) for code in (REQUEST.agency_code, OTHERWISE["agency_code"])}
    registry = Registry({**known.agencies, **agencies}, known.sources)
    return filings_over(replace(engine, registry=registry), ledger)


async def file(ledger: Opening, request: FilingRequest = REQUEST, key: str = "one") -> Receipt:
    receipt = await filings(ledger).file(SUPERVISOR, request, key=key, deadline=soon())
    assert isinstance(receipt, Receipt)
    return receipt


async def test_the_code_of_the_receipt_opens_the_case() -> None:
    ledger = Opening()
    receipt = await file(ledger)
    (case,) = ledger.cases.values()
    assert read_reference(receipt.reference) == receipt.reference == receipt.complaint.reference
    assert CODES.matches(receipt.reference, receipt.tracking_code, case.code_hash)


async def test_the_same_filing_sent_again_gets_the_same_receipt() -> None:
    ledger = Opening()
    first, again = await file(ledger), await file(ledger)
    assert (again.reference, again.tracking_code) == (first.reference, first.tracking_code)
    assert (again.received_at, again.due_at) == (first.received_at, first.due_at)
    assert again.complaint.reference == first.reference
    assert again.complaint.due_at == first.due_at
    assert (await file(ledger, key="two")).reference != first.reference


async def test_other_content_under_the_same_key_is_refused() -> None:
    ledger = Opening()
    await file(ledger)
    for other in (replace(REQUEST, title="Eau"), replace(REQUEST, kind=Kind.OBSERVATION)):
        with pytest.raises(Refusal, match="already used for another filing"):
            await file(ledger, other)


@pytest.mark.parametrize("name", [each.name for each in fields(FilingRequest)])
async def test_whatever_is_filed_otherwise_under_the_same_key_is_refused(name: str) -> None:
    """A new field fails here until it has another value, and so until it is known to count."""
    ledger = Opening()
    await file(ledger, ASKING)
    with pytest.raises(Refusal, match="already used for another filing"):
        await file(ledger, replace(ASKING, **{name: OTHERWISE[name]}))


async def test_the_same_typed_otherwise_is_the_same() -> None:
    ledger = Opening()
    typed = ("06 12 34 56 78", "+212 (0)612-345678", "٠٦١٢٣٤٥٦٧٨", "00212612345678")
    receipts = [
        await file(ledger, replace(REQUEST, contact=Contact(phone=phone))) for phone in typed
    ]
    assert len({receipt.reference for receipt in receipts}) == 1


async def test_a_number_that_is_taken_is_drawn_again_but_not_for_ever() -> None:
    assert (await file(Opening(taken=7))).reference
    with pytest.raises(RuntimeError, match="exhausted"):
        await file(Opening(taken=8))


@pytest.mark.parametrize("key", ["", "k" * 201], ids=["empty", "too-long"])
async def test_a_key_has_a_length_within_bounds(key: str) -> None:
    with pytest.raises(Refusal, match="1 to 200 characters"):
        await filings(Opening()).file(SUPERVISOR, REQUEST, key=key, deadline=soon())


async def test_the_key_of_an_anonymous_caller_cannot_be_guessed() -> None:
    with pytest.raises(Refusal, match="at least 128 random bits"):
        await filings(Opening()).file(ANONYMOUS, REQUEST, key="k" * 21, deadline=soon())
    receipt = await filings(Opening()).file(ANONYMOUS, REQUEST, key="k" * 22, deadline=soon())
    assert isinstance(receipt, Receipt)


async def test_what_is_wrong_is_told_field_by_field_and_nothing_is_stored() -> None:
    ledger = Opening()
    problems = await filings(ledger).file(
        SUPERVISOR,
        FilingRequest(AgencyCode("city-agency"), "  ", title="t" * 201),
        key="one",
        deadline=soon(),
    )
    assert isinstance(problems, tuple)
    assert [(each.code, each.path) for each in problems] == [
        ("AGENCY_FILES_ELSEWHERE", ("agency",)),
        ("REQUIRED", ("description",)),
        ("TOO_LONG", ("title",)),
    ]
    assert not ledger.cases
