"""Keep the text of HTML: its paragraphs, lines and list items, and nothing that it would do.

Anybody may have written the page, so every sign of it is passed once. (The standard library's
parser begins anew at each tag that is not closed, and stops at declarations that it does not know.)
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

LONGEST: Final = 200_000
"""Characters; of a longer page the beginning is read."""

_DROPPED: Final = frozenset({"script", "style", "head", "title", "template", "noscript"})
_VERBATIM_CODE: Final = {tag: re.compile(f"</{tag}", re.IGNORECASE) for tag in ("script", "style")}
"""What holds no tags, and where it ends."""
_PARAGRAPHS: Final = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table"}
)
_LINES: Final = frozenset({"div", "tr", "section", "article", "dt", "dd"})

_MARKUP: Final = re.compile(
    r"<(?:(?P<comment>!--)|(?P<other>[!?]|/(?![a-zA-Z]))|(?P<slash>/?)(?P<tag>[a-zA-Z][^\s/>]*))"
)
_END_OF_COMMENT: Final = re.compile(r"--!?>")
_END_OF_TAG: Final = re.compile(r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>")
_LONG_NUMBER: Final = re.compile(r"&#(\d{8,});?", re.ASCII)
_MOST_DIGITS: Final = 7
_SPACE: Final = re.compile(r"[ \t\r\n\f\v]+")
_GAPS: Final = re.compile(r"\n{3,}")


def text_of_html(html: str) -> str:
    """The text of `html`: an empty line between paragraphs, `- ` before list items."""
    reader = _Reader()
    for kind, said in _parts(html[:LONGEST], whole=len(html) <= LONGEST):
        match kind:
            case "begins":
                reader.begin(said)
            case "ends":
                reader.end(said)
            case _:
                reader.say(_unescaped(said))
    lines = "".join(reader.pieces).replace("\u00a0", " ").split("\n")
    return _GAPS.sub("\n\n", "\n".join(line.strip(" ") for line in lines)).strip()


def _parts(html: str, *, whole: bool) -> Iterator[tuple[str, str]]:
    """What the page consists of: tags that begin, tags that end, and the words between them."""
    at = 0
    while (mark := _MARKUP.search(html, at)) is not None:
        end = _end_of(mark, html)
        if end is None and whole:
            # Nothing closes it, so it is no tag: somebody wrote that one is < another.
            break
        yield "says", html[at : mark.start()]
        if end is None:
            return
        at = end
        if mark["tag"] is None:
            continue
        tag = mark["tag"].lower()
        if mark["slash"]:
            yield "ends", tag
        elif tag not in _DROPPED or html[at - 2] != "/":
            # `<script/>` drops nothing that follows.
            yield "begins", tag
            code = _VERBATIM_CODE.get(tag)
            if code is not None:
                found = code.search(html, at)
                at = found.start() if found else len(html)
    yield "says", html[at:]


def _end_of(mark: re.Match[str], html: str) -> int | None:
    """Where what begins at `mark` is over; None if never."""
    if mark["comment"]:
        # `<!-->` is one too.
        found = _END_OF_COMMENT.search(html, mark.end() - 2)
        return found.end() if found else len(html)
    if mark["other"]:
        return html.find(">", mark.end()) + 1 or None
    found = _END_OF_TAG.match(html, mark.end())
    return found.end() if found else None


def _unescaped(words: str) -> str:
    """`words` with characters for their names and numbers."""
    return unescape(_LONG_NUMBER.sub(_shortened, words))


def _shortened(number: re.Match[str]) -> str:
    # Python takes no number of so many digits, and no character has one.
    digits = number[1].lstrip("0")
    return "\ufffd" if len(digits) > _MOST_DIGITS else f"&#{digits or 0};"


class _Reader:
    """Keeps of a page what is text."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        """None of them empty."""
        self._dropped = 0
        self._verbatim = 0

    def begin(self, tag: str) -> None:
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

    def end(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        else:
            self._break(tag)
        self._verbatim = max(0, self._verbatim - (tag == "pre"))

    def say(self, words: str) -> None:
        if self._dropped:
            return
        if not self._verbatim:
            words = _SPACE.sub(" ", words)
            if words.startswith(" ") and self._at_space():
                words = words[1:]
        if words:
            self.pieces.append(words)

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.pieces.append("\n\n")
        elif tag in _LINES and self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")

    def _at_space(self) -> bool:
        return not self.pieces or self.pieces[-1].endswith((" ", "\n"))
