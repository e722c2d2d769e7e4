"""The likely competent agency is found by words and place, with reasons, in a stable order."""

import csv
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from connectors.contract.records import (
    Agency,
    AgencyClass,
    AgencyCode,
    LocalizedText,
    Service,
)
from resolvers.advice.catalogue import is_local
from resolvers.advice.likely import Competence, LikelyAgency, Reason, ReasonCode
from resolvers.advice.localities import Nearness
from resolvers.advice.places import AREAS
from resolvers.outcome import Refusal
from tests.resolvers.advice.rates import Rate, rate, shipped
from tests.resolvers.advice.samples import OFF_TOPIC, SEEN, UNSEEN

ISO = Path(__file__).parents[3] / "../shared/data/ma_iso3166_2.csv"


@pytest.fixture(scope="module")
def competence(tmp_path_factory: pytest.TempPathFactory) -> Competence:
    return shipped(tmp_path_factory.mktemp("shipped"))


def codes(found: Sequence[LikelyAgency]) -> list[str]:
    return [each.agency.code for each in found]


def test_the_rates_are_those_that_the_page_tells(competence: Competence) -> None:
    assert rate(competence, SEEN) == Rate(36, 35, 36)
    assert rate(competence, UNSEEN) == Rate(35, 29, 31)


@pytest.mark.parametrize("text", OFF_TOPIC)
def test_what_tells_nothing_suggests_nothing(competence: Competence, text: str) -> None:
    assert competence.likely(text, place=None, first=5).suggestions == ()


def test_a_suggestion_tells_its_service_and_its_reasons(competence: Competence) -> None:
    text = "Les lampadaires de notre rue à Agadir sont éteints"
    found = competence.likely(text, place=None, first=2)
    assert found.regions == ("MA-09",)
    best = found.suggestions[0]
    assert best.service is not None
    assert best.service.id == "Service:commune-agadir:street-lighting"
    assert best.reasons == (
        Reason(ReasonCode.SERVICE_WORDS, ("lampadaires",)),
        Reason(ReasonCode.PLACE_NAMED, ("agadir",), "MA-09"),
    )
    assert [each.code for each in found.suggestions[1].reasons] == [
        ReasonCode.SERVICE_WORDS,
        ReasonCode.ELSEWHERE,
    ]
    assert best.score > found.suggestions[1].score > 0


@pytest.mark.parametrize(
    ("place", "code", "reason"),
    [
        ("MA-FES", "commune-fes", ReasonCode.PLACE_NAMED),
        ("MA-03", "commune-fes", ReasonCode.SAME_REGION),
        ("MA-SAF", "commune-marrakech", ReasonCode.SAME_REGION),
        ("Tanger", "commune-tanger", ReasonCode.PLACE_NAMED),
        ("بطنجة", "commune-tanger", ReasonCode.PLACE_NAMED),
        ("quartier Guéliz", "commune-marrakech", ReasonCode.PLACE_AROUND),
    ],
)
def test_a_place_prefers_its_own_local_agency(
    competence: Competence, place: str, code: str, reason: ReasonCode
) -> None:
    best = competence.likely("lampadaires éteints", place=place, first=1).suggestions[0]
    assert best.agency.code == code
    assert best.reasons[-1].code is reason


def test_a_place_changes_nothing_for_who_serves_the_whole_country(competence: Competence) -> None:
    for place in (None, "MA-LAA", "Oujda"):
        found = competence.likely("train en retard", place=place, first=1).suggestions
        assert codes(found) == ["oncf"]
        assert (
            found[0].score
            == competence.likely("train en retard", place=None, first=1).suggestions[0].score
        )


def test_the_place_that_is_given_counts_and_not_those_in_the_text(competence: Competence) -> None:
    text = "ordures dans la rue, comme à Fès"
    assert codes(competence.likely(text, place=None, first=1).suggestions) == ["commune-fes"]
    assert codes(competence.likely(text, place="Agadir", first=1).suggestions) == ["commune-agadir"]


def test_a_common_word_is_no_place_unless_it_is_given_as_one(competence: Competence) -> None:
    assert competence.likely("l'eau est sale", place=None, first=1).regions == ()
    assert competence.likely("l'eau", place="Salé", first=1).regions == ("MA-04",)


def test_a_place_that_nobody_knows_prefers_none(competence: Competence) -> None:
    found = competence.likely("ordures", place="Atlantis", first=9)
    assert found.regions == ()
    assert codes(found.suggestions) == sorted(codes(found.suggestions))


@pytest.mark.parametrize("place", ["MA-99", "MA-XXX"])
def test_a_code_that_nothing_has_is_refused(competence: Competence, place: str) -> None:
    with pytest.raises(Refusal, match="place: no region"):
        competence.likely("ordures", place=place, first=1)


def test_an_agency_is_found_by_what_people_call_it(competence: Competence) -> None:
    for text in ("la CNSS ne répond pas", "الضمان الاجتماعي لا يجيب", "ministère de la Santé"):
        [best] = competence.likely(text, place=None, first=1).suggestions
        assert best.agency.code in {"cnss", "health"}
        assert best.service is None or best.reasons[-1].code is ReasonCode.AGENCY_WORDS


def test_every_area_of_the_standard_is_known_in_its_region() -> None:
    if not ISO.exists():
        pytest.skip("the standard's table is not at hand")
    with ISO.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["code"] for row in rows} == AREAS.keys()
    # The table puts these two where they are not: Chtouka lies in Souss, Nouaceur by Casablanca.
    wrong = {"MA-CHT": "MA-09", "MA-NOU": "MA-06"}
    for row in rows:
        region = wrong.get(row["code"], row["parent"] or row["code"])
        assert AREAS[row["code"]].region == region, row


WORDS = ("bassin", "cable", "dalle", "fanal", "grille", "halle", "jardin", "kiosque", "lavoir")
TOWNS = ("Aloka", "Beruza", "Cimelo", "Dorabi", "Elunto", "Fokari")


def invented(draw: random.Random) -> Mapping[AgencyCode, Agency]:
    """An administration in which many are alike."""
    agencies: dict[AgencyCode, Agency] = {}
    offers = [tuple(draw.sample(WORDS, draw.randint(1, 3))) for _ in range(5)]
    for number in range(draw.randint(1, 40)):
        code = AgencyCode(f"a{draw.randrange(10**6):06}-{number}")
        town = draw.choice(TOWNS)
        agencies[code] = Agency(
            code=code,
            name=LocalizedText(ar=town, fr=f"Commune de {town}"),
            agency_class=draw.choice((AgencyClass.COLLECTIVITE, AgencyClass.EEP)),
            region=draw.choice(("MA-01", "MA-02", "MA-03", None)),
            parent=draw.choice((None, *agencies)),
            services=tuple(
                Service(
                    agency_code=code,
                    code=f"s{at}",
                    name=LocalizedText(fr=" ".join(words)),
                    keywords=words,
                )
                for at, words in enumerate(draw.sample(offers, draw.randint(0, 3)))
            ),
        )
    return agencies


def ranked_one_by_one(
    competence: Competence, agencies: Mapping[AgencyCode, Agency], text: str, place: str | None
) -> list[float]:
    """The scores of all agencies, each looked at by itself."""
    catalogue, places = competence.catalogue, competence._localities
    where = places.named_in(text) if place is None else places.of_place(place)
    words = competence._known_words(text)
    by_words = catalogue.by_words.weights(words)
    by_name = catalogue.by_name.weights(words)
    scores = []
    for code, agency in agencies.items():
        weight = max((by_words.get(n, 0.0) for n, _ in catalogue.offered_by(code)), default=0.0)
        if code in catalogue.named:
            weight += by_name.get(catalogue.named.index(code), 0.0)
        if weight < 0.3:
            continue
        part = 1.0
        if is_local(agency):
            nearness = where.near.get(code) or where.of_region(agency.region)
            part = {
                Nearness.NAMED: 1.0,
                Nearness.AROUND: 0.9,
                Nearness.UNKNOWN: 0.6,
                Nearness.REGION: 0.5,
                Nearness.ELSEWHERE: 0.2,
            }[nearness]
        scores.append(round(weight / (weight + 1) * part, 4))
    return sorted(scores, reverse=True)


@pytest.mark.parametrize("seed", range(60))
def test_the_first_are_those_of_looking_at_every_agency(seed: int) -> None:
    draw = random.Random(seed)
    agencies = invented(draw)
    competence = Competence(agencies)
    for _ in range(5):
        text = " ".join(draw.sample((*WORDS, *TOWNS, "commune"), draw.randint(1, 5)))
        place = draw.choice((None, *TOWNS, "MA-01", "MA-TNG"))
        first = draw.randint(1, 8)
        found = competence.likely(text, place=place, first=first).suggestions
        expected = ranked_one_by_one(competence, agencies, text, place)
        assert [each.score for each in found] == expected[:first]
        assert len(set(codes(found))) == len(found)
        assert list(found) == sorted(found, key=lambda each: (-each.score, each.agency.code))


def test_the_order_of_the_registry_changes_nothing() -> None:
    agencies = invented(random.Random(7))
    shuffled = dict(random.Random(8).sample(list(agencies.items()), len(agencies)))
    for text in (*WORDS, "jardin Aloka", "commune Beruza fanal grille"):
        assert Competence(agencies).likely(text, place=None, first=50) == Competence(
            shuffled
        ).likely(text, place=None, first=50)


def test_what_many_offer_alike_is_looked_up_once() -> None:
    services = tuple(
        Service(agency_code=AgencyCode("x"), code=f"s{n}", name=LocalizedText(fr=word))
        for n, word in enumerate(WORDS)
    )
    agencies = {
        AgencyCode(f"town-{n}"): Agency(
            code=AgencyCode(f"town-{n}"),
            name=LocalizedText(fr=f"Commune numéro{n}"),
            agency_class=AgencyClass.COLLECTIVITE,
            services=tuple(
                Service(agency_code=AgencyCode(f"town-{n}"), code=each.code, name=each.name)
                for each in services
            ),
        )
        for n in range(1700)
    }
    competence = Competence(agencies)
    assert len(competence.catalogue.offers) == len(WORDS)
    found = competence.likely("le lavoir", place=None, first=3).suggestions
    assert codes(found) == ["town-0", "town-1", "town-10"]
