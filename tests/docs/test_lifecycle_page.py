"""docs/lifecycle.md shows the table that the code obeys."""

from connectors.contract.lifecycle import transition_table
from tests.docs.pages import page


def test_the_table_is_the_printed_one() -> None:
    assert transition_table() in page("lifecycle").path.read_text(encoding="utf-8")
