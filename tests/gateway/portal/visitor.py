"""Somebody who reads pages and fills in their forms, as a browser without a script does."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2

from tests.gateway.auth.browser.place import Place, placed

REGISTRY = """
version: 1
agencies:
  - code: water
    name: {ar: الماء الصالح للشرب, fr: Eau potable, en: Drinking water}
    class: EEP
    services:
      - code: supply
        name: {ar: التزويد بالماء, fr: Distribution d'eau}
        keywords: [robinet, coupure, fuite]
        attributes:
          - {code: METER, type: NUMBER, required: true, description: Numéro du compteur}
          - code: SINCE
            type: SINGLE_VALUE_LIST
            description: Depuis quand
            choices: [{key: today, name: Aujourd'hui}, {key: longer, name: Plus longtemps}]
  - {code: roads, name: {ar: الطرق, fr: Routes}, class: MINISTRY}
"""
_NO_END = frozenset({"input", "br", "img", "link", "meta"})
Upload = tuple[str, bytes]


@dataclass
class Field:
    """A field of a form."""

    name: str
    value: str
    type: str
    sent: bool
    """Whether it is sent as it stands."""


@dataclass
class FormSeen:
    """A form as it stands on a page."""

    action: str
    method: str
    multipart: bool
    fields: list[Field] = field(default_factory=list)

    def filled(self, given: Mapping[str, str]) -> list[tuple[str, str]]:
        """What is sent once `given` was filled in."""
        unknown = given.keys() - {each.name for each in self.fields}
        assert not unknown, f"the form asks for no {unknown}"
        typed = [
            (each.name, each.value)
            for each in self.fields
            if each.sent and each.name not in given and each.type not in {"file", "submit"}
        ]
        return [*typed, *given.items()]


class Page(HTMLParser):
    """A page that was read."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__()
        self.status = answer.status_code
        self.url = answer.url
        self.forms: list[FormSeen] = []
        self.links: dict[str, str] = {}
        """By what is read, where each leads."""
        self.problems: dict[str, str] = {}
        """By the field that each stands at."""
        self._words: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self._link: list[str] | None = None
        self.feed(answer.text)

    @property
    def text(self) -> str:
        """All that is read."""
        return " ".join(" ".join(self._words).split())

    def form(self, action: str) -> FormSeen:
        """The form that is sent there."""
        return next(each for each in self.forms if each.action.partition("?")[0].endswith(action))

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            multipart = known.get("enctype") == "multipart/form-data"
            self.forms.append(
                FormSeen(known.get("action", ""), known.get("method", "get"), multipart)
            )
        elif tag in {"input", "textarea", "select", "button"} and known.get("name"):
            kind = known.get("type", "submit" if tag == "button" else "text")
            sent = "checked" in known if kind in {"radio", "checkbox"} else True
            self.forms[-1].fields.append(Field(known["name"], known.get("value", ""), kind, sent))
        elif tag == "option" and "selected" in known:
            self.forms[-1].fields[-1].value = known.get("value", "")
        elif tag == "a":
            self._link = [known.get("href", "")]
        if tag not in _NO_END:
            self._open.append((tag, known.get("id")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "a" and self._link:
            self.links[" ".join("".join(self._link[1:]).split())] = self._link[0]
            self._link = None

    def handle_data(self, data: str) -> None:
        tag, id_ = self._open[-1] if self._open else ("", None)
        if tag == "textarea":
            # A parser of HTML takes the line end away that comes first.
            self.forms[-1].fields[-1].value = data.removeprefix("\n")
        if tag in {"style", "script", "title"}:
            return
        if self._link is not None:
            self._link.append(data)
        if id_ and id_.endswith("-problem"):
            self.problems[id_.removesuffix("-problem")] = data
        self._words.append(data)


@dataclass(frozen=True)
class Visitor:
    """A browser without a script."""

    client: httpx2.AsyncClient

    async def read(self, address: str, **headers: str) -> Page:
        """The page there, wherever it leads on to."""
        return Page(await self.client.get(address, headers=headers, follow_redirects=True))

    async def send(
        self, page: Page, action: str, files: Sequence[Upload] = (), /, **given: str
    ) -> Page:
        """What comes of the form that is sent to `action`, once that is filled in."""
        return Page(await self.sent(page.form(action), given, files))

    async def sent(
        self, form: FormSeen, given: Mapping[str, str], files: Sequence[Upload] = ()
    ) -> httpx2.Response:
        """The answer, wherever it leads on to."""
        filled = form.filled(given)
        headers = {"Sec-Fetch-Site": "same-origin"}
        sent: dict[str, Any]
        if form.multipart:
            chosen = files or [("", b"")]
            parts: list[Any] = [(name, (None, value)) for name, value in filled]
            sent = {"files": [*parts, *(("file", each) for each in chosen)]}
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            sent = {"content": urlencode(filled)}
        return await self.client.post(form.action, headers=headers, follow_redirects=True, **sent)


@asynccontextmanager
async def portal(folder: Path, url: str, environ: Mapping[str, str]) -> AsyncIterator[Place]:
    """A gateway whose pages can be read."""
    given = {"CHIKAYA_ENV": "production", "CHIKAYA_FILES": str(folder / "files")}
    async with placed(folder, url, given | dict(environ), registry=REGISTRY) as place:
        yield place


@asynccontextmanager
async def visitor(place: Place) -> AsyncIterator[Visitor]:
    """Somebody who was never here."""
    async with httpx2.AsyncClient(base_url=place.url, timeout=30) as client:
        yield Visitor(client)


async def become(person: Visitor, role: str, /, onward: str = "/fr/", **given: str) -> Page:
    """The page that comes of choosing an invented person."""
    page = await person.read(f"/fr/sign-in?next={onward}")
    [form] = [each for each in page.forms if ("role", role) in each.filled({})]
    return Page(await person.sent(form, given))
