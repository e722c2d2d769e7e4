"""People are told what went wrong in the language that their browser asks for."""

from pathlib import Path

import httpx2
import pytest

from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.keys import Keys
from gateway.languages import preferred
from resolvers.wording import Language
from tests.clients.serving import serving

AGENCIES = "version: 1\nagencies: [{code: water, name: {ar: الماء, fr: Eau}, class: EEP}]\n"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("de, es;q=0.5", "en"),
        ("fr", "fr"),
        ("ar-MA", "ar"),
        ("AR-ma", "ar"),
        ("fr-MA, ar;q=0.9", "fr"),
        ("fr;q=0.4, ar;q=0.8", "ar"),
        ("fr;q=0, en;q=0.1", "en"),
        ("zgh, ar;q=0.8, fr;q=0.9", "fr"),
        ("fr ; q=0.2 , ar ; q=0.3", "ar"),
        ("fr;q=nan, ar;q=0.1", "ar"),
        ("fr;q=much, ar", "ar"),
        ("en;q=0.1, en-GB;q=0.9, fr;q=0.5", "en"),
        ("," * 10_000 + "fr", "en"),
        (";;;q=,,\x00", "en"),
    ],
)
def test_the_language_is_the_one_that_is_liked_best(header: str | None, language: str) -> None:
    assert preferred(header) is Language(language)


def test_problems_are_told_in_it_and_their_data_stay_the_same(
    tmp_path: Path, sqlite_url: str
) -> None:
    path = tmp_path / "agencies.yaml"
    path.write_text(AGENCIES, encoding="utf-8")
    settings = read_settings({"CHIKAYA_ENV": "development"}, database_url=sqlite_url)
    config = Config(settings, load(path, environ={}), Keys(b"c" * 32, b"t" * 32))
    document = """mutation { fileComplaint(input: {agency: "nobody", description: "x",
        idempotencyKey: "a key of twenty-two signs"}) {
        problems { code path message parameters { name value } } } }"""
    told = {}
    with serving(build(config)) as url:
        for language in ("ar-MA,fr;q=0.5", "fr", "de"):
            answer = httpx2.post(
                f"{url}/graphql", json={"query": document}, headers={"Accept-Language": language}
            ).json()
            (told[language],) = answer["data"]["fileComplaint"]["problems"]
    assert {language: each.pop("message") for language, each in told.items()} == {
        "ar-MA,fr;q=0.5": "لا توجد إدارة رمزها «nobody»",
        "fr": "aucune administration n'a le code « nobody »",
        "de": 'unknown agency "nobody"',
    }
    same = {
        "code": "UNKNOWN_AGENCY",
        "path": ["agency"],
        "parameters": [{"name": "agency", "value": "nobody"}],
    }
    assert list(told.values()) == [same] * 3
