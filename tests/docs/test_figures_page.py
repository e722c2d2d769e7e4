"""docs/figures.md tells every figure there is, and the bounds of the code."""

from resolvers.figures import FEWEST, figures, recount
from resolvers.figures.counting import SATISFIED_FROM
from schema.build import build
from tests.docs.pages import page

PAGE = page("figures")
TEXT = " ".join(PAGE.path.read_text(encoding="utf-8").split())
NO_FIGURES = {"agencyClass", "month", "asOf", "coverage", "counts"}


def test_every_figure_is_told() -> None:
    types = build()._schema.type_map
    there = {*types["FiguresCounts"].fields, *types["Figures"].fields} - NO_FIGURES  # type: ignore[attr-defined]
    assert PAGE.codes("figure") == there


def test_the_bounds_are_those_of_the_code() -> None:
    assert f"fewer than {FEWEST} answers no mean is told" in TEXT
    assert f"fewer than {FEWEST} ratings no satisfaction" in TEXT
    assert f"at least {SATISFIED_FROM} of 5" in TEXT
    assert f"at most {figures.MOST_MONTHS} months" in TEXT
    assert (figures.USUAL_MONTHS, recount.EVERY.total_seconds()) == (12, 3600)
    assert f"{recount._PAGE} at a time" in TEXT
