"""Know what everyone needs who translates an outside system's answers: how to be wary of them."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Generic, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.contract.connector import Response
from connectors.contract.errors import ConnectorError

_HTML: Final = ("text/html", "application/xhtml")
_MOST_REMEMBERED: Final = 1000
_LINK: Final = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s",;]*))*)')
_REFERENCE: Final = re.compile(r"(?<![\d-])\d{4}-\d{4}-\d{4}-\d(?![\d-])")
_REL: Final = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))', re.IGNORECASE)

WordT = TypeVar("WordT", bound=Hashable)


def text_of(response: Response, charset: str | None) -> str | None:
    """The text of an answer, which UTF-8 can hold; None if it is in no character set we know of.

    JSON is UTF-8. What does not fit that is in `charset`, if one is configured, or else in what
    the answer states, which many state wrongly.
    """
    body = response.body
    marked = "utf-16" if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else None
    for tried in (marked, "utf-8-sig", charset, response.charset):
        if tried is None:
            continue
        try:
            text = body.decode(tried)
            # Some of Python's codecs find halves of characters, which no reader takes.
            text.encode()
        except (UnicodeError, LookupError):
            continue
        return text
    return None


def is_a_page(response: Response, text: str) -> bool:
    """Whether an answer with that `text` is meant for people: a login's page, a proxy's excuse."""
    kind = response.headers.get("content-type", "").lower()
    return kind.startswith(_HTML) or text.lstrip().startswith("<")


def next_link(header: str) -> str | None:
    """Where a `Link` header says the next page is; None if it does not."""
    for address, parameters in _LINK.findall(header):
        for quoted, plain in _REL.findall(parameters):
            if "next" in (quoted or plain).lower().split():
                return str(address)
    return None


def references_in(text: str | None) -> tuple[str, ...]:
    """What is written in `text` as references of ours are stored, each once, in order."""
    return tuple(dict.fromkeys(_REFERENCE.findall(text or "")))


def known_charset(name: str) -> str:
    """`name`, if texts can be written in it. Raises `ValueError`, to be shown in a description."""
    try:
        "[]".encode(name)
    except (UnicodeError, LookupError) as unknown:
        raise ValueError("expected a character set such as windows-1256") from unknown
    return name


def known_zone(name: str) -> str:
    """`name`, if it is a time zone's. Raises `ValueError`, to be shown in a description."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError("expected a time zone such as Africa/Casablanca") from unknown
    return name


def shown(address: str | None, *, own: str, others: Iterable[str]) -> str | None:
    """The `address` of a file, if it is of the `own` address's host or of one of the `others`."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return None
    hosts = {host.lower() for host in (urlsplit(own).netloc, *others)}
    known = parts.netloc.lower() in hosts and parts.scheme in {"http", "https"}
    return address if known else None


def on_earth(latitude: float | None, longitude: float | None) -> bool:
    """Whether both are known and are degrees of a place."""
    return (
        latitude is not None
        and longitude is not None
        and -90.0 <= latitude <= 90.0  # noqa: PLR2004 - degrees
        and -180.0 <= longitude <= 180.0  # noqa: PLR2004 - degrees
    )


class Unlisted(Generic[WordT]):
    """The words that came and that no table lists; so many of them as any source can mean."""

    def __init__(self) -> None:
        """Know of none yet."""
        self.counts: dict[WordT, int] = {}
        """How often each came."""

    def came(self, word: WordT) -> bool:
        """Count `word`; whether it is to be told, being a new one."""
        new = word not in self.counts and len(self.counts) < _MOST_REMEMBERED
        if new or word in self.counts:
            self.counts[word] = self.counts.get(word, 0) + 1
        return new


@contextmanager
def nothing_sent() -> Iterator[None]:
    """Around what goes before an act: if it fails, nothing of the act itself was sent."""
    with _said_to_be(sent=False):
        yield


@contextmanager
def already_sent() -> Iterator[None]:
    """Around what comes after an act: however it fails, the act itself was sent."""
    with _said_to_be(sent=True):
        yield


@contextmanager
def _said_to_be(*, sent: bool) -> Iterator[None]:
    try:
        yield
    except ConnectorError as failed:
        failed.sent = sent
        raise
