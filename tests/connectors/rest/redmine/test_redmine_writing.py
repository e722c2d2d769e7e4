"""What the gateway does in Redmine is there afterwards, in Redmine's own words."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.contract.capabilities import AttachmentCapability, Idempotency
from connectors.contract.connector import (
    Attaches,
    Connector,
    Files,
    Filing,
    Gets,
    Move,
    Moves,
    Saying,
    Says,
    Upload,
)
from connectors.contract.errors import NotFound, Refused, Rejected, Unauthorized
from connectors.contract.lifecycle import Status
from connectors.contract.query import SELECTABLE, Child, Selection
from connectors.contract.records import (
    AgencyCode,
    AuthorRole,
    Channel,
    Complaint,
    EventKind,
    Kind,
    Visibility,
)
from connectors.testing.asking import call
from connectors.testing.scenario import NOON
from tests.connectors.rest.redmine.desk import connected
from tests.connectors.rest.redmine.upstreams import Redmine

PUBLIC = Selection(fields=SELECTABLE, children=frozenset({Child.MESSAGES}))
INTERNAL = replace(PUBLIC, internal=True)
PNG = Upload(name="photo été – صورة.png", media_type="image/png", content=b"\x89PNG\r\n\x1a\n\xff")


def filing(reference: str, **changes: Any) -> Filing:
    plain = Filing(
        reference=reference,
        agency_code=AgencyCode("water-office"),
        kind=Kind.COMPLAINT,
        channel=Channel.WEB,
        title="Fuite d'eau – تسرب مياه",
        description="L'eau coule depuis 3 jours <rue> & trottoir.\nMerci 💧",
        filed_at=NOON,
        service_code="3",
        language="fr",
    )
    return replace(plain, **changes)


async def new_reference(redmine: Redmine) -> str:
    """A reference that no issue bears, the next time that this is asked of it either."""
    newest = await redmine.own_api("GET", "issues.json", status_id="*", sort="id:desc", limit="1")
    return f"44710{newest['issues'][0]['id']:08}"


def saying(body: str, visibility: Visibility) -> Saying:
    return Saying(body=body, author=AuthorRole.AGENCY, visibility=visibility, language="fr")


async def case_of(connector: Connector, number: str, selection: Selection) -> Complaint:
    assert isinstance(connector, Gets)
    return (await connector.get([number], selection, call()))[number]


async def made(redmine: Redmine) -> str:
    """The number of a new issue, made in Redmine itself."""
    body = {"project_id": "voirie", "tracker_id": 3, "subject": "Lampadaire", "description": "…"}
    answer = await redmine.own_api("POST", "issues.json", {"issue": body})
    return str(answer["issue"]["id"])


async def issue_of(redmine: Redmine, number: str) -> dict[str, Any]:
    answer = await redmine.own_api("GET", f"issues/{number}.json", include="journals,attachments")
    return dict(answer["issue"])


def test_what_can_be_done_is_what_is_tried_here(connector: Connector) -> None:
    capabilities = connector.capabilities
    assert capabilities.files is Idempotency.SEARCH
    assert capabilities.says is not None
    assert capabilities.says.visibilities == {Visibility.PUBLIC, Visibility.INTERNAL}
    assert capabilities.moves == {
        Status.IN_PROGRESS, Status.ANSWERED, Status.AWAITING_COMPLAINANT, Status.CLOSED,
        Status.INADMISSIBLE,
    }  # fmt: skip
    assert capabilities.attaches == AttachmentCapability(5242880, Idempotency.NONE)


async def test_a_filing_is_an_issue_in_the_right_project(
    redmine: Redmine, connector: Connector
) -> None:
    assert isinstance(connector, Files)
    reference = await new_reference(redmine)
    sent = filing(reference)
    filed = await connector.file(sent, key="one", call=call())
    assert filed.source_id is not None
    issue = await issue_of(redmine, filed.source_id)
    assert issue["project"]["name"] == "Eau – الماء"
    assert (issue["tracker"]["id"], issue["subject"]) == (3, sent.title)
    words = f"{sent.description}\n\nRéférence : {reference}"
    assert issue["description"] == words.replace("\n", "\r\n")
    read = await case_of(connector, filed.source_id, PUBLIC)
    assert (read.status, read.agency_code) == (Status.SUBMITTED, "water-office")
    assert (read.title, read.description) == (sent.title, words)


async def test_a_filing_that_is_sent_again_is_found_and_not_made_again(
    redmine: Redmine, connector: Connector
) -> None:
    assert isinstance(connector, Files)
    sent = filing(await new_reference(redmine), title=None)
    first = await connector.file(sent, key="one", call=call())
    assert await connector.file(sent, key="one", call=call()) == first
    written = [asked for asked in redmine.asked_by_the_gateway() if asked.method == "POST"]
    assert len(written) == 1


async def test_what_redmine_does_not_accept_is_named_in_our_words_only(
    redmine: Redmine, connector: Connector
) -> None:
    assert isinstance(connector, Files)
    too_long = filing(await new_reference(redmine), title="x" * 256)
    with pytest.raises(Rejected) as refused:
        await connector.file(too_long, key="one", call=call())
    assert refused.value.fields == ("title",)
    assert "trop long" not in f"{refused.value} {refused.value.detail}"


async def test_a_public_message_is_seen_by_everyone(redmine: Redmine, connector: Connector) -> None:
    assert isinstance(connector, Says)
    number = await made(redmine)
    words = "Équipe envoyée : débit < 3 l/s & تم الإصلاح 💡\nMerci"
    await connector.say(number, saying(words, Visibility.PUBLIC), key="one", call=call())
    (note,) = (await issue_of(redmine, number))["journals"]
    assert (note["notes"], note["private_notes"]) == (words, False)
    (message,) = (await case_of(connector, number, PUBLIC)).messages or ()
    assert (message.body, message.visibility) == (words, Visibility.PUBLIC)


async def test_an_internal_note_is_private_in_redmine_and_stays_internal_here(
    redmine: Redmine, connector: Connector
) -> None:
    assert isinstance(connector, Says)
    number = await made(redmine)
    await connector.say(number, saying("Doublon ?", Visibility.INTERNAL), key="one", call=call())
    (note,) = (await issue_of(redmine, number))["journals"]
    assert (note["notes"], note["private_notes"]) == ("Doublon ?", True)
    assert (await case_of(connector, number, PUBLIC)).messages == ()
    (message,) = (await case_of(connector, number, INTERNAL)).messages or ()
    assert (message.body, message.visibility) == ("Doublon ?", Visibility.INTERNAL)


async def test_a_status_is_changed_and_read_back(redmine: Redmine, connector: Connector) -> None:
    assert isinstance(connector, Moves)
    number = await made(redmine)
    asked_before = len(redmine.asked_by_the_gateway())
    move = Move(status=Status.ANSWERED, reason="Réparé hier.")
    await connector.move(number, move, key="one", call=call())
    methods = [asked.method for asked in redmine.asked_by_the_gateway()[asked_before:]]
    assert (methods[-2:], methods.count("PUT")) == (["PUT", "GET"], 1)
    issue = await issue_of(redmine, number)
    assert issue["status"]["id"] == 3
    assert issue["journals"][-1]["notes"] == "Réparé hier."
    history = Selection(fields=SELECTABLE, children=frozenset({Child.EVENTS}))
    read = await case_of(connector, number, history)
    assert read.status is Status.ANSWERED
    assert [(event.kind, event.status) for event in read.events or ()][1:] == [
        (EventKind.STATUS_CHANGED, Status.ANSWERED)
    ]


async def test_every_status_that_the_workflow_allows_can_be_reached(
    redmine: Redmine, connector: Connector
) -> None:
    assert isinstance(connector, Moves)
    number = await made(redmine)
    for status, raw in (
        (Status.IN_PROGRESS, 2),
        (Status.AWAITING_COMPLAINANT, 4),
        (Status.ANSWERED, 3),
        (Status.CLOSED, 5),
    ):
        await connector.move(number, Move(status=status), key=status, call=call())
        assert (await issue_of(redmine, number))["status"]["id"] == raw


async def test_a_status_that_the_workflow_refuses_is_rejected_though_redmine_says_204(
    redmine: Redmine, connector: Connector
) -> None:
    assert isinstance(connector, Moves)
    number = await made(redmine)
    with pytest.raises(Rejected):
        await connector.move(number, Move(status=Status.INADMISSIBLE), key="one", call=call())
    assert (await issue_of(redmine, number))["status"]["id"] == 1


async def test_a_file_is_kept_with_its_name_type_and_content(
    redmine: Redmine, connector: Connector
) -> None:
    assert isinstance(connector, Attaches)
    number = await made(redmine)
    await connector.attach(number, PNG, key="one", call=call())
    (kept,) = (await issue_of(redmine, number))["attachments"]
    assert await redmine.content(kept["content_url"]) == PNG.content
    selection = Selection(fields=SELECTABLE, children=frozenset({Child.ATTACHMENTS}))
    (told,) = (await case_of(connector, number, selection)).attachments or ()
    assert (told.id, told.name, told.media_type, told.bytes, told.url) == (
        str(kept["id"]), PNG.name, PNG.media_type, len(PNG.content), None,
    )  # fmt: skip


async def test_a_file_that_is_too_large_is_not_sent(redmine: Redmine, connector: Connector) -> None:
    assert isinstance(connector, Attaches)
    with pytest.raises(Rejected):
        await connector.attach("1", replace(PNG, content=bytes(5242881)), key="one", call=call())
    assert redmine.asked == []


async def test_nothing_can_be_done_in_an_issue_that_is_not_there(connector: Connector) -> None:
    assert isinstance(connector, Says)
    assert isinstance(connector, Moves)
    assert isinstance(connector, Attaches)
    gone = "999999"
    with pytest.raises(NotFound):
        await connector.say(gone, saying("?", Visibility.PUBLIC), key="one", call=call())
    with pytest.raises(NotFound):
        await connector.move(gone, Move(status=Status.CLOSED), key="two", call=call())
    with pytest.raises(Refused):
        await connector.attach(gone, PNG, key="three", call=call())


async def test_a_key_that_redmine_does_not_know_is_refused_when_something_is_sent(
    redmine: Redmine,
) -> None:
    async with connected(redmine, key="key-of-nobody") as stranger:
        assert isinstance(stranger, Says)
        with pytest.raises(Unauthorized):
            await stranger.say("1", saying("?", Visibility.PUBLIC), key="one", call=call())
