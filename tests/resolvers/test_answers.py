"""Answers are held to the questions of the service, and are never repeated."""

import pytest

from connectors.contract.records import AttributeChoice, AttributeType, ServiceAttribute
from resolvers.answers import problems_of_answers
from resolvers.wording import Language

CHOICES = tuple(AttributeChoice(key=key, name=key.title()) for key in ("red", "blue"))


def question(
    type_: AttributeType, *, required: bool = False, asked: bool = True
) -> ServiceAttribute:
    lists = type_ in {AttributeType.SINGLE_VALUE_LIST, AttributeType.MULTI_VALUE_LIST}
    choices = CHOICES if lists else ()
    return ServiceAttribute(code="q", type=type_, required=required, asked=asked, choices=choices)


def told(asked: ServiceAttribute, *values: str) -> list[str]:
    answers = [("q", values)] if values else []
    return [each.message(Language.EN) for each in problems_of_answers(answers, [asked])]


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        (AttributeType.STRING, ["أمينة 👍"]),
        (AttributeType.TEXT, ["une\ndeux"]),
        (AttributeType.NUMBER, ["12"]),
        (AttributeType.NUMBER, ["-12.5"]),
        (AttributeType.DATETIME, ["2026-03-01T12:00:00+01:00"]),
        (AttributeType.DATETIME, ["2026-03-01T12:00:00Z"]),
        (AttributeType.SINGLE_VALUE_LIST, ["red"]),
        (AttributeType.MULTI_VALUE_LIST, ["blue", "red"]),
    ],
)
def test_what_is_asked_for_is_taken(type_: AttributeType, values: list[str]) -> None:
    assert told(question(type_, required=True), *values) == []


@pytest.mark.parametrize(
    ("type_", "values", "message"),
    [
        (AttributeType.STRING, ["a\nb"], "expected a single line; got several"),
        (AttributeType.STRING, ["a", "b"], "expected one answer; got 2"),
        (AttributeType.NUMBER, ["douze"], "expected a number such as 12 or 12.5; got something"),
        (AttributeType.NUMBER, ["nan"], "expected a number"),
        (AttributeType.NUMBER, ["1e999"], "expected a number"),
        (AttributeType.NUMBER, ["1_0"], "expected a number"),
        (AttributeType.DATETIME, ["demain"], "expected a date and time by ISO 8601, such as"),
        (AttributeType.DATETIME, ["01/03/2026"], "expected a date and time by ISO 8601"),
        (AttributeType.SINGLE_VALUE_LIST, ["green"], "expected one of red, blue; got something"),
        (AttributeType.MULTI_VALUE_LIST, ["red", "green"], "expected one of red, blue"),
        (AttributeType.MULTI_VALUE_LIST, ["red", "red"], "expected each choice once; got one of"),
    ],
)
def test_what_is_not_is_told_by_what_was_expected_and_not_repeated(
    type_: AttributeType, values: list[str], message: str
) -> None:
    [said] = told(question(type_), *values)
    assert said.startswith(f'"q": {message}')
    assert not [value for value in values if len(value) > 3 and value in said]


@pytest.mark.parametrize("values", [[], ["  "]])
def test_what_has_to_be_answered_has_to_be(values: list[str]) -> None:
    assert told(question(AttributeType.STRING, required=True), *values) == [
        '"q" must be answered; got nothing'
    ]
    assert told(question(AttributeType.STRING), *values) == []


def test_what_is_not_asked_is_not_answered() -> None:
    [known] = problems_of_answers([("other", ("x",))], [question(AttributeType.TEXT)])
    assert (known.code, known.path) == ("UNKNOWN_QUESTION", ("attributes", "other"))
    assert known.message(Language.EN) == 'expected answers to q; got one to "other"'
    [notice] = problems_of_answers([("q", ("x",))], [question(AttributeType.TEXT, asked=False)])
    assert notice.message(Language.EN) == 'nothing is asked here; got an answer to "q"'


def test_a_notice_is_not_waited_for() -> None:
    assert told(question(AttributeType.TEXT, required=True, asked=False)) == []


def test_choices_that_a_source_does_not_name_are_anyone_s() -> None:
    bare = ServiceAttribute(code="q", type=AttributeType.SINGLE_VALUE_LIST, required=True)
    assert told(bare, "green") == []
