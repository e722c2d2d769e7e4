"""Write a letter: nothing of what was said in the case, and no name of a person.

Who can read somebody's mail learns from it that they complained about an administration, and when;
what it was about they do not, nor the code that opens the case.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from connectors.contract.letters import DueLetter, LetterKind
from connectors.contract.records import LocalizedText
from gateway.catalogues import Tongue, catalogue
from gateway.letters.refusals import NotPosted, Refusal
from gateway.letters.wordings import ANSWER_OWED, FOLLOW, NEW_CODE, WORDINGS
from gateway.localizing import day, last_day
from resolvers.code_links import CodeLinkTokens
from resolvers.stopping import StopTokens

FOLDER: Final = Path(__file__).parent
STOP: Final = "/letters/stop"
"""Where mail programs say that no more letters are wanted (RFC 8058)."""
NEW_CODE_PAGE: Final = "/follow/new-code"
"""The page that opens a link to a new tracking code."""
_UNSUBSCRIBE: Final = "List-Unsubscribe"
_ISOLATED: Final = "\u2068{}\u2069"
"""Between these signs a text has a direction of its own (UAX #9)."""
_USUAL: Final = Tongue.AR
"""For who reads something that we do not write."""


class _Policy(EmailPolicy):
    """RFC 5322 with lines of up to 78 signs, but for the address at which letters are stopped.

    A line too long is folded at spaces, of which an address has none; Python then writes it as an
    encoded word, which no mail program looks for there.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == _UNSUBSCRIBE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY: Final = _Policy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class _Said:
    """A letter's words in one of the two forms, with what they need."""

    tongue: Tongue
    say: Callable[[str], str]
    isolated: Callable[[str], str]

    def happened(self, kind: LetterKind, agency: str) -> str:
        """What has happened, by whom."""
        return self.say(WORDINGS[kind].happened) % {"agency": self.isolated(agency)}


class Composer:
    """Writes letters."""

    def __init__(
        self, *, site: str, sender: Address, stops: StopTokens, code_links: CodeLinkTokens
    ) -> None:
        """Letters from `sender`, whose links lead to `site`, a URL without a slash at its end."""
        self._site = site
        self._sender = sender
        self._stops = stops
        self._code_links = code_links
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=select_autoescape(["html"], default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            keep_trailing_newline=True,
        )

    def compose(self, letter: DueLetter, address: str, agency: LocalizedText) -> EmailMessage:
        """The letter to `address`, about a case of `agency`; at every attempt the same, but for links.

        Raises `NotPosted` for an address that is none.
        """
        tongue = _tongue(letter.language)
        texts = catalogue(FOLDER, tongue)
        token = self._stops.token(address)
        page = f"{self._site}/{tongue}"
        links = {
            "link": page + self._led_to(letter),
            "stop": f"{page}{STOP}?{urlencode({'token': token})}",
        }
        message = EmailMessage(policy=_POLICY)
        message["From"] = self._sender
        message["To"] = _recipient(address)
        message["Subject"] = texts.ugettext(WORDINGS[letter.kind].subject)
        message["Date"] = format_datetime(letter.queued_at)
        message["Message-ID"] = f"<{letter.name}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message[_UNSUBSCRIBE] = f"<{self._site}{STOP}?{urlencode({'token': token})}>"
        message[f"{_UNSUBSCRIBE}-Post"] = "List-Unsubscribe=One-Click"
        plain = _Said(tongue, texts.ugettext, _ISOLATED.format)
        marked = _Said(
            tongue,
            lambda text: Markup(texts.ugettext(text)),  # noqa: S704 - our own words; what is put in is escaped
            lambda text: Markup("<bdi>{}</bdi>").format(text),
        )
        message.set_content(self._written("letter.txt", plain, letter, agency, links))
        message.add_alternative(
            self._written("letter.html", marked, letter, agency, links), subtype="html"
        )
        # Whatever is said of the content before there are two forms goes into the first of them.
        message["Content-Language"] = tongue.value
        return message

    def _led_to(self, letter: DueLetter) -> str:
        """Where the letter leads, within the pages of its language."""
        if letter.kind is LetterKind.CODE_LINK:
            token = self._code_links.token(letter.reference, letter.generation, letter.begun_at)
            return f"{NEW_CODE_PAGE}?{urlencode({'token': token})}"
        return f"/follow?{urlencode({'reference': letter.reference})}"

    def _written(
        self,
        template: str,
        said: _Said,
        letter: DueLetter,
        agency: LocalizedText,
        links: dict[str, str],
    ) -> str:
        name = _named(agency, said.tongue)
        return self._templates.get_template(template).render(
            _=said.say,
            tongue=said.tongue,
            subject=said.say(WORDINGS[letter.kind].subject),
            happened=said.happened(letter.kind, name),
            then=said.say(WORDINGS[letter.kind].then),
            before=said.say(NEW_CODE if letter.kind is LetterKind.CODE_LINK else FOLLOW),
            facts=list(_facts(said, letter, name)),
            **links,
        )


def _facts(said: _Said, letter: DueLetter, agency: str) -> Iterator[tuple[str, str]]:
    _ = said.say
    yield _("Reference:"), said.isolated(letter.reference)
    yield _("Administration:"), said.isolated(agency)
    yield _("Received on:"), day(letter.received_at, said.tongue)
    if letter.due_at is not None and letter.kind in ANSWER_OWED:
        yield _("An answer is due by:"), last_day(letter.due_at, said.tongue)


def _tongue(language: str | None) -> Tongue:
    """The language in which somebody is written to who reads `language`, a BCP 47 tag."""
    primary = (language or "").partition("-")[0].lower()
    return (Tongue(primary) if primary in set(Tongue) else _USUAL).whole


def _named(agency: LocalizedText, tongue: Tongue) -> str:
    """The agency's name, in another language where it has none in this one."""
    names: Iterator[str | None] = (
        getattr(agency, each) for each in (tongue, Tongue.FR, Tongue.AR, Tongue.EN)
    )
    return next(name for name in names if name)


def _recipient(address: str) -> Address:
    user, _, domain = address.rpartition("@")
    try:
        return Address(addr_spec=f"{user}@{domain.encode('idna').decode()}")
    except (MessageError, ValueError, IndexError):
        raise NotPosted(Refusal.ADDRESS_UNFIT) from None
