"""Keep what Redmine was asked and what it answered, in small files without a secret.

One exchange a line. JSON is kept by its value, so that a request is the same however its keys were
ordered; everything else is kept as it was. `{base}` stands for Redmine's own address, and who asked
stands there by role, never by key.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

BASE: Final = "{base}"

UPLOAD_TOKEN: Final = re.compile(r"\b(\d+)\.[0-9a-f]{64}\b")
"""What an upload is called by: it opens the file to its owner."""

_KEPT_HEADERS: Final = ("content-type", "location")


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """One request."""

    who: str
    """The role whose key it bore."""
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    """Decoded, by name; values of one name as they came."""
    body: Any = None
    """None, or one of the keys json, text and base64 with the content."""

    def __str__(self) -> str:
        query = "&".join(f"{name}={value}" for name, value in self.query)
        body = "" if self.body is None else f" {msgspec.json.encode(self.body).decode()}"
        return f"{self.who}: {self.method} {self.path}{'?' if query else ''}{query}{body}"


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came."""

    status: int
    headers: dict[str, str] = {}
    body: Any = None
    """As in `Asked`."""


class Exchange(msgspec.Struct, frozen=True):
    """One request and its answer."""

    asked: Asked
    answer: Answer


def asked_by(
    who: str,
    method: str,
    path: str,
    *,
    query: Sequence[tuple[str, str]],
    content: bytes,
    media_type: str,
) -> Asked:
    """The request as it is kept and compared."""
    by_name = tuple(sorted(query, key=lambda pair: pair[0]))
    return Asked(who, method, path, by_name, kept(content, media_type))


def answer_of(status: int, headers: Mapping[str, str], content: bytes, *, base: str) -> Answer:
    """The answer as it is kept; `base` is the address that must not be."""
    told = {name: headers[name].replace(base, BASE) for name in _KEPT_HEADERS if name in headers}
    return Answer(status, told, kept(content, headers.get("content-type", ""), base=base))


def kept(content: bytes, media_type: str, *, base: str | None = None) -> Any:
    """`content` in a form that a file can hold and a person can read."""
    if not content:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}
    text = UPLOAD_TOKEN.sub(renamed, text if base is None else text.replace(base, BASE))
    if "json" in media_type:
        return {"json": msgspec.json.decode(text)}
    return {"text": text}


def renamed(token: re.Match[str]) -> str:
    """What an upload is called by where it may be read."""
    return f"{token[1]}.upload"


def content_of(body: Any, *, base: str) -> bytes:
    """The bytes of an answer's `body`, told by a server at `base`."""
    match body:
        case None:
            return b""
        case {"base64": packed}:
            return base64.b64decode(packed)
        case {"text": text}:
            return str(text).replace(BASE, base).encode()
    return msgspec.json.encode(body["json"]).replace(BASE.encode(), base.encode())


class Recording:
    """Exchanges with a source: in `sequence` each is given once; else answers never change."""

    def __init__(self, exchanges: Sequence[Exchange] = (), *, sequence: bool) -> None:
        self._sequence = sequence
        self._exchanges: list[Exchange] = []
        self._given: set[int] = set()
        for exchange in exchanges:
            self.keep(exchange)

    @classmethod
    def read(cls, path: Path, *, sequence: bool) -> "Recording":
        """What stands at `path`: nothing, if nothing was asked when it was recorded."""
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return cls([msgspec.json.decode(line, type=Exchange) for line in lines], sequence=sequence)

    def write(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        if not self._exchanges:
            return
        path.parent.mkdir(exist_ok=True)
        lines = [msgspec.json.encode(exchange).decode() + "\n" for exchange in self._exchanges]
        path.write_text("".join(lines), "utf-8")

    def keep(self, exchange: Exchange) -> None:
        """Add what was just said."""
        if not self._sequence:
            for known in self._exchanges:
                if known.asked == exchange.asked:
                    assert known.answer == exchange.answer, f"it changed: {known.asked}"
                    return
        self._exchanges.append(exchange)

    def answer(self, asked: Asked) -> Answer | None:
        """What was answered to `asked`, and in a sequence not yet given. None: nothing."""
        for position, exchange in enumerate(self._exchanges):
            if exchange.asked == asked and position not in self._given:
                if self._sequence:
                    self._given.add(position)
                return exchange.answer
        return None

    @property
    def left(self) -> Sequence[Asked]:
        """What of a sequence was not asked again."""
        if not self._sequence:
            return ()
        return [
            exchange.asked
            for position, exchange in enumerate(self._exchanges)
            if position not in self._given
        ]
