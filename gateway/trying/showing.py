"""Show a trial to the operator: requests, answers and fields, in text or as JSON, without secrets."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec.structs import asdict

from connectors.contract.connector import Explained, Response
from connectors.contract.errors import ConnectorError
from connectors.contract.query import SELECTABLE, Child
from connectors.contract.records import Complaint
from gateway.config import SourceConfig
from gateway.trying.masking import Mask
from gateway.trying.recording import Exchange, Sent
from gateway.trying.trial import Case, Trial

_MOST_LINES: Final = 40
_WIDTH: Final = 72
_OWN: Final = ("status", "kind", "agency_code")
_SPARE: Final = "  "


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown, and how much of it."""

    config: SourceConfig
    agency: str
    trial: Trial
    full: bool = False
    """Whole answers, however long."""


def as_text(shown: Shown) -> str:
    """For people."""
    mask = _mask(shown)
    lines = [
        f'source "{shown.config.id}" ({shown.config.plugin.name}) holds the cases of {shown.agency}'
    ]
    for number, exchange in enumerate(shown.trial.exchanges):
        if number == shown.trial.begun > 0 and number:
            lines += ["", "— the act —"]
        lines += ["", *_exchange_lines(exchange, mask, full=shown.full)]
    for case in shown.trial.cases:
        lines += ["", *_case_lines(case, mask)]
    if shown.trial.more:
        lines += ["", "the source has more cases"]
    lines += ["", *_ending(shown.trial, mask)]
    return "\n".join(lines).rstrip()


def as_json(shown: Shown) -> str:
    """For programs."""
    mask, trial = _mask(shown), shown.trial
    told = {
        "agency": shown.agency,
        "source": shown.config.id,
        "connector": shown.config.plugin.name,
        "exchanges": [
            {**_exchange(exchange, mask), "act": number >= trial.begun}
            for number, exchange in enumerate(trial.exchanges)
        ],
        "cases": [
            {
                "id": case.complaint.id,
                "fields": [
                    {
                        "field": name,
                        "value": mask.said(value),
                        "rule": None if rule is None else mask.text(rule),
                        "found": mask.said(raw),
                    }
                    for name, value, rule, raw in _fields(case)
                ],
            }
            for case in trial.cases
        ],
        "more": trial.more,
        "error": None if trial.error is None else _failure(trial.error, mask),
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _mask(shown: Shown) -> Mask:
    mask = Mask(shown.config.options)
    for exchange in shown.trial.exchanges:
        if exchange.answer is not None:
            mask.learn(exchange.answer, _said(exchange.answer))
    return mask


def _exchange(exchange: Exchange, mask: Mask) -> dict[str, Any]:
    sent = exchange.sent
    answer = exchange.answer
    return {
        "method": sent.method,
        "url": _address(sent, mask),
        "headers": mask.headers(sent.headers),
        "body": _body(sent, mask),
        "sent": not exchange.withheld,
        "seconds": round(exchange.seconds, 3),
        "status": None if answer is None else answer.status,
        "answer": None if answer is None else _answer(answer, mask),
        "error": None if exchange.error is None else exchange.error.code,
    }


def _failure(error: ConnectorError, mask: Mask) -> dict[str, str | None]:
    detail = None if error.detail is None else mask.text(error.detail)
    return {"code": error.code, "message": str(error), "detail": detail}


def _address(sent: Sent, mask: Mask) -> str:
    masked = Sent(sent.method, mask.text(sent.url), mask.pairs(sent.params))
    # The mask itself need not be encoded.
    return masked.address.replace("%2A%2A%2A", "***")


def _body(sent: Sent, mask: Mask) -> Any:
    if sent.json is not None:
        return mask.said(msgspec.to_builtins(sent.json))
    if sent.form:
        return dict(mask.pairs(sent.form))
    if sent.content is not None:
        return mask.text(sent.content.decode(errors="replace"))
    return None


def _answer(answer: Response, mask: Mask) -> Any:
    said = _said(answer)
    return mask.text(answer.body.decode(errors="replace")) if said is None else mask.said(said)


def _said(answer: Response) -> Any:
    """The answer's JSON; None if it is none."""
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _exchange_lines(exchange: Exchange, mask: Mask, *, full: bool) -> Iterator[str]:
    told = _exchange(exchange, mask)
    yield f"{told['method']} {told['url']}"
    yield from (f"{_SPARE}{name}: {value}" for name, value in told["headers"].items())
    if told["body"] is not None:
        yield from _indented(told["body"], full=full)
    if exchange.withheld:
        yield "→ not sent"
    elif exchange.error is not None:
        yield f"→ {exchange.error.code}: {exchange.error}"
    else:
        size = len(exchange.answer.body) if exchange.answer is not None else 0
        yield f"→ {told['status']} in {told['seconds']} s, {size} bytes"
        yield from _indented(told["answer"], full=full)


def _indented(value: Any, *, full: bool) -> Iterator[str]:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    lines = text.splitlines()
    yield from (f"{_SPARE}{line}" for line in (lines if full else lines[:_MOST_LINES]))
    if len(lines) > _MOST_LINES and not full:
        yield f"{_SPARE}… {len(lines) - _MOST_LINES} more lines; --full shows them"


def _case_lines(case: Case, mask: Mask) -> Iterator[str]:
    yield f"case {case.complaint.origin.source_id}"
    for name, value, rule, raw in _fields(case):
        shown = _short(mask.said(value))
        found = "nothing" if raw is None else _short(mask.said(raw))
        how = "" if rule is None else f"   ← {found}, by {mask.text(rule)}"
        yield f"{_SPARE}{name:<20}{shown}{how}"
    if not case.explained:
        yield f"{_SPARE}(this connector does not say how its fields come to be)"


def _fields(case: Case) -> Iterator[tuple[str, Any, str | None, Any]]:
    """Each field: its name, its value, the rule it came by, and what stood there."""
    rules: Mapping[str, Explained] = {each.field: each for each in case.explained}
    told = msgspec.to_builtins(_told(case.complaint))
    for name, value in told.items():
        how = rules.get(name)
        if value is not None or how is not None:
            yield name, value, None if how is None else how.rule, None if how is None else how.found


def _told(complaint: Complaint) -> dict[str, Any]:
    known = asdict(complaint)
    order: Sequence[str] = (*_OWN, *sorted(SELECTABLE), *(child.value for child in Child))
    place = known.pop("location")
    told = {"id": complaint.origin.source_id, **{name: known.get(name) for name in order}}
    if place is not None:
        told |= {f"location.{name}": value for name, value in asdict(place).items()}
    return told


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    flat = " ".join(text.split())
    return flat if len(flat) <= _WIDTH else f"{flat[: _WIDTH - 1]}…"


def _ending(trial: Trial, mask: Mask) -> Iterator[str]:
    if trial.error is not None:
        told = _failure(trial.error, mask)
        yield f"{told['code']}: {told['message']}"
        if told["detail"]:
            yield f"{_SPARE}{told['detail']}"
    elif trial.exchanges and trial.exchanges[-1].withheld:
        yield "the last request is what would be sent; it was not"
