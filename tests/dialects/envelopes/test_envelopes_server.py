"""The system with envelopes keeps its own rules, so that what passes over it is worth something."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from tests.dialects.envelopes.server import KEY, EnvelopeCounter
from tests.dialects.four import ENVELOPES
from tests.dialects.talking import Talk, talking

WS = "/ws/reclamations"


@pytest.fixture
def counter() -> EnvelopeCounter:
    counter = ENVELOPES.vendor()
    assert isinstance(counter, EnvelopeCounter)
    return counter


@pytest.fixture
async def talk(counter: EnvelopeCounter) -> AsyncIterator[Talk]:
    async with talking(counter) as talk:
        yield talk


async def test_a_page_has_twenty_rows_at_most_and_pages_join_up(
    talk: Talk, counter: EnvelopeCounter
) -> None:
    pages = [
        (await talk.get(f"{WS}/recherche", cle=KEY, p_page=page, p_taille=500)).body["donnees"]
        for page in (1, 2, 3, 4)
    ]
    assert [(len(page["lignes"]), page["nombre"]) for page in pages] == [(20, 60)] * 3 + [(0, 60)]
    found = [row for page in pages for row in page["lignes"]]
    moments = [datetime.strptime(row["date_depot"], "%d/%m/%Y %H:%M:%S") for row in found]  # noqa: DTZ007 - it knows of no zone
    assert moments == sorted(moments, reverse=True)
    assert {row["numero"] for row in found} == set(counter.cases)


async def test_statuses_themes_and_days_choose_cases(talk: Talk, counter: EnvelopeCounter) -> None:
    one = counter.cases[997]
    asked = {"p_statut": "etude;encours", "p_theme": "water", "p_du": one["date_depot"]}
    told = (await talk.get(f"{WS}/recherche", cle=KEY, p_au=one["date_depot"], **asked)).body
    assert [row["numero"] for row in told["donnees"]["lignes"]] == [997]


async def test_whatever_is_wrong_it_answers_200(talk: Talk) -> None:
    answers = [
        await talk.get(f"{WS}/recherche", cle="wrong"),
        await talk.get(f"{WS}/recherche", cle=KEY, page=2),
        await talk.get(f"{WS}/fiche", cle=KEY, p_numero=1),
        await talk.send("POST", f"{WS}/depot?cle={KEY}", {"texte": ""}),
    ]
    assert [(answer.status, answer.body["etat"]) for answer in answers] == [(200, "KO")] * 4
    codes = [answer.body["erreur"]["code"] for answer in answers]
    assert codes == ["E101", "E100", "E404", "E201"]


async def test_it_keeps_what_is_written_to_it(talk: Talk, counter: EnvelopeCounter) -> None:
    filed = await talk.send("POST", f"{WS}/depot?cle={KEY}", {"texte": "Eau coupée\n<ici>"})
    numero = filed.body["donnees"]["numero"]
    assert numero == 1050
    assert counter.cases[numero]["texte"] == "<p>Eau coupée</p><p>&lt;ici&gt;</p>"
    await talk.send("POST", f"{WS}/reponse?cle={KEY}", {"numero": numero, "texte": "Vu"})
    told = await talk.get(f"{WS}/echanges", cle=KEY, p_numero=numero)
    assert [line["texte"] for line in told.body["donnees"]["lignes"]] == ["<p>Vu</p>"]
    moved = {"numero": numero, "statut": "irrecevable"}
    assert (await talk.send("POST", f"{WS}/statut?cle={KEY}", moved)).body["etat"] == "KO"
    moved["motif"] = "Déjà traité"
    assert (await talk.send("POST", f"{WS}/statut?cle={KEY}", moved)).body["etat"] == "OK"
    assert counter.cases[numero]["ouvert"] == "N"
