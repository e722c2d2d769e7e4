"""docs/lifecycle.md shows the table that the code obeys."""

from connectors.contract.lifecycle import transition_table
from resolvers.lifecycle import acts_table
from tests.docs.pages import page


def test_the_table_is_the_printed_one() -> None:
    assert transition_table() in page("lifecycle").path.read_text(encoding="utf-8")


def test_the_page_shows_what_can_be_done() -> None:
    assert acts_table() in page("lifecycle").path.read_text(encoding="utf-8")
