"""Everyone may ask for the public figures, and learns nothing else by them."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from connectors.contract.lifecycle import Status
from connectors.contract.records import STORE, Decision, Outcome, utc_now
from gateway.workers import loops_of
from resolvers.figures import Recount
from resolvers.policy import Role, Viewer
from tests.schema.graph import MIRROR, NOON, Graph, case, graph_in

MONTHS = 'from: "2026-02", to: "2026-03"'
COUNTS = "received inTreatment treated dropped answered reopened rated"
ALL = f"""{{ publicFigures({MONTHS}) {{
  from to rows {{ ...all }} byMonth {{ ...all }} byClass {{ ...all }} total {{ ...all }} }} }}
fragment all on Figures {{
  agencyClass month asOf coverage {{ agencies covered share }} treatmentRate meanDays satisfaction
  counts {{ {COUNTS} }} }}"""
SHORT = f"{{ publicFigures({MONTHS}, HOW) {{ byClass {{ agencyClass counts {{ received }} }} }} }}"


async def count(graph: Graph) -> str:
    """Have them counted; when that was."""
    gateway, at = graph.gateway, utc_now()
    figures = Recount(
        gateway.store.figures, gateway.store.mirror, lambda: gateway.registry, now=lambda: at
    )
    await figures.run()
    return at.isoformat().replace("+00:00", "Z")


async def answered(graph: Graph) -> None:
    """Six cases of the ministry, each answered after two days and rated."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    then = at + timedelta(days=2)
    cases = [
        case(
            STORE,
            "interior",
            number,
            status=Status.CLOSED,
            created_at=at,
            decisions=(
                Decision(
                    id="d",
                    outcome=Outcome.UPHELD,
                    reasons="",
                    at=then,
                    notified_at=then,
                    rating=rating,
                ),
            ),
        )
        for number, rating in enumerate((1, 3, 4, 5, 5, 5), start=100)
    ]
    await graph.gateway.store.mirror.put(cases, source=STORE, heard_at=NOON)


def row(figures: dict[str, Any], of_class: str | None, month: str | None) -> dict[str, Any]:
    rows = [*figures["rows"], *figures["byMonth"], *figures["byClass"], figures["total"]]
    (found,) = (each for each in rows if (each["agencyClass"], each["month"]) == (of_class, month))
    return dict(found)


async def test_everyone_is_told_the_same_and_all_of_it(graph: Graph) -> None:
    await answered(graph)
    at = await count(graph)
    told = [
        (await graph.data(ALL, viewer=Viewer(role, "somebody")))["publicFigures"] for role in Role
    ]
    figures = told[0]
    assert all(each == figures for each in told)
    assert (figures["from"], figures["to"]) == ("2026-02", "2026-03")
    assert [len(figures[name]) for name in ("rows", "byMonth", "byClass")] == [6, 2, 3]
    assert row(figures, "MINISTRY", "2026-03") == {
        "agencyClass": "MINISTRY",
        "month": "2026-03",
        "asOf": at,
        "coverage": {"agencies": 1, "covered": 1, "share": 1.0},
        "treatmentRate": 0.75,
        "meanDays": 2.0,
        "satisfaction": 0.667,
        "counts": {
            "received": 8,
            "inTreatment": 2,
            "treated": 6,
            "dropped": 0,
            "answered": 6,
            "reopened": 0,
            "rated": 6,
        },
    }
    # The office's mirror was heard long ago; what it told then is counted all the same.
    office = row(figures, "EEP", None)
    assert office["coverage"] == {"agencies": 2, "covered": 1, "share": 0.5}
    assert office["counts"]["received"] == 15
    # Of the city only whoever asks it hears.
    city = row(figures, "COLLECTIVITE", None)
    assert city["coverage"] == {"agencies": 1, "covered": 0, "share": 0.0}
    assert (city["counts"]["received"], city["treatmentRate"], city["asOf"]) == (0, None, at)
    total = row(figures, None, None)
    assert total["coverage"] == {"agencies": 4, "covered": 2, "share": 0.5}
    assert (total["counts"]["received"], total["meanDays"]) == (26, 2.0)


async def test_an_age_of_a_mirror_is_the_age_of_its_figures(graph: Graph) -> None:
    heard_at = utc_now() - timedelta(seconds=100)
    await graph.gateway.store.mirror.put([], source=MIRROR, heard_at=heard_at)
    at = await count(graph)
    figures = (await graph.data(ALL))["publicFigures"]
    office = row(figures, "EEP", None)
    assert office["coverage"]["share"] == 1.0
    assert office["asOf"] == figures["total"]["asOf"] == heard_at.isoformat().replace("+00:00", "Z")
    assert row(figures, "MINISTRY", None)["asOf"] == at


async def test_classes_can_be_chosen_and_invented_cases_are_apart(graph: Graph) -> None:
    invented = [case(STORE, "water", number, demonstration=True) for number in (200, 201)]
    await graph.gateway.store.mirror.put(invented, source=STORE, heard_at=NOON)
    await count(graph)

    async def received(how: str) -> dict[str, int]:
        told = (await graph.data(SHORT.replace("HOW", how)))["publicFigures"]["byClass"]
        return {each["agencyClass"]: each["counts"]["received"] for each in told}

    assert await received("classes: [MINISTRY]") == {"MINISTRY": 5}
    assert await received("classes: [MINISTRY, EEP]") == {"MINISTRY": 5, "EEP": 15}
    assert await received("demonstration: false, classes: [EEP]") == {"EEP": 15}
    assert await received("demonstration: true") == {"MINISTRY": 0, "EEP": 2, "COLLECTIVITE": 0}
    nobody = await graph.data(SHORT.replace("HOW", "classes: [HIGH_COMMISSION]"))
    assert nobody == {"publicFigures": None}


async def test_before_they_are_counted_there_are_none_and_the_loop_counts_them(
    graph: Graph,
) -> None:
    assert await graph.data(ALL) == {"publicFigures": None}
    async with loops_of(graph.gateway) as loops:
        (loop,) = (each for each in loops if each.name == "figures")
        with capture_logs() as logged:
            running = asyncio.create_task(loop.run())
            await asyncio.sleep(0)
            # The turn that has begun comes to its end.
            loop.end()
            await running
    assert [each["cases"] for each in logged if each["event"] == "figures_counted"] == [20]
    assert (await graph.data(ALL))["publicFigures"]["total"]["counts"]["received"] == 20


async def test_what_is_no_span_of_months_is_refused(tmp_path: Path, sqlite_url: str) -> None:
    said = {
        'from: "2026-3"': "expected a month such as 2026-03; came '2026-3'",
        'to: "2026-13"': "expected a month such as 2026-03; came '2026-13'",
        'to: "٢٠٢٦-٠٣"': "expected a month such as 2026-03; came '٢٠٢٦-٠٣'",
        'from: "0000-03"': "expected a month such as 2026-03; came '0000-03'",
        "from: 202603": "expected a month such as 2026-03; came int",
        'from: "2026-03", to: "2026-02"': "from the earlier to the later; came 2026-03 to 2026-02",
        'from: "2000-01", to: "2026-02"': "at most 120 months; came 2000-01 to 2026-02, which are 314",
    }
    async with graph_in(tmp_path, sqlite_url) as graph:
        for months, words in said.items():
            error = await graph.error(f"{{ publicFigures({months}) {{ from }} }}")
            assert words in error
