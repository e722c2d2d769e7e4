"""Carry out what a form asks to be done in a case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.portal.forms import Form, Problems, problems_of
from gateway.portal.visit import Visit


def _text(form: Form) -> dict[str, Any]:
    return {"text": form.given("text")}


def _words(form: Form) -> dict[str, Any]:
    return {"text": form.get("text")}


def _words_and_files(form: Form) -> dict[str, Any]:
    return _words(form) | {"uploads": [id_ for id_, _ in form.uploads]}


def _rating(form: Form) -> dict[str, Any]:
    score = form.get("score")
    # Nothing chosen is out of range too, and the graph says so at the field.
    return _text(form) | {"score": int(score) if score in {"1", "2", "3", "4", "5"} else 0}


def _hand_over(form: Form) -> dict[str, Any]:
    return _text(form) | {"noCourtSeized": form.get("noCourtSeized") == "yes"}


@dataclass(frozen=True, slots=True)
class Deed:
    """How an act is asked of the graph."""

    operation: str
    """Its name in `act.graphql`."""
    input: Callable[[Form], Mapping[str, Any]]
    """What of the form it takes, beside the case."""
    fields: Mapping[str, str] = field(default_factory=lambda: {"text": "text"})
    """By the path of its input, the field that asks for it."""


_WITH_FILES: Final = {"text": "text", "uploads": "file"}

CITIZENS: Final[Mapping[str, Deed]] = {
    "PROVIDE_INFORMATION": Deed("ProvideInformation", _words_and_files, _WITH_FILES),
    "ADD_MESSAGE": Deed("AddMessage", _words_and_files, _WITH_FILES),
    "RATE": Deed("Rate", _rating, {"text": "text", "score": "score"}),
    "REOPEN": Deed("Reopen", _words),
    "HAND_OVER": Deed("HandOver", _hand_over, {"text": "text", "noCourtSeized": "noCourtSeized"}),
    "WITHDRAW": Deed("Withdraw", _text),
}
"""What a complainant can do, in the order in which it is offered."""


async def carry_out(
    visit: Visit, deed: Deed, case: Mapping[str, str], *, version: int | None = None
) -> Problems:
    """Do it in `case`, a CaseInput; what keeps it from being done.

    With `version` only if nothing was done in the case since.
    """
    if visit.form.refused:
        return Problems(visit.form.refused)
    said = {"case": dict(case), "idempotencyKey": visit.form.get("key"), "expectedVersion": version}
    answer = await visit.ask(
        "act", operation=deed.operation, input=said | dict(deed.input(visit.form))
    )
    return problems_of(answer.data["done"]["problems"], deed.fields)
