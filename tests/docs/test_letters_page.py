"""docs/letters.md tells every kind, state and code of letters, and its question is answered."""

from connectors.contract.letters import LetterKind, LetterState
from connectors.contract.outbox import RESTORED
from gateway.letters.refusals import FOR_GOOD, Refusal
from tests.docs.pages import page

PAGE = page("letters")


def test_every_kind_is_told() -> None:
    assert PAGE.codes("kind") == set(LetterKind)


def test_every_state_is_told() -> None:
    assert PAGE.codes("state") == set(LetterState)


def test_every_code_is_told_with_what_comes_of_it() -> None:
    assert PAGE.codes("letter's code") == {*Refusal, RESTORED}
    states = {row[0].strip("`"): row[1].strip("`") for row in PAGE.table("letter's code")}
    dead = {code for code, state in states.items() if state == "DEAD"}
    assert dead == {*FOR_GOOD, RESTORED}
