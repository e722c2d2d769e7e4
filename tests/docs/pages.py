"""The pages of this repository as their tests need them: blocks, tables, commands and links."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT: Final = Path(__file__).parents[2]
_FILE: Final = re.compile(r"# (\S+)\n")
_NO_SLUG: Final = re.compile(r"[^\w\- ]")
_COMMAND: Final = re.compile(r"\s*(\S*/)?chikaya\b(?!-)")
_SHELL: Final = frozenset({"sh", "bash"})


@dataclass(frozen=True)
class Block:
    """A fenced or indented block of code."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def tokens(self) -> Sequence[Token]:
        return MarkdownIt("commonmark").enable("table").parse(self.path.read_text(encoding="utf-8"))

    @cached_property
    def blocks(self) -> Sequence[Block]:
        return [
            Block(token.info.strip(), token.content, (token.map or [0])[0] + 1)
            for token in self.tokens
            if token.type in {"fence", "code_block"}
        ]

    def block(self, language: str) -> str:
        """The only block of that language."""
        (found,) = (block.text for block in self.blocks if block.language == language)
        return found

    def changed(self, text: str) -> str:
        """`text` with the only change that the page shows."""
        lines = self.block("diff").splitlines(keepends=True)
        before, after = (
            "".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +")
        )
        assert text.count(before) == 1, f"{self}: what is changed stands elsewhere"
        return text.replace(before, after)

    @property
    def files(self) -> Mapping[str, str]:
        """The blocks whose first line is a comment with the name of a file, by that name."""
        named = ((_FILE.match(block.text), block.text) for block in self.blocks)
        return {found[1]: text[found.end() :] for found, text in named if found}

    @property
    def _inlines(self) -> Iterator[Token]:
        for token in self.tokens:
            yield from token.children or ()

    @property
    def links(self) -> Sequence[str]:
        return [str(token.attrGet("href")) for token in self._inlines if token.type == "link_open"]

    @property
    def anchors(self) -> frozenset[str]:
        """What the headings are linked by."""
        return frozenset(
            _NO_SLUG.sub("", text.content.lower()).replace(" ", "-")
            for opening, text in zip(self.tokens, self.tokens[1:], strict=False)
            if opening.type == "heading_open"
        )

    def table(self, first_column: str) -> Sequence[Sequence[str]]:
        """The cells, as written, of the only table whose first column has that heading."""
        (found,) = (rows for rows in self._tables() if rows[0][0] == first_column)
        return found[1:]

    def codes(self, first_column: str) -> frozenset[str]:
        """What stands in that table's first column between back quotes; each just once."""
        found = [row[0].strip("`") for row in self.table(first_column) if row[0].startswith("`")]
        assert len(set(found)) == len(found), f"{self}: something is told twice: {found}"
        return frozenset(found)

    def tables(self, first_column: str) -> Sequence[Sequence[Sequence[str]]]:
        """All tables whose first column has that heading, in their order."""
        return [rows[1:] for rows in self._tables() if rows[0][0] == first_column]

    def _tables(self) -> Iterator[list[list[str]]]:
        for token, following in zip(self.tokens, self.tokens[1:], strict=False):
            if token.type == "table_open":
                rows: list[list[str]] = []
            elif token.type == "tr_open":
                rows.append([])
            elif token.type in {"th_open", "td_open"}:
                rows[-1].append(following.content)
            elif token.type == "table_close":
                yield rows

    @property
    def commands(self) -> Sequence[Sequence[str]]:
        """Every use of `chikaya`, in blocks of shell and between back quotes, as words."""
        lines = [
            line
            for block in self.blocks
            if block.language in _SHELL or not block.language
            for line in block.text.replace("\\\n", " ").splitlines()
        ]
        spans = [token.content for token in self._inlines if token.type == "code_inline"]
        return [
            shlex.split(part)[1:]
            for text in [*lines, *spans]
            for part in text.split("&&")
            if _COMMAND.match(part)
        ]


def pages() -> Sequence[Page]:
    """The README, the pages in docs and those of the connectors."""
    folders = (ROOT.glob("*.md"), ROOT.glob("docs/**/*.md"), ROOT.glob("connectors/*/README.md"))
    return [Page(path) for folder in folders for path in sorted(folder)]


def page(name: str) -> Page:
    """A page of docs."""
    return Page(ROOT / "docs" / f"{name}.md")
