"""Sessions end when they are said to, in every process, and the database tells nobody's."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.store import Store
from connectors.testing.scenario import NOON
from gateway.auth.browser import Person
from gateway.auth.browser.attempt import SECONDS, Attempts
from gateway.auth.browser.secrets import Secrets
from gateway.auth.browser.sessions import Lifetime, Sessions
from resolvers.policy import Role
from tests.gateway.auth.browser.code_provider import coding
from tests.gateway.auth.browser.place import by_browser, placed, refused

AMINA = Person(Role.OFFICER, "https://idp marked-amina", ["water"])
IDLE, MOST = timedelta(minutes=30), timedelta(hours=8)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with aclosing(await Store.open(database_url)) as store:
        yield store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(store: Store, clock: Clock) -> Sessions[Person]:
    return made(store, clock)


def made(store: Store, clock: Clock, key: bytes = b"k" * 32) -> Sessions[Person]:
    secrets = Secrets(key, "person")
    return Sessions(Person, store.sessions, secrets, Lifetime(IDLE, MOST), clock=clock)


async def rows(store: Store) -> list[tuple[str, bytes]]:
    found = await store._engine.fetch("SELECT name, content FROM session")
    return [(row[0], bytes(row[1])) for row in found]


async def test_an_idle_one_ends(sessions: Sessions[Person], clock: Clock) -> None:
    secret = await sessions.begin(AMINA)
    clock.now += IDLE - timedelta(microseconds=1)
    found = await sessions.find(secret)
    assert found is not None
    assert (found.content, found.ends_at) == (AMINA, clock.now + IDLE)
    clock.now += IDLE
    assert await sessions.find(secret) is None


async def test_one_that_is_used_all_day_ends_too(sessions: Sessions[Person], clock: Clock) -> None:
    secret = await sessions.begin(AMINA)
    last = clock.now + MOST
    while clock.now + timedelta(minutes=25) < last:
        clock.now += timedelta(minutes=25)
        found = await sessions.find(secret)
        assert found is not None
        assert found.ends_at <= last
    clock.now = last
    assert await sessions.find(secret) is None


async def test_a_busy_one_is_not_written_with_every_request(
    sessions: Sessions[Person], clock: Clock
) -> None:
    secret = await sessions.begin(AMINA)
    began = clock.now
    clock.now += IDLE / 10
    found = await sessions.find(secret)
    assert found is not None
    assert found.ends_at == began + IDLE
    clock.now += timedelta(seconds=1)
    found = await sessions.find(secret)
    assert found is not None
    assert found.ends_at == clock.now + IDLE


async def test_one_that_was_ended_is_over_also_for_who_is_about_to_prolong_it(
    sessions: Sessions[Person], store: Store, clock: Clock
) -> None:
    secret = await sessions.begin(AMINA)
    [(name, _)] = await rows(store)
    await sessions.end(secret)
    await store.sessions.prolong(name, ends_at=clock.now + IDLE)
    assert await sessions.find(secret) is None
    await sessions.end(secret)
    assert await rows(store) == []


async def test_those_that_have_ended_are_forgotten_when_another_begins(
    sessions: Sessions[Person], store: Store, clock: Clock
) -> None:
    await sessions.begin(AMINA)
    clock.now += timedelta(minutes=1)
    lasting = await sessions.begin(AMINA)
    clock.now += IDLE - timedelta(minutes=1)
    await sessions.begin(AMINA)
    assert len(await rows(store)) == 2
    assert await sessions.find(lasting)


async def test_the_database_tells_neither_secret_nor_person(
    sessions: Sessions[Person], store: Store, clock: Clock
) -> None:
    secret, other = await sessions.begin(AMINA), await sessions.begin(AMINA)
    kept = dict(await rows(store))
    shown = str(kept).encode()
    for hidden in (secret, "marked", "OFFICER", "water"):
        assert hidden.encode() not in shown
    # Whoever can write there makes nobody somebody else either.
    names = [Secrets(b"k" * 32, "person").name(each) for each in (secret, other)]
    assert set(names) == set(kept)
    for forged in (b"", b"x" * 40, kept[names[1]]):
        await swap(store, names[0], forged)
        assert await sessions.find(secret) is None
    await swap(store, names[0], kept[names[0]])
    assert await sessions.find(secret)
    # Nor does the key alone, or another.
    assert await made(store, clock, b"x" * 32).find(secret) is None


async def swap(store: Store, name: str, content: bytes) -> None:
    mark = store._engine.dialect.marker
    async with store._engine.transaction() as transaction:
        await transaction.fetch(
            f"UPDATE session SET content = {mark}2 WHERE name = {mark}1",  # noqa: S608
            [name, content],
        )


async def test_what_is_made_of_a_secret_tells_nothing_of_it_or_of_the_rest() -> None:
    one, other = Secrets(b"k" * 32, "person"), Secrets(b"k" * 32, "case")
    parts = {one.name("s"), one.token("s"), other.name("s"), other.token("s"), "s"}
    assert len(parts) == 5
    assert other.open("s", one.seal("s", b"content")) is None
    assert one.open("s", one.seal("s", b"content")) == b"content"


def test_an_attempt_to_sign_in_does_not_wait_for_ever() -> None:
    now = 1000.0
    attempts = Attempts(b"k" * 64, clock=lambda: now)
    attempt = attempts.begin("/x")
    sealed = attempts.sealed(attempt)
    now += SECONDS
    assert attempts.answered(sealed, attempt.state) == attempt
    now += 1
    assert attempts.answered(sealed, attempt.state) is None


@pytest.mark.parametrize("shown", ["", "x", "é", "A" * 400, None])
def test_what_is_no_attempt_of_ours_is_none(shown: str | None) -> None:
    assert Attempts(b"k" * 64).answered(shown, "state") is None
    other = Attempts(b"x" * 64)
    attempt = other.begin("/x")
    assert Attempts(b"k" * 64).answered(other.sealed(attempt), attempt.state) is None


async def test_an_ended_one_is_told_once_and_forgotten_where_one_asks(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with coding() as provider:
        # Nobody does anything in so short a time.
        environ = by_browser(provider.url) | {"CHIKAYA_SESSION_IDLE_MINUTES": "1e-9"}
        async with placed(tmp_path, sqlite_url, environ) as place, place.browser() as browser:
            await browser.sign_in()
            answer = await browser.ask()
            assert refused(answer) == (401, "UNAUTHENTICATED")
            assert answer.headers["www-authenticate"] == "Bearer"
            assert await browser.told() == {"person": None, "case": None}
            assert browser.cookies == {}
            assert await browser.who() == "ANONYMOUS"


def spoil(database: Path) -> None:
    """Have it, and what stands beside it, be no database any more."""
    for file in database.parent.glob(f"{database.name}*"):
        if not file.name.endswith(".lock"):
            file.write_bytes(b"no database" * 1000)


async def test_a_store_that_fails_is_no_reason_to_call_a_session_bad(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with coding() as provider:
        environ = by_browser(provider.url)
        async with placed(tmp_path, sqlite_url, environ) as place, place.browser() as browser:
            await browser.sign_in()
            spoil(Path(sqlite_url.removeprefix("sqlite:///")))
            assert refused(await browser.ask()) == (503, "SERVICE_UNAVAILABLE")


async def test_a_session_is_good_in_every_process(tmp_path: Path, postgres_url: str) -> None:
    async with coding() as provider:
        environ = by_browser(provider.url)
        async with (
            placed(tmp_path, postgres_url, environ) as one,
            placed(tmp_path, postgres_url, environ) as other,
            one.browser() as here,
            other.browser() as there,
        ):
            await here.sign_in()
            there.put("chikaya", here.cookies["chikaya"])
            assert await there.who() == "CITIZEN"
            await there.post("/auth/logout", {})
            assert refused(await here.ask()) == (401, "UNAUTHENTICATED")
