"""Read a PDF as its reader sees it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from pypdfium2 import PdfDocument, PdfPage

PIXELS = 3
"""For each point of the page, of which there are 72 to an inch."""
_BLACK = 64
"""Darker than that: black, and not the grey of frames and names of fields."""

Ink = Sequence[Sequence[bool]]
"""Rows of a picture, from the top: where it is black."""


@contextmanager
def first_page(pdf: bytes) -> Iterator[PdfPage]:
    with PdfDocument(pdf) as document:
        yield document[0]


def text(pdf: bytes) -> str:
    """All of its words, lines of one paragraph joined."""
    with PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


def ink(page: PdfPage) -> Ink:
    """Where the page is black."""
    bitmap = page.render(scale=PIXELS, grayscale=True)
    pixels = bytes(bitmap.buffer)
    rows = [pixels[at : at + bitmap.width] for at in range(0, len(pixels), bitmap.stride)]
    return [[shade < _BLACK for shade in row] for row in rows]


def cut(picture: Ink, left: float, top: float, right: float, bottom: float) -> Ink:
    """A part of it, its borders in points from the left and from the top."""
    rows = picture[round(top * PIXELS) : round(bottom * PIXELS)]
    return [row[round(left * PIXELS) : round(right * PIXELS)] for row in rows]


def trimmed(picture: Ink) -> Ink:
    """Without what is empty around it."""
    rows = [at for at, row in enumerate(picture) if any(row)]
    columns = [at for at, column in enumerate(zip(*picture, strict=True)) if any(column)]
    return [row[columns[0] : columns[-1] + 1] for row in picture[rows[0] : rows[-1] + 1]]


def pieces(picture: Ink) -> int:
    """How many runs of columns there are that have ink."""
    return sum(inked for inked, _ in groupby(any(column) for column in zip(*picture, strict=True)))


def modules(picture: Ink, count: int) -> list[list[int]]:
    """The squares of a QR code with so many of them a side."""
    height, width = len(picture), len(picture[0])
    middles = [(each + 0.5) / count for each in range(count)]
    return [[int(picture[int(y * height)][int(x * width)]) for x in middles] for y in middles]
