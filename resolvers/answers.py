"""Hold the answers in a filing to what its service asks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Final

from connectors.contract.records import AttributeType, ServiceAttribute
from resolvers.unfit import LONGEST_CODE
from resolvers.wording import Problem, Sentence
from resolvers.wording.saying import Value

_SHOWN: Final = 20


def problems_of_answers(
    answers: Sequence[tuple[str, tuple[str, ...]]], questions: Sequence[ServiceAttribute]
) -> Iterator[Problem]:
    """All that is wrong with `answers`, question by question; no answer is repeated."""
    asked = {question.code: question for question in questions if question.asked}
    for code, _ in answers:
        if code not in asked:
            yield _unknown(code, asked)
    given = dict(answers)
    for code, question in asked.items():
        values = [value for value in given.get(code, ()) if value.strip()]
        if values:
            yield from _of_answer(question, values)
        elif question.required:
            told = {"question": code}
            yield Problem("REQUIRED", Sentence.ANSWER_REQUIRED, ("attributes", code), told)


def _of_answer(question: ServiceAttribute, values: Sequence[str]) -> Iterator[Problem]:
    if question.type is AttributeType.MULTI_VALUE_LIST:
        if len(set(values)) < len(values):
            yield _unfit(question, Sentence.EACH_CHOICE_ONCE)
    elif len(values) > 1:
        yield _unfit(question, Sentence.ONE_ANSWER, came=len(values))
    keys = [choice.key for choice in question.choices]
    match question.type:
        case AttributeType.NUMBER if not all(map(_is_number, values)):
            yield _unfit(question, Sentence.ANSWER_IN_NUMBERS)
        case AttributeType.DATETIME if not all(map(_is_moment, values)):
            yield _unfit(question, Sentence.ANSWER_IN_TIME)
        case AttributeType.STRING if any(len(value.splitlines()) > 1 for value in values):
            yield _unfit(question, Sentence.ANSWER_IN_A_LINE)
        case AttributeType.SINGLE_VALUE_LIST | AttributeType.MULTI_VALUE_LIST:
            # A source that names no choices leaves them to whoever answers.
            if keys and not set(values) <= set(keys):
                yield _unfit(question, Sentence.ANSWER_BY_CHOICE, choices=_some(keys))


def _is_number(value: str) -> bool:
    try:
        return value.isascii() and "_" not in value and isfinite(float(value))
    except ValueError:
        return False


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _unknown(code: str, asked: Mapping[str, ServiceAttribute]) -> Problem:
    code = code[:LONGEST_CODE]
    sentence = Sentence.UNKNOWN_QUESTION if asked else Sentence.NOTHING_ASKED
    known = {"known": _some(list(asked))} if asked else {}
    return Problem("UNKNOWN_QUESTION", sentence, ("attributes", code), {"question": code, **known})


def _unfit(question: ServiceAttribute, sentence: Sentence, **told: Value) -> Problem:
    code = question.code
    return Problem("INVALID", sentence, ("attributes", code), {"question": code, **told})


def _some(codes: Sequence[str]) -> str:
    """The first of many, and that there are more."""
    return ", ".join((*codes[:_SHOWN], "…") if len(codes) > _SHOWN else codes)
