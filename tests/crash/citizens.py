"""People who file and say something in their cases, and repeat what was not answered."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from tests.crash.registry import DESKS

_FILE: Final = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
  receipt { reference trackingCode } problems { code } } }"""
_SAY: Final = """mutation ($input: AddMessageInput!) { addMessage(input: $input) {
  complaint { version } problems { code } } }"""
_AT_ONCE: Final = 8
_ANSWER: Final = aiohttp.ClientTimeout(total=10)
_PAUSE_SECONDS: Final = 0.1


@dataclass
class Case:
    """What was acknowledged to somebody."""

    desk: str
    reference: str
    said: list[str] = field(default_factory=list)


@dataclass
class Citizens:
    """All of them."""

    address: str
    draw: random.Random
    cases: list[Case] = field(default_factory=list)
    acknowledged: int = 0
    """Filings and messages."""
    on_acknowledged: Callable[[], None] = lambda: None

    async def file(self, filings: int, messages: int) -> None:
        """File so often, at every desk in turn, and say so many things; all of it acknowledged."""
        places = self.draw.choices(range(filings), k=messages)
        lives = [
            self._live(number, places.count(number), random.Random(self.draw.random()))
            for number in range(filings)
        ]
        turn = asyncio.Semaphore(_AT_ONCE)
        async with aiohttp.ClientSession(timeout=_ANSWER) as session, asyncio.TaskGroup() as group:
            for live in lives:
                group.create_task(live(session, turn))

    def _live(self, number: int, messages: int, draw: random.Random) -> Any:
        desk, caller = DESKS[number % len(DESKS)], f"10.0.{number // 250}.{number % 250 + 1}"

        async def live(session: aiohttp.ClientSession, turn: asyncio.Semaphore) -> None:
            async with turn:
                filing = {"agency": f"{desk}-office", "description": f"Filing {number}"}
                filed = await self._done(session, caller, _FILE, "fileComplaint", filing, draw)
                receipt = filed["receipt"]
                case = Case(desk, receipt["reference"])
                self.cases.append(case)
            for count in range(messages):
                async with turn:
                    text = f"Message {count} in {number}"
                    meant = {
                        "reference": case.reference,
                        "trackingCode": receipt["trackingCode"],
                    }
                    saying = {"case": meant, "text": text}
                    await self._done(session, caller, _SAY, "addMessage", saying, draw)
                    case.said.append(text)

        return live

    async def _done(
        self,
        session: aiohttp.ClientSession,
        caller: str,
        document: str,
        name: str,
        given: dict[str, Any],
        draw: random.Random,
    ) -> Any:
        """The payload; asked for under the same key until there is one."""
        given = given | {"idempotencyKey": draw.randbytes(16).hex()}
        body = {"query": document, "variables": {"input": given}}
        while True:
            told = await self._told(session, caller, body)
            payload = (told.get("data") or {}).get(name)
            if payload is not None:
                assert payload["problems"] == [], payload
                self.acknowledged += 1
                self.on_acknowledged()
                return payload
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _told(
        self, session: aiohttp.ClientSession, caller: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        headers = {"X-Forwarded-For": caller}
        try:
            async with session.post(self.address, json=body, headers=headers) as answer:
                told: dict[str, Any] = await answer.json()
                return told
        except (aiohttp.ClientError, TimeoutError):
            return {}
