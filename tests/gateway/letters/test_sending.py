"""Letters come to the mail server: each once as far as that can be known, and none is lost."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.headerregistry import Address

import pytest
from structlog.testing import capture_logs

from connectors.contract.connector import Contact
from connectors.contract.letters import (
    DueLetter,
    Letter,
    LetterKind,
    LetterSettled,
    LetterState,
)
from connectors.contract.records import Agency, AgencyClass, AgencyCode, LocalizedText
from connectors.store import Store
from connectors.testing.scenario import NOON
from gateway.config.mail import Mail, MailServer
from gateway.letters.composing import Composer
from gateway.letters.posting import Post, Times
from gateway.letters.sending import Patience, Sending
from resolvers.code_links import CodeLinkTokens
from resolvers.stopping import Stopping, StopTokens
from tests.connectors.store.cases import EMAIL, NAME, PHONE, filing
from tests.gateway.letters.catcher import Catcher, catching

S = LetterState
REFERENCE = "4471083920155"
SENDER = Address("Chikaya", "no-reply", "chikaya.example")
STOPS = StopTokens(b"k" * 32)
LINKS = CodeLinkTokens(b"l" * 32)
USUAL = Patience()
PATIENT = Times(answer=5.0)
WATER = Agency(
    code=AgencyCode("commune-a"), name=LocalizedText(fr="Eau"), agency_class=AgencyClass.EEP
)
PASSWORD = "p@ss word"


@dataclass
class Office:
    """A store with letters, a mail server, and whoever sends, under a clock of its own."""

    store: Store
    catcher: Catcher
    now: datetime = NOON
    server: MailServer = field(init=False)

    def __post_init__(self) -> None:
        self.server = MailServer("127.0.0.1", self.catcher.port, tls=False, start_tls=False)

    async def file(self, number: int = 1, *, email: str | None = EMAIL) -> None:
        reference = REFERENCE if number == 1 else f"44710839201{number:02}"
        case = filing(reference, key=f"key-{number}")
        contact = Contact(NAME, PHONE, email, "fr")
        await self.store.ledger.open_case(replace(case, contact=contact, letter=LetterKind.RECEIPT))

    def sender(
        self,
        store: "Store | None" = None,
        queue: object | None = None,
        patience: Patience = USUAL,
        times: Times = PATIENT,
    ) -> Sending:
        composer = Composer(
            site="https://chikaya.example", sender=SENDER, stops=STOPS, code_links=LINKS
        )
        return Sending(
            queue or (store or self.store).letters,  # type: ignore[arg-type]  # a double may stand in
            Post(Mail(self.server, SENDER), times=times),
            composer,
            STOPS,
            lambda: {WATER.code: WATER},
            now=lambda: self.now,
            patience=patience,
        )

    async def send(self) -> float:
        return await self.sender().turn()

    async def every(self) -> list[Letter]:
        return list(await self.store.letters.letters(states=frozenset(S), most=100))

    async def one(self) -> Letter:
        (letter,) = await self.every()
        return letter

    async def later(self) -> None:
        """It is time for the next attempt."""
        self.now = (await self.one()).next_at


@asynccontextmanager
async def _office(url: str) -> AsyncIterator[Office]:
    async with aclosing(await Store.open(url)) as store, catching() as catcher:
        yield Office(store, catcher)


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with _office(database_url) as office:
        yield office


@pytest.fixture
async def small(sqlite_url: str) -> AsyncIterator[Office]:
    """For what does not depend on the engine."""
    async with _office(sqlite_url) as office:
        yield office


async def test_a_receipt_is_sent_once(office: Office) -> None:
    await office.file()
    with capture_logs() as told:
        await office.send()
        await office.send()
    (caught,) = office.catcher.caught
    assert (caught.sender, caught.to) == (SENDER.addr_spec, EMAIL)
    letter = await office.one()
    assert (letter.reference, letter.kind, letter.state) == (REFERENCE, "RECEIPT", S.SENT)
    assert (letter.attempts, letter.done_at, letter.code) == (1, NOON, None)
    assert [each["event"] for each in told] == ["letter_sent"]
    for secret in (EMAIL, NAME, PHONE, REFERENCE):
        assert secret not in str(told)


async def test_without_an_address_nothing_is_queued_and_of_a_replay_neither(office: Office) -> None:
    await office.file(2, email=None)
    assert await office.every() == []
    await office.file()
    await office.file()
    assert len(await office.every()) == 1


@pytest.mark.parametrize(
    ("verb", "answer", "state", "code"),
    [
        ("RCPT", b"550 no such user", S.DEAD, "ADDRESS_REFUSED"),
        ("RCPT", b"451 greylisted", S.PENDING, "TRY_LATER"),
        ("MAIL", b"550 who are you", S.PENDING, "SENDER_REFUSED"),
        ("MAIL", b"421 good night", S.PENDING, "TRY_LATER"),
        ("DATA", b"554 no", S.DEAD, "LETTER_REFUSED"),
        (".", b"554 spam", S.DEAD, "LETTER_REFUSED"),
        (".", b"452 full", S.PENDING, "TRY_LATER"),
        (".", b"", S.PENDING, "LOST"),
        ("RCPT", b"", S.PENDING, "LOST"),
        ("MAIL", b"no SMTP at all", S.PENDING, "LOST"),
    ],
)
async def test_what_the_server_answers_decides(
    small: Office, verb: str, answer: bytes, state: LetterState, code: str
) -> None:
    await small.file()
    small.catcher.answers[verb] = [answer]
    with capture_logs() as told:
        await small.send()
    letter = await small.one()
    assert (letter.state, letter.code) == (state, code)
    # What the server said is not told on.
    assert not answer or answer.decode()[4:] not in str(told)
    await small.later()
    await small.send()
    assert (await small.one()).state is (S.SENT if state is S.PENDING else state)


async def test_one_that_is_refused_keeps_no_other(small: Office) -> None:
    for number in (1, 2, 3):
        await small.file(number)
    small.catcher.answers["RCPT"] = [b"250 ok", b"550 no"]
    await small.send()
    assert [each.state for each in await small.every()] == [S.SENT, S.DEAD, S.SENT]
    assert small.catcher.said.count("QUIT") == 1


async def test_pauses_grow_and_end(small: Office) -> None:
    await small.file()
    small.catcher.answers["RCPT"] = [b"450 not now"] * 1000
    patience = Patience(first_pause=600.0, attempts=5, days=0.3)
    pauses = []
    while (await small.one()).state is S.PENDING:
        await small.sender(patience=patience).turn()
        letter = await small.one()
        pauses.append((letter.next_at - small.now).total_seconds())
        small.now = max(letter.next_at, small.now)
    assert 450 <= pauses[0] <= 750
    assert 900 <= pauses[1] <= 1500
    assert len(pauses) > 7
    assert all(2700 <= pause <= 4500 for pause in pauses[3:-1])
    letter = await small.one()
    assert (letter.state, letter.code) == (S.DEAD, "TRY_LATER")
    assert letter.attempts >= patience.attempts
    assert small.now - NOON >= timedelta(days=patience.days)
    assert await small.store.letters.retry(letter.id, at=small.now)
    small.catcher.answers.clear()
    await small.send()
    assert (await small.one()).state is S.SENT
    assert not await small.store.letters.retry(letter.id, at=small.now)


class _Dies:
    """A queue of a process that ends after the server took a letter, before that is noted."""

    def __init__(self, store: Store) -> None:
        self._letters = store.letters
        self.waiting, self.begin = store.letters.waiting, store.letters.begin
        self.stopped = store.letters.stopped

    async def settle(self, letter: DueLetter, settled: LetterSettled) -> bool:
        raise asyncio.CancelledError


async def test_a_letter_whose_fate_is_unknown_is_sent_again_under_the_same_id(
    office: Office,
) -> None:
    await office.file()
    with pytest.raises(asyncio.CancelledError):
        await office.sender(queue=_Dies(office.store)).turn()
    # As long as somebody may be at it nobody else is.
    await office.send()
    assert len(office.catcher.caught) == 1
    await office.later()
    await office.send()
    first, second = (caught.message for caught in office.catcher.caught)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert ((await office.one()).state, (await office.one()).attempts) == (S.SENT, 2)


async def test_who_was_overtaken_settles_nothing(office: Office) -> None:
    await office.file()
    until = NOON + timedelta(seconds=5)
    slow = await office.store.letters.begin(now=NOON, until=until)
    assert slow is not None
    assert await office.store.letters.begin(now=NOON, until=until) is None
    office.now = until
    await office.send()
    sent = await office.one()
    from connectors.contract.letters import LetterLater

    assert not await office.store.letters.settle(slow, LetterLater(until, "LOST"))
    assert await office.one() == sent


async def test_several_workers_share_what_waits(office: Office, database_url: str) -> None:
    for number in range(1, 9):
        await office.file(number)
    if database_url.startswith("sqlite"):
        # One process alone writes there; its tasks take turns.
        await asyncio.gather(*(office.sender().turn() for _ in range(3)))
    else:
        async with (
            aclosing(await Store.open(database_url)) as second,
            aclosing(await Store.open(database_url)) as third,
        ):
            stores = (office.store, second, third)
            await asyncio.gather(*(office.sender(store).turn() for store in stores))
    ids = [caught.message["Message-ID"] for caught in office.catcher.caught]
    assert len(ids) == len(set(ids)) == 8
    assert {letter.attempts for letter in await office.every()} == {1}


async def test_while_the_server_is_away_no_letter_is_begun(small: Office) -> None:
    await small.file()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        here = small.server
        small.server = replace(here, port=closed.getsockname()[1])
        away = small.sender()
        with capture_logs() as told:
            pauses = [await away.turn() for _ in range(8)]
    assert [(each["event"], each["code"]) for each in told] == [
        ("mail_server_away", "SERVER_UNAVAILABLE")
    ]
    assert pauses[0] < pauses[-1] <= USUAL.away_longest * 1.25
    assert ((await small.one()).state, (await small.one()).attempts) == (S.PENDING, 0)
    small.server = here
    await small.send()
    assert (await small.one()).state is S.SENT


async def test_a_user_and_a_password_are_given_and_not_told(small: Office) -> None:
    await small.file()
    small.catcher.extensions = ("AUTH PLAIN",)
    small.server = replace(small.server, user="gate", password=PASSWORD)
    small.catcher.answers["AUTH"] = [b"535 wrong"]
    with capture_logs() as told:
        await small.send()
    assert [(each["event"], each["code"]) for each in told] == [
        ("mail_server_away", "SERVER_UNAUTHORIZED")
    ]
    assert PASSWORD not in repr(small.server)
    await small.send()
    assert len(small.catcher.caught) == 1


async def test_beyond_this_machine_nothing_is_said_in_clear(small: Office) -> None:
    await small.file()
    small.catcher.extensions = ("AUTH PLAIN",)
    small.server = replace(small.server, start_tls=True, user="gate", password=PASSWORD)
    await small.send()
    assert {line.partition(" ")[0] for line in small.catcher.said} <= {"EHLO", "QUIT"}
    assert (await small.one()).attempts == 0


async def test_after_somebody_stopped_letters_none_is_sent_to_that_address(office: Office) -> None:
    await office.file()
    await office.send()
    (first,) = office.catcher.caught
    token = first.message["List-Unsubscribe"].partition("token=")[2].rstrip(">")
    stopping = Stopping(office.store.letters, STOPS)
    soon = asyncio.get_running_loop().time() + 5
    assert [each.code for each in await stopping.stop(token[:-8] + "AAAAAAAA", deadline=soon)] == [
        "INVALID"
    ]
    await office.file(2, email=f"other-{EMAIL}")
    for _ in range(2):
        assert await stopping.stop(token, deadline=soon) == ()
    await office.file(3, email=EMAIL.upper())
    await office.send()
    assert [caught.to for caught in office.catcher.caught] == [EMAIL, f"other-{EMAIL}"]
    _, sent, stopped = await office.every()
    assert sent.state is S.SENT
    assert (stopped.state, stopped.code) == (S.CANCELLED, "STOPPED")


async def test_one_whose_address_was_erased_is_cancelled(office: Office) -> None:
    await office.file()
    async with office.store._engine.transaction() as transaction:
        await transaction.fetch("UPDATE complainant SET email = NULL", [])
    await office.send()
    letter = await office.one()
    assert (letter.state, letter.code) == (S.CANCELLED, "NO_ADDRESS")
    assert office.catcher.caught == []


@pytest.mark.parametrize("address", ["a,b@example.test", "<x>@example.test", "شكاية@example.test"])
async def test_an_address_that_is_none_is_dead_at_once(small: Office, address: str) -> None:
    await small.file(email=address)
    await small.send()
    letter = await small.one()
    assert (letter.state, letter.code) == (S.DEAD, "ADDRESS_UNFIT")


async def test_the_end_of_the_program_waits_for_one_letter_at_most(small: Office) -> None:
    for number in (1, 2, 3):
        await small.file(number)
    sending = small.sender()

    def told_to_end() -> None:
        if small.catcher.caught:
            sending.end()

    await sending.turn(told_to_end)
    assert len(small.catcher.caught) == 1
    assert [each.state for each in await small.every()] == [S.SENT, S.PENDING, S.PENDING]


SHORT = Times(answer=0.2, connect=0.3, letter=0.3)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
async def test_a_server_that_never_answers_keeps_nobody(small: Office, verb: str) -> None:
    await small.file()
    await small.file(2)
    small.catcher.answers[verb] = [None]
    await small.sender(times=SHORT).turn()
    first, second = await small.every()
    assert (first.state, first.code, second.attempts) == (S.PENDING, "LOST", 0)
    await small.send()
    assert [each.state for each in await small.every()] == [S.PENDING, S.SENT]


@pytest.mark.parametrize("verb", ["connect", "EHLO"])
async def test_one_that_hangs_before_counts_as_away(small: Office, verb: str) -> None:
    await small.file()
    small.catcher.answers[verb] = [None]
    with capture_logs() as told:
        await small.sender(times=SHORT).turn()
    assert [each["event"] for each in told] == ["mail_server_away"]
    assert (await small.one()).attempts == 0


async def test_a_connection_is_for_so_many_letters_and_the_rest_has_another(small: Office) -> None:
    for number in range(1, 54):
        await small.file(number)
    sending = small.sender()
    assert await sending.turn() == 0.0
    assert len(small.catcher.caught) == 50
    assert await sending.turn() > 0.0
    assert len(small.catcher.caught) == 53
    assert small.catcher.said.count("QUIT") == 2
