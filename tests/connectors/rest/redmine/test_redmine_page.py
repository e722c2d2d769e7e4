"""docs/connecting-redmine.md shows the description that is proved here, and its states."""

from tests.connectors.rest.redmine.desk import AGENCIES, STATUSES
from tests.docs.pages import page

PAGE = page("connecting-redmine")


def test_the_page_shows_the_description_as_it_is_tested() -> None:
    assert PAGE.block("yaml") == AGENCIES.read_text("utf-8")


def test_the_page_tells_what_the_states_mean() -> None:
    rows = [row for row in PAGE.table("status of Redmine") if row[0][0].isdigit()]
    assert {int(row[0].split()[0]): row[1].strip("`") for row in rows} == STATUSES
