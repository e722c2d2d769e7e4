"""Know what a case system was seen to answer, and read it from files."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

from connectors.contract.records import STORE
from gateway.drafting.words import is_secret, tokens

_LINK: Final = "link"
_PLAIN: Final = "/%:;=@!$&'()*+,"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,32}")
"""What a source may be called so that `-agency` fits behind it."""
_IN_PATH: Final = re.compile(r";([^/;=]*)=[^/;]*")
"""A parameter as `;jsessionid=1A2B` within a path."""


NOWHERE: Final = "https://case-system.example"
"""What stands for a host that nobody named."""
_NO_ADDRESS: Final = "expected an address such as https://desk.example/api/cases"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    name: str
    """Of the file it was read from."""
    body: Any
    """Its JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the list was asked for, as far as known."""

    base: str = f"{NOWHERE}/api"
    path: str = "cases"
    query: Sequence[tuple[str, str]] = ()
    """Without secrets."""
    secrets: Sequence[str] = ()
    """The parameters that took one; what they took is not kept."""
    known: bool = False
    """False: nobody said, and the above is made up."""

    @property
    def secret(self) -> str | None:
        """The parameter that tells who asks; None if none does."""
        return next(iter(self.secrets), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a description is drafted from."""

    answers: Sequence[Answer]
    asked: Asked = Asked()
    single_path: str | None = None
    """Where one case is read, with `{id}`; None if nobody said."""
    parameters: Sequence[str] = ()
    """What the list may be asked with, as its documentation says."""
    most: Mapping[str, int] = field(default_factory=dict)
    """The greatest number that each of them takes."""
    auth: Mapping[str, Any] | None = None
    """How it wants to be told who asks, as its documentation says."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """All words that a property of a case may hold, by its path, where that is documented."""


def read_sample(path: Path) -> Answer:
    """An answer in a file: JSON, or headers and JSON as `curl -i` prints them.

    Raises `ValueError` that says where it is neither.
    """
    head, body, above = "", read_text(path), 0
    # A proxy and a redirect answer before the system does.
    while body.startswith("HTTP/"):
        head, body = _parted(body)
        above += head.count("\n")
    try:
        told = json.loads(body)
    except json.JSONDecodeError as broken:
        raise ValueError(
            f"{path}: expected JSON, or headers and JSON as `curl -i` prints them; "
            f"{broken.msg} in line {broken.lineno + above}"
        ) from broken
    except RecursionError:
        raise ValueError(f"{path}: expected fewer lists and objects within each other") from None
    headers = _headers(head.splitlines()[1:])
    if _is_headers(told):
        return Answer(path.name, None, {name.lower(): value for name, value in told.items()})
    return Answer(path.name, told, headers)


def read_text(path: Path) -> str:
    """The text of a file. Raises `ValueError` if it is not in UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path}: expected UTF-8; it is in another encoding") from None


def address_of(url: str) -> str:
    """Where `url` leads, without what it asks with and without its secrets.

    Raises `ValueError` if it is no address.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        # Its words may hold a password.
        raise ValueError(_NO_ADDRESS) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(_NO_ADDRESS)
    path = _IN_PATH.sub(lambda found: "" if is_secret(found[1]) else found[0], parts.path)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{quote(path, safe=_PLAIN)}"


def asked_at(url: str) -> Asked:
    """The address of a list, taken apart. Raises `ValueError` if it is none."""
    parts = urlsplit(address_of(url))
    above, _, last = parts.path.rstrip("/").rpartition("/")
    base = f"{parts.scheme}://{parts.netloc}{above}"
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    secrets = tuple(dict.fromkeys(name for name, _ in query if is_secret(name)))
    kept = tuple((name, value) for name, value in query if name not in secrets)
    return Asked(base, last, kept, secrets, known=True)


def source_name(base: str) -> str:
    """A name for the source at `base`, of the host that it is at."""
    host = urlsplit(base).hostname or ""
    said = [word for word in tokens(host.partition(".")[0]) if not word.isdecimal()]
    name = "-".join(said)
    return name if may_be_called(name) else "case-system"


def may_be_called(name: str) -> bool:
    """Whether agencies.yaml takes `name` for a source."""
    return _NAME.fullmatch(name) is not None and name != STORE


def variables_of(base: str) -> str:
    """What the names of its variables begin with."""
    return source_name(base).upper().replace("-", "_")


def _parted(text: str) -> tuple[str, str]:
    found = re.search(r"\r?\n\r?\n", text)
    return (text[: found.end()], text[found.end() :]) if found else (text, "")


def _headers(lines: Sequence[str]) -> dict[str, str]:
    """By name; what came several times is joined, as a connector sees it."""
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), []).append(value.strip())
    return {name: ", ".join(values) for name, values in headers.items()}


def _is_headers(told: Any) -> bool:
    return (
        isinstance(told, dict)
        and all(isinstance(value, str) for value in told.values())
        and _LINK in {name.lower() for name in told}
    )
