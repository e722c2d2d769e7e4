"""docs/errors.md tells every code there is, and none that there is not."""

from pathlib import Path

import pytest

from gateway.config import ConfigError, load, read_settings
from resolvers.guard import SourceHealth
from resolvers.outcome import SourceStatus
from tests.docs import declared
from tests.docs.pages import page

PAGE = page("errors")


def _told(number: int) -> set[str]:
    """The codes of the tables whose first column is `code`, by their order on the page."""
    return {row[0].strip("`") for row in PAGE.tables("code")[number]} - {"(none)"}


def test_every_code_of_the_graph_is_told() -> None:
    assert _told(0) == declared.graph_codes()


def test_every_code_of_sources_is_told() -> None:
    assert _told(1) == declared.source_codes()


def test_every_problem_of_a_filing_is_told() -> None:
    assert _told(2) == declared.problem_codes()


def test_every_warning_of_a_filing_is_told() -> None:
    assert PAGE.codes("warning") == declared.warning_codes()


def test_every_exit_code_is_told() -> None:
    assert _told(3) == declared.exit_codes()


def test_every_outcome_and_health_of_a_source_is_told() -> None:
    assert PAGE.codes("status") == set(SourceStatus)
    assert PAGE.codes("health") == set(SourceHealth)


def test_the_statuses_beside_the_codes_exist() -> None:
    assert {row[1].strip("`") for row in PAGE.tables("code")[1]} <= set(SourceStatus)


def test_mistakes_are_told_as_the_page_shows_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("agencies.yaml").write_text(
        "version: 1\n"
        "sources:\n"
        "  # the city's own system\n"
        "  city:\n"
        "    connector: open31\n"
        "    mode: live\n"
        "agencies:\n"
        "  - {code: city, name: {ar: مدينة, fr: Ville}, class: OTHER, source: city}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as port:
        read_settings({"CHIKAYA_PORT": "80a"})
    with pytest.raises(ConfigError) as source:
        load(Path("agencies.yaml"))

    shown = " ".join(PAGE.block("text").split())

    assert shown == f"{port.value} {source.value}"
