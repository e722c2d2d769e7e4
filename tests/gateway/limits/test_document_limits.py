"""Each limit refuses by its name what exceeds it, and lets pass what is at it."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql import get_introspection_query

from gateway.execution.documents import Documents
from gateway.execution.refusal import DocumentRefused
from gateway.limits import DocumentLimits
from tests.clients import toy

SCHEMA = toy.schema()._schema


def nested(levels: int) -> str:
    return "{thing(id: 1)" + "{next" * (levels - 2) + "{id" + "}" * levels


def aliased(count: int) -> str:
    return "{" + " ".join(f"a{number}: hello" for number in range(count)) + "}"


def with_directives(count: int) -> str:
    return "{hello" + " @skip(if: false)" * count + "}"


def with_fragments(count: int) -> str:
    return "{" + "...F " * (count - 1) + "...{hello}} fragment F on Query {hello}"


def with_tokens(count: int) -> str:
    return "{" + "hello " * (count - 2) + "}"


def with_characters(count: int) -> str:
    return "{hello}".ljust(count)


EACH = [
    ("depth", DocumentLimits(depth=6), nested, 6),
    ("aliases", DocumentLimits(aliases=5), aliased, 5),
    ("directives", DocumentLimits(directives=4), with_directives, 4),
    ("fragments", DocumentLimits(fragments=7), with_fragments, 7),
    ("tokens", DocumentLimits(tokens=20), with_tokens, 20),
    ("characters", DocumentLimits(characters=30), with_characters, 30),
]


def refusals(text: str, limits: DocumentLimits | None = None) -> list[dict[str, Any] | None]:
    with pytest.raises(DocumentRefused) as caught:
        Documents(SCHEMA, limits=limits).get(text)
    return [error.extensions for error in caught.value.errors]


@pytest.mark.parametrize(("name", "limits", "document", "allowed"), EACH, ids=lambda each: each)
def test_one_more_than_allowed_is_refused_by_name(
    name: str, limits: DocumentLimits, document: Callable[[int], str], allowed: int
) -> None:
    assert refusals(document(allowed + 1), limits) == [
        {
            "code": "DOCUMENT_LIMIT_EXCEEDED",
            "limit": name,
            "allowed": allowed,
            "found": allowed + 1,
        }
    ]


@pytest.mark.parametrize(("name", "limits", "document", "allowed"), EACH, ids=lambda each: each)
def test_as_many_as_allowed_pass_that_limit(
    name: str, limits: DocumentLimits, document: Callable[[int], str], allowed: int
) -> None:
    text = document(allowed)
    if name == "directives":
        # Repeating a directive is refused, too, but by the standard rules and not by the limit.
        assert all("limit" not in (each or {}) for each in refusals(text, limits))
    else:
        Documents(SCHEMA, limits=limits).get(text)


def test_the_refusal_says_limit_allowed_and_found() -> None:
    with pytest.raises(DocumentRefused) as caught:
        Documents(SCHEMA, limits=DocumentLimits(depth=3)).get(nested(5))

    assert str(caught.value) == "The document exceeds the limit of depth: allowed 3, found 5."


def test_all_limits_exceeded_are_told_at_once() -> None:
    text = "{a: hello b: hello ...{hello} ...{hello}}"

    found = refusals(text, DocumentLimits(aliases=1, fragments=1))

    assert sorted(each["limit"] for each in found) == ["aliases", "fragments"]


def test_a_document_over_a_limit_is_not_held_against_the_standard_rules() -> None:
    found = refusals("{" + "a: unknown " * 31 + "}")

    assert [each["limit"] for each in found] == ["aliases"]


def test_the_introspection_query_of_graphiql_passes_the_default_limits() -> None:
    Documents(SCHEMA).get(
        get_introspection_query(
            specified_by_url=True, directive_is_repeatable=True, schema_description=True,
            input_value_deprecation=True, one_of=True,
        )
    )  # fmt: skip


def test_a_field_written_over_and_over_is_refused_before_it_costs() -> None:
    often, too_often = ("{" + "thing(id: 1) {id} " * count + "}" for count in (60, 200))

    Documents(SCHEMA).get(often)
    assert refusals(too_often) == [
        {
            "code": "DOCUMENT_LIMIT_EXCEEDED",
            "limit": "comparisons",
            "allowed": 20_000,
            "found": 20_001,
        }
    ]


def test_fields_that_cannot_be_merged_are_still_refused() -> None:
    with pytest.raises(DocumentRefused, match="Fields 'a' conflict"):
        Documents(SCHEMA).get("{a: hello a: token}")


def test_depth_and_aliases_hidden_in_fragments_count_where_they_are_spread() -> None:
    text = (
        "{thing(id: 1) {...A}}"
        "fragment A on Thing {a: next {...B} b: next {...B}}"
        "fragment B on Thing {a: next {...C} b: next {...C}}"
        "fragment C on Thing {a: next {id} b: next {id}}"
    )

    found = refusals(text, DocumentLimits(depth=4, aliases=13))

    assert {each["limit"]: each["found"] for each in found} == {"depth": 5, "aliases": 14}


def test_the_deepest_operation_of_a_document_decides() -> None:
    text = "query A {hello} query B " + nested(4)

    assert [each["found"] for each in refusals(text, DocumentLimits(depth=3))] == [4]


def test_fragments_that_multiply_without_end_are_counted_in_no_time() -> None:
    steps = 40
    text = "{thing(id: 1) {...F0}}" + "".join(
        f"fragment F{step} on Thing {{a: next {{...F{step + 1}}} b: next {{...F{step + 1}}}}}"
        for step in range(steps)
    )

    found = refusals(
        f"{text} fragment F{steps} on Thing {{id}}", DocumentLimits(fragments=1000, depth=1000)
    )

    assert [each["found"] for each in found] == [2 ** (steps + 1) - 2]


def test_a_fragment_that_spreads_itself_is_refused_by_the_standard_rule() -> None:
    with pytest.raises(DocumentRefused, match="Cannot spread fragment 'F' within itself"):
        Documents(SCHEMA).get("{thing(id: 1) {...F}} fragment F on Thing {next {...F}}")


@pytest.mark.parametrize(
    "text",
    ["{hello(times: " + "[" * 900 + "]" * 900 + ")}", "{" + "...{" * 600 + "hello" + "}" * 601],
    ids=["lists", "inline fragments"],
)
def test_nesting_beyond_what_can_be_walked_is_a_refusal(text: str) -> None:
    with pytest.raises(DocumentRefused, match=r"nested too deeply|limit of fragments"):
        Documents(SCHEMA, limits=DocumentLimits(tokens=10_000)).get(text)


def test_a_syntax_error_before_the_last_allowed_token_stays_one() -> None:
    with pytest.raises(DocumentRefused, match="Syntax Error: Expected Name, found '}'"):
        Documents(SCHEMA, limits=DocumentLimits(tokens=5)).get("{a:} " + "b " * 50)


def test_comments_without_end_are_refused() -> None:
    with pytest.raises(DocumentRefused, match="more than 20 comments"):
        Documents(SCHEMA, limits=DocumentLimits(tokens=20)).get("#\n" * 21 + "{hello}")
