"""Only what is meant for the caller leaves; the rest is kept in the log under an id."""

from typing import Any

import pytest
import structlog
from starlette.testclient import TestClient

from tests.clients import toy


def asked(query: str, **more: Any) -> tuple[Any, list[Any]]:
    """The answer to `query`, and what was logged."""
    with structlog.testing.capture_logs() as logs:
        answer = TestClient(toy.app()).post("/graphql", json={"query": query, **more})
    return answer, logs


def the_error(answer: Any) -> dict[str, Any]:
    (error,) = answer.json()["errors"]
    return {name: error[name] for name in ("message", "extensions") if name in error}


@pytest.mark.parametrize("field", ["broken", "brokenRoot", "wrongValue"])
def test_an_unexpected_error_is_masked_and_logged_under_its_id(field: str) -> None:
    answer, logs = asked(f"{{{field}}}")

    error = the_error(answer)
    (event,) = logs
    assert toy.SECRET not in answer.text
    assert error["message"] == "Unexpected error."
    assert error["extensions"] == {"code": "INTERNAL", "errorId": event["error_id"]}
    assert answer.json()["errors"][0]["path"] == [field]
    assert event["event"] == "unexpected_error"
    assert event["log_level"] == "error"
    assert event["path"] == [field]
    assert toy.SECRET in str(event["exc_info"])
    assert event["exc_info"].__traceback__ is not None


def test_an_error_raised_with_a_code_keeps_its_text() -> None:
    answer, logs = asked("{refused}")

    assert the_error(answer) == {"message": "Not today.", "extensions": {"code": "NOT_TODAY"}}
    assert logs == []


def test_a_refusal_of_the_domain_keeps_its_text_and_code() -> None:
    answer, logs = asked("{refusedByDomain}")

    assert the_error(answer) == {"message": "Nobody may.", "extensions": {"code": "FORBIDDEN"}}
    assert logs == []


def test_the_error_of_a_source_says_whose_it_is_and_when_to_ask_again() -> None:
    answer, logs = asked("{silent}")

    assert the_error(answer) == {
        "message": "Asked to wait.",
        "extensions": {"code": "SOURCE_RATE_LIMITED", "agency": "roads", "retryAfter": 3.5},
    }
    assert toy.SECRET not in answer.text
    assert logs == []


@pytest.mark.parametrize(
    ("query", "variables", "words"),
    [
        ("{", None, "Syntax Error"),
        ("{unknown}", None, "Cannot query field 'unknown'"),
        ("query($t: Int!) {hello(times: $t)}", {"t": "x"}, "Int cannot represent"),
        ("query($t: DateTime!) {at(time: $t)}", {"t": "x"}, "Value cannot represent a DateTime"),
        ('{at(time: "x")}', None, "Value cannot represent a DateTime"),
        ("query($t: Int = 1) {hello(times: $t)}", {"t": None}, "provided to non-null type"),
    ],
    ids=["parse", "validation", "variable", "our scalar", "our scalar, written", "argument"],
)
def test_what_is_wrong_with_the_request_is_told(
    query: str, variables: dict[str, Any] | None, words: str
) -> None:
    answer, logs = asked(query, variables=variables)

    assert words in the_error(answer)["message"]
    assert logs == []


def test_a_subscription_that_breaks_says_so_and_ends() -> None:
    answer, logs = asked("subscription {brokenLater}")

    assert answer.text.count("event: next\n") == 2
    assert answer.text.endswith("event: complete\ndata: \n\n")
    assert logs[0]["error_id"] in answer.text
    assert toy.SECRET not in answer.text


PERSONAL = "Fatima Zahra"


@pytest.mark.parametrize(
    ("query", "variables", "told"),
    [
        (
            "query($t: Int!) {hello(times: $t)}",
            {"t": PERSONAL},
            "Variable '$t' has invalid value: Int cannot represent non-integer value.",
        ),
        (
            "query($t: Int!) {hello(times: $t)}",
            {"t": {"name": PERSONAL, "x": ": found: "}},
            "Variable '$t' has invalid value: Int cannot represent non-integer value.",
        ),
        (
            f'{{hello(times: "{PERSONAL}")}}',
            None,
            "Int cannot represent non-integer value.",
        ),
        (f'{{hello("{PERSONAL}")}}', None, "Syntax Error: Expected Name, found String."),
    ],
)
def test_the_value_that_is_wrong_is_not_repeated(
    query: str, variables: dict[str, Any] | None, told: str
) -> None:
    answer, logs = asked(query, variables=variables)

    assert the_error(answer)["message"] == told
    assert PERSONAL not in answer.text
    assert logs == []
