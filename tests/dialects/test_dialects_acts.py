"""What is done through a described connector is there in the system's own words, and once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.capabilities import Capabilities
from connectors.contract.connector import Contact, Filing, Move, Saying, Upload
from connectors.contract.errors import NotFound, NotSupported, Rejected
from connectors.contract.lifecycle import Status
from connectors.contract.query import Child, Selection
from connectors.contract.records import (
    AgencyCode,
    AuthorRole,
    Channel,
    Kind,
    Location,
    Visibility,
)
from connectors.testing.asking import call
from connectors.testing.scenario import NOON
from tests.dialects.connecting import connected
from tests.dialects.four import CURSORS, ENVELOPES, FOUR, LINKS, SESSIONS, Dialect

PHOTO = Upload(name="photo été.jpg", media_type="image/jpeg", content=bytes(range(256)))
WORDS = "C'est fait : voir <b>§ 3</b> & {id}"


def filing(agency: AgencyCode) -> Filing:
    return Filing(
        reference="4471083920155",
        agency_code=agency,
        kind=Kind.SUGGESTION,
        channel=Channel.WEB,
        title="Un banc – مقعد",
        description="Il manque un banc\ndevant l'école <Ibn Sina> & {reference}",
        service_code="roads",
        language="fr",
        location=Location(address="12, rue de l'Église", area_code="MA-CAS"),
        contact=Contact(name="Amina Exemple", phone="+212600000000"),
        filed_at=NOON,
    )


def filed_in_cursors(desk: Any, id_: str) -> None:
    row = desk.cases[id_]
    told = filing(AgencyCode("commune-b"))
    assert (row["subject"], row["body"], row["lang"]) == (told.title, told.description, "fr")
    assert (row["tenant"], row["type"], row["via"]) == ("B", "idea", "web")
    assert row["category"]["code"] == "roads"
    assert row["external_ref"] == told.reference
    assert row["place"]["address"] == "12, rue de l'Église"
    assert row["requester"]["name"] == "Amina Exemple"


def filed_in_sessions(register: Any, id_: str) -> None:
    row = register.issues[id_]
    told = filing(AgencyCode("province-a"))
    assert (row["title"], row["text"]) == (told.title, told.description)
    assert (row["tracker"]["id"], row["source"]) == (3, {"code": "PORTAIL"})
    assert row["externalNumber"] == told.reference
    assert row["site"] == {"address": "12, rue de l'Église", "commune": "MA-CAS"}
    assert row["requester"]["name"] == "Amina Exemple"


def filed_in_envelopes(counter: Any, id_: str) -> None:
    row = counter.cases[int(id_)]
    assert row["objet"] == "Un banc – مقعد"
    assert row["texte"] == (
        "<p>Il manque un banc</p><p>devant l&#x27;école &lt;Ibn Sina&gt; &amp; {reference}</p>"
    )
    assert (row["nature"], row["voie"], row["theme"]) == ("S", "internet", "roads")
    assert row["ref_externe"] == "4471083920155"
    assert row["plaignant"] == {"nom": "Amina Exemple", "tel": "+212600000000"}


def filed_in_links(works: Any, id_: str) -> None:
    row = works.tickets[id_]
    told = filing(AgencyCode("works-a"))
    assert (row["headline"], row["details"]) == (told.title, told.description)
    assert row["area"] == {"code": "MA-CAS"}
    assert row["external_id"] == told.reference
    assert row["reporter"] == {"name": "Amina Exemple", "phone": "+212600000000"}


FILED: dict[Dialect, Callable[[Any, str], None]] = {
    CURSORS: filed_in_cursors,
    SESSIONS: filed_in_sessions,
    ENVELOPES: filed_in_envelopes,
    LINKS: filed_in_links,
}


@pytest.mark.parametrize("dialect", FOUR, ids=str)
async def test_a_filing_is_there_in_the_words_of_the_system(
    dialect: Dialect, tmp_path: Path
) -> None:
    async with connected(dialect, tmp_path) as (connector, vendor):
        told = filing(dialect.agencies[len(dialect.agencies) // 2])
        filed = await connector.file(told, key="key-1", call=call())
        FILED[dialect](vendor, filed.source_id)


def said_in_cursors(desk: Any) -> list[tuple[str, bool]]:
    return [(each["text"], each["public"]) for each in desk.cases["a-0"]["messages"]]


def said_in_sessions(register: Any) -> list[tuple[str, bool]]:
    journals = register.issues["REC-4"]["journals"]
    return [(each["notes"], not each["private"]) for each in journals]


def said_in_envelopes(counter: Any) -> list[tuple[str, bool]]:
    return [(each["texte"], True) for each in counter.exchanges[997]]


def said_in_links(works: Any) -> list[tuple[str, bool]]:
    row = works.tickets["T-1"]
    public = [(each["text"], True) for each in row["comments"]]
    return public + [(each["text"], False) for each in row["notes"]]


SAID: dict[Dialect, tuple[str, Callable[[Any], list[tuple[str, bool]]]]] = {
    CURSORS: ("a-0", said_in_cursors),
    SESSIONS: ("REC-4", said_in_sessions),
    ENVELOPES: ("997", said_in_envelopes),
    LINKS: ("T-1", said_in_links),
}


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("dialect", FOUR, ids=str)
async def test_what_is_said_is_read_by_whom_it_is_for(
    dialect: Dialect, visibility: Visibility, tmp_path: Path
) -> None:
    id_, told_by = SAID[dialect]
    async with connected(dialect, tmp_path) as (connector, vendor):
        saying = Saying(body=WORDS, author=AuthorRole.AGENCY, visibility=visibility)
        before = told_by(vendor)
        if visibility not in declared(connector.capabilities):
            with pytest.raises(NotSupported):
                await connector.say(id_, saying, key="key-1", call=call())
            assert told_by(vendor) == before
            return
        await connector.say(id_, saying, key="key-1", call=call())
        written = "<p>C&#x27;est fait : voir &lt;b&gt;§ 3&lt;/b&gt; &amp; {id}</p>"
        words = written if dialect is ENVELOPES else WORDS
        (new,) = [each for each in told_by(vendor) if each not in before]
        assert new == (words, visibility is Visibility.PUBLIC)
        for internal in (True, False):
            selection = Selection(children=frozenset({Child.MESSAGES}), internal=internal)
            read = (await connector.get([id_], selection, call()))[id_].messages
            seen = [each.visibility for each in read if each.body == WORDS]
            assert seen == ([visibility] if internal or visibility is Visibility.PUBLIC else [])


def declared(capabilities: Capabilities) -> frozenset[Visibility]:
    return capabilities.says.visibilities if capabilities.says else frozenset()


def state_in_cursors(desk: Any, id_: str) -> object:
    return desk.cases[id_]["state"]


def state_in_sessions(register: Any, id_: str) -> object:
    return register.issues[id_]["status"]["id"]


def state_in_envelopes(counter: Any, id_: str) -> object:
    return counter.cases[int(id_)]["statut"]


def state_in_links(works: Any, id_: str) -> object:
    row = works.tickets[id_]
    return row["status"], row["resolution"]


STATES: dict[Dialect, tuple[Callable[[Any, str], object], dict[Status, object]]] = {
    CURSORS: (
        state_in_cursors,
        {
            Status.ACKNOWLEDGED: "received",
            Status.IN_PROGRESS: "working",
            Status.ANSWERED: "resolved",
            Status.CLOSED: "archived",
        },
    ),
    SESSIONS: (
        state_in_sessions,
        {
            Status.ACKNOWLEDGED: 2,
            Status.IN_PROGRESS: 5,
            Status.ANSWERED: 8,
            Status.CLOSED: 9,
        },
    ),
    ENVELOPES: (
        state_in_envelopes,
        {
            Status.IN_PROGRESS: "encours",
            Status.INADMISSIBLE: "irrecevable",
            Status.ANSWERED: "traitee",
        },
    ),
    LINKS: (
        state_in_links,
        {
            Status.IN_PROGRESS: ("in_progress", None),
            Status.INADMISSIBLE: ("rejected", "not_ours"),
            Status.ANSWERED: ("resolved", "done"),
        },
    ),
}


@pytest.mark.parametrize("dialect", FOUR, ids=str)
async def test_a_case_is_moved_to_each_status_that_is_described_and_no_other(
    dialect: Dialect, tmp_path: Path
) -> None:
    state_of, states = STATES[dialect]
    async with connected(dialect, tmp_path) as (connector, vendor):
        assert connector.capabilities.moves == set(states)
        filed = await connector.file(filing(dialect.agencies[0]), key="key-1", call=call())
        id_ = filed.source_id
        for status, word in states.items():
            move = Move(status=status, reason="Déjà traité")
            await connector.move(id_, move, key=f"key-{status}", call=call())
            assert state_of(vendor, id_) == word
            found = await connector.get([id_], Selection(), call())
            assert found[id_].status is status
        for status in set(Status) - set(states):
            with pytest.raises(NotSupported):
                await connector.move(id_, Move(status=status), key="key-x", call=call())
        assert state_of(vendor, id_) == [*states.values()][-1]


async def test_a_change_that_the_workflow_swallows_is_told_as_rejected(tmp_path: Path) -> None:
    async with connected(SESSIONS, tmp_path) as (connector, vendor):
        assert vendor.issues["REC-4"]["status"]["id"] == 12
        with pytest.raises(Rejected):
            await connector.move("REC-4", Move(Status.ANSWERED), key="key-1", call=call())


async def test_a_change_without_the_reason_it_needs_is_given_one(tmp_path: Path) -> None:
    async with connected(ENVELOPES, tmp_path) as (connector, vendor):
        await connector.move("997", Move(Status.INADMISSIBLE), key="key-1", call=call())
        assert vendor.cases[997]["motif"] == "Voir la réponse"


@pytest.mark.parametrize(
    ("dialect", "words"), [(CURSORS, "ab"), (SESSIONS, ""), (ENVELOPES, "ab"), (LINKS, "")], ids=str
)
async def test_a_filing_that_is_not_accepted_names_the_field_in_our_words_and_no_other(
    dialect: Dialect, words: str, tmp_path: Path
) -> None:
    async with connected(dialect, tmp_path) as (connector, _):
        told = replace(filing(dialect.agencies[0]), description=words)
        with pytest.raises(Rejected) as refused:
            await connector.file(told, key="key-1", call=call())
        assert refused.value.fields == ("description",)
        assert "trop court" not in str(refused.value)


def files_in_cursors(desk: Any) -> list[tuple[str, str, bytes | None]]:
    return [(each["name"], each["type"], each.get("content"))
            for each in desk.cases["a-0"]["files"]]  # fmt: skip


def files_in_sessions(register: Any) -> list[tuple[str, str, bytes | None]]:
    files = register.issues["REC-4"]["files"]
    return [(each["name"], each["mime"], register.content.get(each["id"])) for each in files]


def files_in_links(works: Any) -> list[tuple[str, str, bytes | None]]:
    files = works.tickets["T-1"]["attachments"]
    return [
        (each["name"], each["content_type"], works.uploads.get(each.get("token"))) for each in files
    ]


FILES: dict[Dialect, tuple[str, Callable[[Any], list[tuple[str, str, bytes | None]]]]] = {
    CURSORS: ("a-0", files_in_cursors),
    SESSIONS: ("REC-4", files_in_sessions),
    LINKS: ("T-1", files_in_links),
}


@pytest.mark.parametrize("dialect", FILES, ids=str)
async def test_a_file_is_kept_with_its_case_byte_for_byte(dialect: Dialect, tmp_path: Path) -> None:
    id_, files_of = FILES[dialect]
    async with connected(dialect, tmp_path) as (connector, vendor):
        await connector.attach(id_, PHOTO, key="key-1", call=call())
        assert files_of(vendor)[-1] == (PHOTO.name, PHOTO.media_type, PHOTO.content)
        selection = Selection(children=frozenset({Child.ATTACHMENTS}))
        last = (await connector.get([id_], selection, call()))[id_].attachments[-1]
        assert (last.name, last.media_type, last.bytes) == (PHOTO.name, PHOTO.media_type, 256)


async def test_a_system_that_takes_no_files_promises_none(tmp_path: Path) -> None:
    async with connected(ENVELOPES, tmp_path) as (connector, vendor):
        assert connector.capabilities.attaches is None
        with pytest.raises(NotSupported):
            await connector.attach("997", PHOTO, key="key-1", call=call())
        assert vendor.calls == []


UNKNOWN = {CURSORS: "nobody", SESSIONS: "REC-0", ENVELOPES: "1", LINKS: "T-0"}


@pytest.mark.parametrize("dialect", FOUR, ids=str)
async def test_nothing_can_be_done_in_a_case_that_is_not_there(
    dialect: Dialect, tmp_path: Path
) -> None:
    saying = Saying(body=WORDS, author=AuthorRole.AGENCY, visibility=Visibility.PUBLIC)
    async with connected(dialect, tmp_path) as (connector, _):
        id_ = UNKNOWN[dialect]
        acts: list[Awaitable[None]] = [
            connector.say(id_, saying, key="key-1", call=call()),
            connector.move(id_, Move(Status.IN_PROGRESS), key="key-2", call=call()),
        ]
        if dialect in FILES:
            acts.append(connector.attach(id_, PHOTO, key="key-3", call=call()))
        for act in acts:
            with pytest.raises(NotFound):
                await act


async def test_a_key_keeps_what_is_said_twice_from_being_there_twice(tmp_path: Path) -> None:
    saying = Saying(body=WORDS, author=AuthorRole.AGENCY, visibility=Visibility.PUBLIC)
    async with connected(CURSORS, tmp_path) as (connector, vendor):
        for _ in range(2):
            await connector.say("a-0", saying, key="key-1", call=call())
            await connector.attach("a-0", PHOTO, key="key-2", call=call())
        assert [words for words, _ in said_in_cursors(vendor)].count(WORDS) == 1
        assert [name for name, _, content in files_in_cursors(vendor) if content] == [PHOTO.name]
