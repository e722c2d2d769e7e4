"""An agency's case system as a process of its own, which fails by a plan that its seed decides.

    python -m tests.crash.agency FOLDER PORT SEED

It has three desks, which differ in what makes a repetition harmless: `key` knows the keys that it
was sent, `search` finds cases by our reference, `none` does neither. Whatever it takes is a line of
FOLDER/kept.jsonl before it is answered, and is read from there again when the process is started
anew. While FOLDER/dead-DESK exists, that desk takes nothing and says nothing; while FOLDER/well
exists, the others do not fail.
"""

import asyncio
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import uvicorn

KEPT: Final = "kept.jsonl"
LATE_SECONDS: Final = 1.3
"""After the attempt was given up, which takes a second, and before a search counts as settled."""
_FAILS_AT_MOST: Final = 2
"""Times that one act meets a failure; what is tried further goes well."""
_PLAN: Final = {
    "well": 12,
    "fails": 1,
    "fails_after": 2,
    "hangs": 1,
    "hangs_after": 2,
    "resets": 1,
    "resets_after": 2,
    "late": 1,
}
"""How often what happens; `_after`: when it has taken what was sent."""


@dataclass(frozen=True)
class Taken:
    """One thing that a desk has."""

    desk: str
    case: str
    text: str
    """The reference of a case that was filed; the words of what was said in one."""
    key: str | None
    filed: bool


def kept_in(folder: Path) -> list[Taken]:
    """What it took so far, in order."""
    path = folder / KEPT
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [Taken(**json.loads(line)) for line in lines]


class Agency:
    """The ASGI application."""

    def __init__(self, folder: Path, seed: str) -> None:
        self._folder, self._seed = folder, seed
        self._kept = kept_in(folder)
        self._tried: Counter[str] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        desk, *path = scope["path"].strip("/").split("/")
        if (self._folder / f"dead-{desk}").exists():
            await _silence(receive)
            return
        if scope["method"] == "GET":
            reference = scope["query_string"].decode().partition("reference=")[2]
            found = [each for each in self._kept if each.filed and each.desk == desk]
            await _answer(
                send, 200, [_case(each) for each in found if reference in {"", each.text}]
            )
            return
        said = json.loads((await receive())["body"])
        await self._written(desk, path, said, receive, send)

    async def _written(
        self, desk: str, path: list[str], said: Any, receive: Any, send: Any
    ) -> None:
        fate = self._fate(said["text"])
        if fate == "late":
            await asyncio.sleep(LATE_SECONDS)
        if fate in {"well", "late"} or fate.endswith("_after"):
            taken = self._take(desk, path, said)
        match fate.removesuffix("_after"):
            case "fails":
                await _answer(send, 500, {})
            case "hangs":
                await _silence(receive)
            case "resets":
                # ASGI has no word for it; the server's own object does.
                receive.__self__.transport.abort()
            case _:
                await _answer(send, 201, _case(taken))

    def _fate(self, act: str) -> str:
        self._tried[act] += 1
        if self._tried[act] > _FAILS_AT_MOST or (self._folder / "well").exists():
            return "well"
        draw = random.Random(f"{self._seed} {act} {self._tried[act]}")
        return draw.choices(list(_PLAN), list(_PLAN.values()))[0]

    def _take(self, desk: str, path: list[str], said: Any) -> Taken:
        # Only what was sent with a key can be known again by it.
        for earlier in self._kept:
            if earlier.key is not None and earlier.key == said.get("key"):
                return earlier
        filed = len(path) == 1
        case = str(len(self._kept) + 1) if filed else path[1]
        taken = Taken(desk, case, said["text"], said.get("key"), filed)
        with (self._folder / KEPT).open("a", encoding="utf-8") as file:
            file.write(json.dumps(taken.__dict__) + "\n")
        self._kept.append(taken)
        return taken


def _case(taken: Taken) -> dict[str, Any]:
    return {"id": taken.case, "state": "new", "reference": taken.text}


async def _silence(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Any, status: int, body: Any) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


if __name__ == "__main__":
    app = Agency(Path(sys.argv[1]), sys.argv[3])
    uvicorn.run(app, port=int(sys.argv[2]), log_level="error", lifespan="off")
