"""Say by which server letters are sent, and from whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from gateway.config.values import Unfit, is_loopback

_PORTS: Final = {"smtp": 587, "smtps": 465}
_EXPECTED: Final = "expected smtp://user:password@host:587 or smtps://user:password@host:465"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in."""

    host: str
    port: int
    tls: bool
    """Whether all is said inside TLS (RFC 8314)."""
    start_tls: bool
    """Whether TLS begins after a word in clear; without it nothing is sent then."""
    user: str | None = None
    """None: the server asks for none."""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """All that sending letters takes."""

    server: MailServer
    sender: Address


def mail_server(text: str) -> MailServer:
    """The server of a URL; of a wrong one only its scheme is told, for the rest may be a password."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise Unfit(f"{_EXPECTED}; came another URL") from None
    if url.scheme not in _PORTS or not url.hostname:
        raise Unfit(f"{_EXPECTED}; came {'another' if '://' in text else 'no'} URL")
    if url.path.strip("/") or url.query or url.fragment:
        raise Unfit(f"{_EXPECTED}; came a URL with more than that")
    if (url.username is None) != (url.password is None):
        raise Unfit(f"{_EXPECTED}; came a user without a password, or the other way round")
    tls = url.scheme == "smtps"
    return MailServer(
        host=url.hostname,
        port=port or _PORTS[url.scheme],
        tls=tls,
        start_tls=not tls and not is_loopback(url.hostname),
        user=None if url.username is None else unquote(url.username),
        password=None if url.password is None else unquote(url.password),
    )


def mail_from(text: str) -> Address:
    """Whom letters are from: an address, or a name with an address in angle brackets."""
    draft = EmailMessage()
    try:
        draft["From"] = text
        found: tuple[Address, ...] = draft["From"].addresses
    except (MessageError, ValueError):
        found = ()
    if len(found) != 1 or not found[0].username or "." not in found[0].domain or not text.isascii():
        raise Unfit(
            "expected an address such as Chikaya <no-reply@chikaya.example>; came other text"
        )
    return found[0]


def mail_of(server: MailServer | None, sender: Address | None) -> Mail | None:
    """What is sent by and from; None if no letters are sent."""
    return None if server is None or sender is None else Mail(server, sender)


def lacking(given: Mapping[str, bool]) -> Iterator[tuple[str, str]]:
    """What is not set of the three settings although another is, each with why it has to be."""
    if given["SMTP_URL"] and not given["MAIL_FROM"]:
        yield "MAIL_FROM", "letters have to come from somewhere"
    if given["SMTP_URL"] and not given["URL"]:
        yield "URL", "without it letters lead nowhere"
    if given["MAIL_FROM"] and not given["SMTP_URL"]:
        yield "SMTP_URL", "without it no letters are sent"
