"""The tour is true: its question runs the functions it names, in its order."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

import httpx2

from connectors.contract.records import utc_now
from connectors.testing.georeport import GeoReportCity
from connectors.testing.serving import serve
from gateway.app import Config, build
from gateway.config import load, read_settings
from gateway.demonstration.city_requests import City, generate_requests, generate_services
from gateway.explaining import plans_of
from gateway.keys import Keys

ROOT = Path(__file__).parents[2]
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
STEP = re.compile(r"\*\*`([\w/]+\.py)`\*\*\s+·\s+`([\w.]+)`")
REGISTRY = """
version: 1
sources:
  city: {connector: open311, mode: live, options: {url: "URL"}}
agencies:
  - {code: water, name: {ar: الماء, fr: Eau}, class: EEP}
  - {code: city, name: {ar: المدينة, fr: Ville}, class: COLLECTIVITE, source: city}
"""


def block(language: str, containing: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", TOUR, re.DOTALL)
    [text] = [each for each in found if containing in each]
    return text


def steps() -> list[tuple[str, str]]:
    return [(path, name) for path, name in STEP.findall(TOUR)]


@contextmanager
def watched(of_interest: set[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """The functions of interest that run inside, in the order in which they first do."""
    names: dict[CodeType, tuple[str, str] | None] = {}
    seen: dict[tuple[str, str], None] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event != "call":
            return
        code = frame.f_code
        if code not in names:
            path = Path(code.co_filename)
            inside = path.is_relative_to(ROOT)
            step = (str(path.relative_to(ROOT)), code.co_qualname) if inside else ("", "")
            names[code] = step if step in of_interest else None
        if (step := names[code]) is not None:
            seen.setdefault(step)

    order: list[tuple[str, str]] = []
    sys.setprofile(note)
    try:
        yield order
    finally:
        sys.setprofile(None)
        order += seen


async def test_the_question_runs_what_the_tour_names_in_its_order(
    tmp_path: Path, sqlite_url: str
) -> None:
    city = City("ain", "Aïn Nour", 33.55, -7.60)
    played = GeoReportCity(
        requests=generate_requests(city, count=200, seed=1, now=utc_now()),
        services=generate_services(),
    )
    async with serve(played.app) as url:
        config = configured(tmp_path, url, sqlite_url)
        with watched(set(steps())) as order:
            app = build(config)
            async with app.router.lifespan_context(app):
                transport = httpx2.ASGITransport(app)
                async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
                    question = block("graphql", "complaints")
                    answer = await client.post("/graphql", json={"query": question})
    told = answer.json()["data"]["complaints"]
    assert [each["source"] for each in told["sources"]] == ["city", "store"]
    assert told["complete"] is True
    assert told["nodes"]
    assert order == list(dict.fromkeys(steps()))


async def test_the_plan_is_printed_as_the_tour_shows_it(tmp_path: Path) -> None:
    config = configured(tmp_path, "http://127.0.0.1:9/", "sqlite:///unused.sqlite3")
    document = block("graphql", "complaints")
    [plan], errors = await plans_of(config.settings, config.configured, document, {})
    assert errors == []
    assert plan.explain() == block("text", "rechecks").rstrip()


def configured(folder: Path, city: str, database_url: str) -> Config:
    path = folder / "agencies.yaml"
    path.write_text(REGISTRY.replace("URL", city), encoding="utf-8")
    return Config(
        settings=read_settings({"CHIKAYA_ENV": "development"}, database_url=database_url),
        configured=load(path),
        keys=Keys(cursors=b"c" * 32, tracking_codes=b"t" * 32),
    )


def test_every_file_that_the_tour_names_exists() -> None:
    named = set(re.findall(r"`([\w/]+\.py)`", TOUR)) | set(re.findall(r"`([\w/]+)/`", TOUR))
    missing = [path for path in named - {"mapping.py"} if not (ROOT / path).exists()]
    assert missing == []
