"""Files that come with acts reach the system that holds the case: in order, once, or by hand."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.capabilities import AttachmentCapability, Idempotency
from connectors.contract.errors import SourceTimeout
from connectors.contract.outbox import DeliveryState, Which
from connectors.contract.records import AgencyCode, utc_now
from connectors.contract.uploads import KeptUpload
from connectors.store import Store, copy_held
from gateway.app import Config, opened
from gateway.config import read_settings
from gateway.execution.operations import Operations
from gateway.keys import Keys
from resolvers.asking import Asker
from resolvers.delivery import Delivery
from resolvers.policy import ANONYMOUS, Role, Viewer
from resolvers.reconciling import Reconciling
from resolvers.registry import Desk
from schema.build import build
from tests.dialects.connecting import configured, served
from tests.dialects.four import CURSORS
from tests.gateway.uploads.samples import AMR, JPEG, png
from tests.schema.graph import LIVE, Graph, graph_in
from tests.schema.test_acts import Case
from tests.schema.test_filing import filed

OFFICER = Viewer(Role.OFFICER, "officer-1", frozenset({AgencyCode("city"), AgencyCode("water")}))
FILES = AttachmentCapability(max_bytes=10_000, idempotency=Idempotency.KEY)
EVERY = Which(states=frozenset(DeliveryState))


@pytest.fixture
async def sqlite_graph(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Graph]:
    async with graph_in(tmp_path, sqlite_url) as there:
        yield there


class City:
    """The system of the live agency, as able as a test wants it."""

    def __init__(self, graph: Graph, *, desk: Desk = Desk.OWN, **can: Any) -> None:
        self.graph = graph
        self.asked: list[tuple[str, Any]] = []
        self.fails: list[Exception] = []
        """At the next files."""
        known = graph.gateway.now.askers[LIVE]
        self.connector: Any = known._connector
        self.connector.capabilities = replace(known.source.capabilities, **can)
        self.connector._before = self._hear
        source = replace(known.source, capabilities=self.connector.capabilities, desk=desk)
        graph.gateway.now.askers[LIVE] = Asker(source, self.connector)  # type: ignore[index]
        graph.gateway.registry.sources[LIVE] = source  # type: ignore[index]

    async def _hear(self, verb: str, asked: Any) -> None:
        if verb in {"file", "say", "move", "attach"}:
            self.asked.append((verb, asked))
        if verb == "attach" and self.fails:
            raise self.fails.pop()

    async def deliver(self, store: Store | None = None, *, late: timedelta = timedelta()) -> None:
        """Everything that the gateway's own, or another, `store` has to tell by then."""
        gateway = self.graph.gateway
        worker = Delivery(
            (store or gateway.store).outbox,
            lambda: gateway.now.askers,
            gateway.contents,
            now=lambda: utc_now() + late,
        )
        for _ in range(6):
            await worker.turn()
            await worker.idle()

    @property
    def told(self) -> list[str]:
        """What it was asked, in order; of files their contents' kinds."""
        return [
            f"{verb} {asked.media_type}" if verb == "attach" else verb for verb, asked in self.asked
        ]


async def sent(graph: Graph, name: str, content: bytes) -> str:
    """The id of a draft."""
    receiving = graph.gateway.contexts.receiving
    coming = receiving.batch(ANONYMOUS, None).begin(name)
    await coming.write(content)
    came = await coming.end()
    assert isinstance(came, KeptUpload)
    return came.id


async def filed_with(graph: Graph, *files: tuple[str, bytes], **given: Any) -> Case:
    ids = [await sent(graph, *file) for file in files]
    about = {"agency": "city", "serviceCode": None, "attributes": [], "uploads": ids}
    payload = await filed(graph, **(about | given))
    assert payload["problems"] == []
    return Case(graph, payload["receipt"])


async def states(graph: Graph) -> list[tuple[str, str, str | None]]:
    found = await graph.gateway.store.outbox.deliveries(EVERY, most=100)
    return [(each.verb, each.state, each.code) for each in found]


async def test_files_follow_the_filing_and_their_messages_byte_for_byte(graph: Graph) -> None:
    city = City(graph, attaches=FILES)
    case = await filed_with(graph, ("a.png", png()), ("b.jpg", JPEG))
    note = await sent(graph, "c.amr", AMR)
    await case.complainant("addMessage", text="Écoutez", uploads=[note])
    await city.deliver()
    assert city.told == [
        "file",
        "attach image/png",
        "attach image/jpeg",
        "say",
        "attach audio/amr",
    ]
    uploads = [asked for verb, asked in city.asked if verb == "attach"]
    assert [(each.name, each.content) for each in uploads] == [
        ("a.png", png()),
        ("b.jpg", JPEG),
        ("c.amr", AMR),
    ]
    assert {state for _, state, _ in await states(graph)} == {DeliveryState.DELIVERED}
    # What the system tells back of them is not shown again.
    seen = await graph.data(
        "query ($id: ID!) { node(id: $id) { ... on Complaint { origin { mode } attachments { name } } } }",
        viewer=OFFICER,
        id=f"Complaint:{case.reference}",
    )
    assert seen["node"]["origin"]["mode"] == "LIVE"
    assert [each["name"] for each in seen["node"]["attachments"]] == ["a.png", "b.jpg", "c.amr"]


async def test_a_recording_is_told_in_a_sentence_to_a_system_that_wants_words(
    sqlite_graph: Graph,
) -> None:
    city = City(sqlite_graph, attaches=FILES)
    await filed_with(sqlite_graph, ("v.amr", AMR), description="", language="fr-MA")
    await city.deliver()
    assert city.told == ["file", "attach audio/amr"]
    assert city.asked[0][1].description == "La réclamation est dans l'enregistrement joint."


@pytest.mark.parametrize(
    "attaches", [None, AttachmentCapability(10, Idempotency.KEY)], ids=["no files", "too large"]
)
async def test_what_the_system_cannot_take_an_officer_enters_there(
    sqlite_graph: Graph, attaches: AttachmentCapability | None
) -> None:
    city = City(sqlite_graph, attaches=attaches)
    case = await filed_with(sqlite_graph, ("a.png", png()))
    photo = await sent(sqlite_graph, "b.png", png(1))
    await case.complainant("addMessage", text="Voyez", uploads=[photo])
    await city.deliver()
    assert city.told == ["file", "say"]
    by_hand = ("ATTACH", DeliveryState.BY_HAND, None)
    assert [each for each in await states(sqlite_graph) if each[0] == "ATTACH"] == [by_hand] * 2


@pytest.mark.parametrize(("desk", "by_hand"), [(Desk.OWN, 1), (Desk.PORTAL, 0)])
async def test_an_officers_file_is_by_hand_where_they_answer_in_that_system(
    sqlite_graph: Graph, desk: Desk, by_hand: int
) -> None:
    city = City(sqlite_graph, attaches=None, desk=desk)
    case = await filed_with(sqlite_graph)
    form = await sent(sqlite_graph, "a.png", png())
    said = await case.by(OFFICER, "addMessage", text="Voici", uploads=[form])
    assert said["problems"] == []
    await city.deliver()
    assert [each[:2] for each in await states(sqlite_graph) if each[0] == "ATTACH"] == [
        ("ATTACH", DeliveryState.BY_HAND)
    ] * by_hand


@pytest.mark.parametrize(
    ("safe_by", "state", "times"),
    [
        (Idempotency.KEY, DeliveryState.DELIVERED, 2),
        (Idempotency.SEARCH, DeliveryState.DELIVERED, 2),
        (Idempotency.NONE, DeliveryState.UNCERTAIN, 1),
    ],
)
async def test_a_file_that_may_have_arrived_is_sent_again_only_where_that_is_safe(
    sqlite_graph: Graph, safe_by: Idempotency, state: DeliveryState, times: int
) -> None:
    can: dict[str, Any] = {"attaches": replace(FILES, idempotency=safe_by), "settles_seconds": 0.0}
    city = City(sqlite_graph, **can)
    await filed_with(sqlite_graph, ("a.png", png()))
    city.fails = [SourceTimeout("it did not answer in time")]
    await city.deliver()
    await city.deliver(late=timedelta(minutes=5))
    assert city.told.count("attach image/png") == times
    assert (await states(sqlite_graph))[1][:2] == ("ATTACH", state)


@pytest.mark.parametrize("safe_by", [Idempotency.KEY, Idempotency.NONE])
async def test_after_a_restore_a_file_is_there_once(
    sqlite_graph: Graph, tmp_path: Path, sqlite_url: str, safe_by: Idempotency
) -> None:
    can: dict[str, Any] = {"files": Idempotency.KEY, "settles_seconds": 0.0}
    city = City(sqlite_graph, attaches=replace(FILES, idempotency=safe_by), **can)
    await filed_with(sqlite_graph, ("a.png", png()))
    copy = tmp_path / "copy.sqlite3"
    copy_held(Path(sqlite_url.removeprefix("sqlite:///")), copy)
    await city.deliver()
    async with aclosing(await Store.open(f"sqlite:///{copy}")) as restored:
        askers = sqlite_graph.gateway.now.askers
        reconciling = Reconciling(restored.restored, restored.ledger, askers)
        await reconciling.run(utc_now(), lambda _: None)
        await city.deliver(restored, late=timedelta(minutes=5))
        found = await restored.outbox.deliveries(EVERY, most=9)
    safe = safe_by is Idempotency.KEY
    state = DeliveryState.DELIVERED if safe else DeliveryState.UNCERTAIN
    assert [each.state for each in found if each.verb == "ATTACH"] == [state]
    assert city.told.count("attach image/png") == (2 if safe else 1)
    files = [case.attachments or () for case in city.connector._cases.values()]
    assert [each.name for case in files for each in case] == ["a.png"]


async def test_a_content_that_is_lost_waits_for_a_person(
    sqlite_graph: Graph, tmp_path: Path
) -> None:
    city = City(sqlite_graph, attaches=FILES)
    case = await filed_with(sqlite_graph, ("a.png", png()))
    [content] = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    content.rename(tmp_path / "lost")
    await case.complainant("addMessage", text="Toujours rien")
    await city.deliver()
    assert await states(sqlite_graph) == [
        ("FILE", DeliveryState.DELIVERED, None),
        ("ATTACH", DeliveryState.DEAD, "FILE_MISSING"),
        ("SAY", DeliveryState.DELIVERED, None),
    ]
    (tmp_path / "lost").rename(content)
    outbox = sqlite_graph.gateway.store.outbox
    [dead] = await outbox.deliveries(Which(states=frozenset({DeliveryState.DEAD})), most=2)
    assert await outbox.retry(dead.id, at=utc_now())
    await city.deliver()
    assert city.told[-1] == "attach image/png"


async def test_a_case_that_is_transferred_takes_what_it_was_filed_with(graph: Graph) -> None:
    city = City(graph, attaches=FILES)
    case = await filed_with(graph, ("a.png", png()), agency="water")
    said = await sent(graph, "b.png", png(1))
    await case.complainant("addMessage", text="Voyez", uploads=[said])
    done = await case.by(OFFICER, "transferComplaint", agency="city", text="La ville")
    assert done["problems"] == []
    await city.deliver()
    assert city.told == ["file", "attach image/png", "say"]
    assert city.asked[1][1].content == png()


async def test_a_described_system_is_sent_the_file(tmp_path: Path, database_url: str) -> None:
    async with served(CURSORS) as found:
        vendor, url = found[CURSORS]
        config = Config(
            settings=read_settings(
                {"CHIKAYA_ENV": "development", "CHIKAYA_FILES": str(tmp_path / "files")},
                database_url=database_url,
            ),
            configured=configured(tmp_path, {CURSORS: url}),
            keys=Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32),
        )
        async with opened(config) as gateway:
            graph = Graph(gateway, Operations(build()))
            known: Any = vendor
            before = set(known.cases)
            await filed_with(graph, ("été.png", png()), agency=CURSORS.agencies[0])
            worker = Delivery(gateway.store.outbox, lambda: gateway.now.askers, gateway.contents)
            for _ in range(3):
                await worker.turn()
                await worker.idle()
            [new] = set(known.cases) - before
            [file] = known.cases[new]["files"]
            assert (file["name"], file["type"], file["content"]) == ("été.png", "image/png", png())
