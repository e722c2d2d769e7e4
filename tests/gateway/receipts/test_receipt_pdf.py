"""A receipt on paper: whole in each language, readable by people and by cameras, and inert."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import segno
from pypdfium2 import PdfDocument, PdfTextObj

from connectors.contract.records import Kind
from gateway.catalogues import Tongue
from gateway.receipts import Receipt, receipt_pdf
from gateway.receipts.writing import FOLDER
from tests.gateway.complete_catalogues import flaws, said
from tests.gateway.receipts.printed import cut, first_page, ink, modules, pieces, text, trimmed

RECEIPT = Receipt(
    site="https://chikaya.example",
    reference="1234-5678-9012-3",
    tracking_code="01234-56789",
    kind="COMPLAINT",
    received_at=datetime(2026, 7, 1, 12, 5, tzinfo=UTC),
    # The end of 30 August in Morocco.
    due_at=datetime(2026, 8, 30, 23, tzinfo=UTC),
    agency={"ar": "وكالة الماء", "fr": "Agence de l'eau (Rabat)", "en": None, "zgh": None},
    service={"fr": "Fuites d'eau", "ar": None},
)
WRITTEN = [Tongue.AR, Tongue.FR, Tongue.EN]


async def test_a_receipt_in_french() -> None:
    assert text(await receipt_pdf(RECEIPT, Tongue.FR)) == (
        "Réclamations à l'administration Récépissé "
        "Numéro 1234-5678-9012-3 Code 01234-56789 "
        "Reçu 1 juillet 2026, 13:05 Réponse due au plus tard le 30 août 2026 "
        "Administration Agence de l'eau (Rabat) Service Fuites d'eau Nature Réclamation "
        "Comment suivre votre dossier "
        "1. Ouvrez cette page, ou lisez le code QR avec un téléphone : "
        "https://chikaya.example/fr/follow "
        "2. Saisissez le numéro et le code. "
        "3. Vous y voyez où en est votre dossier, et pouvez le compléter ou le retirer. "
        "Gardez ce récépissé et ne donnez le code à personne : qui a le numéro et le code peut "
        "lire votre dossier et agir à votre place. "
        "Les règles sont celles du décret n° 2-17-265 du 23 juin 2017."
    )


@pytest.mark.parametrize("tongue", WRITTEN)
async def test_it_is_one_page_with_number_and_code(tongue: Tongue) -> None:
    pdf = await receipt_pdf(RECEIPT, tongue)
    with PdfDocument(pdf) as document:
        assert len(document) == 1
        assert RECEIPT.reference in document.get_metadata_value("Title")
    words = text(pdf)
    assert RECEIPT.reference in words
    assert RECEIPT.tracking_code in words


@pytest.mark.parametrize("tongue", WRITTEN)
async def test_a_camera_reads_where_to_follow_and_not_the_code(tongue: Tongue) -> None:
    address = f"https://chikaya.example/{tongue}/follow?reference=1234-5678-9012-3"
    expected = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    with first_page(await receipt_pdf(RECEIPT, tongue)) as page:
        width, height = page.get_size()
        middle = width / 2
        # At the end of the upper third, where nothing else is black.
        sides = (0.0, middle * 0.7) if tongue is Tongue.AR else (middle * 1.3, width)
        picture = trimmed(cut(ink(page), sides[0], height * 0.15, sides[1], height * 0.33))
    assert modules(picture, len(expected)) == expected


async def test_arabic_letters_are_joined_and_stand_from_right_to_left() -> None:
    # Five letters that join on both sides, on a line of their own.
    receipt = replace(RECEIPT, service={"ar": "ممممم"})
    with first_page(await receipt_pdf(receipt, Tongue.AR)) as page:
        words = page.get_textpage()
        at = words.get_text_range().index("ممممم")
        boxes = [words.get_charbox(each) for each in range(at, at + 5)]
        height = page.get_height()
        left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
        low, high = min(box[1] for box in boxes), max(box[3] for box in boxes)
        word = cut(ink(page), left - 2, height - high - 1, right + 2, height - low + 1)
        name = words.get_charbox(words.get_text_range().index("الخدمة"))
    assert pieces(word) == 1
    assert name[0] > right


async def test_numbers_stand_from_left_to_right_in_arabic() -> None:
    with first_page(await receipt_pdf(RECEIPT, Tongue.AR)) as page:
        words = page.get_textpage()
        for number in (RECEIPT.reference, RECEIPT.tracking_code):
            first = words.get_text_range().index(number)
            places = [words.get_charbox(first + each)[0] for each in range(len(number))]
            assert places == sorted(places)


@pytest.mark.parametrize(
    "name",
    [
        '#panic("here")',
        '#read("/etc/passwd")',
        '#import "@preview/example:0.1.0": *',
        "$x^2$ *bold* _slanted_ `raw` = heading",
        '"]) #{ while true { } } //',
        "<label> @reference \\u{41} https://x.example",
        "&lt; <script>alert(1)</script> %(agency)s {{ 7*7 }}",
    ],
)
async def test_a_name_is_nothing_but_text(name: str) -> None:
    pdf = await receipt_pdf(replace(RECEIPT, agency={"fr": name}), Tongue.FR)
    assert f"Administration {name} Service" in text(pdf)


@pytest.mark.parametrize("name", ["Eau 💧", "水", "ⵜⴰⵎⴰ", "\u0378"])
async def test_letters_that_cannot_be_drawn_keep_nobody_from_their_receipt(name: str) -> None:
    words = text(await receipt_pdf(replace(RECEIPT, agency={"fr": name}), Tongue.FR))
    assert "Numéro 1234-5678-9012-3 Code 01234-56789" in words


async def test_a_name_turns_no_words_around() -> None:
    turned = replace(RECEIPT, agency={"fr": "Eau\n\u202eet\u2066 plus\x00"})
    plain = replace(RECEIPT, agency={"fr": "Eau et plus"})
    assert await receipt_pdf(turned, Tongue.FR) == await receipt_pdf(plain, Tongue.FR)


async def test_the_same_receipt_has_the_same_bytes() -> None:
    there = timezone(timedelta(hours=5))
    same = replace(RECEIPT, received_at=RECEIPT.received_at.astimezone(there))
    written = await asyncio.gather(
        *(receipt_pdf(each, Tongue.AR) for each in (RECEIPT, same, RECEIPT, same))
    )
    assert len(set(written)) == 1
    assert await receipt_pdf(replace(RECEIPT, tracking_code="99999"), Tongue.AR) != written[0]


async def test_letters_are_those_of_the_package_alone() -> None:
    with first_page(await receipt_pdf(RECEIPT, Tongue.AR)) as page:
        fonts = {
            each.get_font().get_family_name()
            for each in page.get_objects()
            if isinstance(each, PdfTextObj)
        }
    assert fonts == {"Amiri"}


async def test_what_is_read_in_amazigh_is_written_in_french() -> None:
    french = await receipt_pdf(RECEIPT, Tongue.FR)
    assert await receipt_pdf(RECEIPT, Tongue.ZGH) == french


async def test_what_is_not_told_has_no_line() -> None:
    bare = replace(RECEIPT, due_at=None, agency=None, service=None, kind="OF_TOMORROW")
    words = text(await receipt_pdf(bare, Tongue.EN))
    assert "Received 1 July 2026, 13:05 How to follow your case" in words


@pytest.mark.parametrize("kind", Kind)
async def test_every_kind_has_a_name(kind: Kind) -> None:
    words = text(await receipt_pdf(replace(RECEIPT, kind=kind.value), Tongue.EN))
    assert words.partition(" Kind ")[2].partition(" How ")[0]


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_the_catalogues_say_everything_and_nothing_else(language: str) -> None:
    assert flaws(FOLDER / f"{language}.po", said(FOLDER)) == []
