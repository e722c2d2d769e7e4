"""Keep the text of HTML: its paragraphs, lines and list items, and nothing that it would do."""

import re
from html.parser import HTMLParser
from typing import Final

LONGEST: Final = 200_000
"""Characters; of a longer page the beginning is read."""

_DROPPED: Final = frozenset({"script", "style", "head", "title", "template", "noscript"})
_PARAGRAPHS: Final = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table"}
)
_LINES: Final = frozenset({"div", "tr", "section", "article", "dt", "dd"})
_SPACE: Final = re.compile(r"[ \t\r\n\f\v]+")
_AROUND_LINES: Final = re.compile(r" *\n *")
_GAPS: Final = re.compile(r"\n{3,}")


def text_of_html(html: str) -> str:
    """The text of `html`: an empty line between paragraphs, `- ` before list items."""
    reader = _Reader()
    reader.feed(html[:LONGEST])
    reader.close()
    text = _AROUND_LINES.sub("\n", "".join(reader.pieces).replace("\u00a0", " "))
    return _GAPS.sub("\n\n", text).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._dropped = 0
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - attributes are no text
        if tag in _DROPPED:
            self._dropped += 1
        elif tag == "br":
            self.pieces.append("\n")
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag in {"td", "th"}:
            self.pieces.append(" ")
        else:
            self._break(tag)
        self._verbatim += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        else:
            self._break(tag)
        self._verbatim = max(0, self._verbatim - (tag == "pre"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # `<script/>` drops nothing that follows.
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self._dropped:
            return
        if self._verbatim:
            self.pieces.append(data)
            return
        text = _SPACE.sub(" ", data)
        if text.startswith(" ") and self._at_space():
            text = text[1:]
        self.pieces.append(text)

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.pieces.append("\n\n")
        elif tag in _LINES and self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")

    def _at_space(self) -> bool:
        last = next((piece for piece in reversed(self.pieces) if piece), "")
        return not last or last.endswith((" ", "\n"))
