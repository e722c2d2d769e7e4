"""docs/who-may-what.md shows the table that the program obeys."""

from resolvers.policy import Role
from resolvers.policy.printing import printed_table
from tests.docs.pages import page

PAGE = page("who-may-what")


def test_the_tables_are_the_printed_ones() -> None:
    written = PAGE.path.read_text(encoding="utf-8")
    for table in printed_table().split("\n\n"):
        assert table in written, f"it has to be:\n{table}"


def test_every_role_is_explained() -> None:
    assert {row[0] for row in PAGE.table("role")} == {role.word.replace("-", " ") for role in Role}
