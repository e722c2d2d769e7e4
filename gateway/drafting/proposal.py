"""Put the guesses together into one description, with what a person must look at."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.contract.lifecycle import OPEN, Status
from gateway.drafting import fields, words
from gateway.drafting.cases import Found, found_in
from gateway.drafting.children import children_of
from gateway.drafting.columns import Column, columns_of, path_to
from gateway.drafting.evidence import NOWHERE, Answer, Evidence, variables_of
from gateway.drafting.fields import Guess, Times, labels_of, word_of
from gateway.drafting.pages import pages_of
from gateway.drafting.words import is_secret, status_meant, tokens

Where = tuple[str, ...]

_MADE_UP: Final = "nobody said where the samples come from: give --url, or write it here"
_SINCE: Final = frozenset({"since", "from", "after", "min", "du", "depuis", "gte"})
_MEANT_OTHERWISE: Final = re.compile(r"\$?\{[^{}\"\s]+\}")
"""What a description takes for a variable."""
_CODE: Final = re.compile(r"[\w.-]{1,40}")
_TOKENS: Final = frozenset({"token", "access", "session"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """The `options` of a source, and what in them is not plain from the samples."""

    options: dict[str, Any] = field(default_factory=dict)
    unsure: dict[Where, str] = field(default_factory=dict)
    """By place below `options`."""
    unused: Sequence[str] = ()
    """The answers that nothing was taken from."""

    def put(self, guess: Guess) -> None:
        """Write a guess at its place, which later guesses do not change."""
        held = self.options
        for step in guess.where[:-1]:
            held = held.setdefault(step, {})
        held.setdefault(guess.where[-1], guess.value)
        if guess.unsure is not None:
            self.unsure.setdefault(guess.where, guess.unsure)


@dataclass(frozen=True, slots=True)
class _Refusal:
    answer: str
    """The name of the answer that refuses."""
    name: str
    """Of the property that says so."""
    word: str


def proposed(evidence: Evidence) -> Proposal:
    """The description that `evidence` suggests. Raises `ValueError` if it shows no cases."""
    found = found_in(evidence.answers)
    columns = columns_of(found.all)
    refusals = list(_refusals(evidence, found))
    proposal = Proposal(unused=_unused(evidence, found, refusals))
    for guess in _guesses(evidence, found, columns, refusals):
        proposal.put(guess)
    return proposal


def _guesses(
    evidence: Evidence, found: Found, columns: Sequence[Column], refusals: Sequence[_Refusal]
) -> Iterator[Guess]:
    times = fields.times(columns)
    asked = evidence.asked
    nowhere = not asked.known or asked.base.startswith(NOWHERE)
    yield Guess(("url",), asked.base, _MADE_UP if nowhere else None)
    if not times.zoned:
        doubt = "times are written without a zone: that of Morocco is taken"
        yield Guess(("timezone",), "Africa/Casablanca", doubt)
    yield _auth(evidence)
    yield fields.identity(columns_of(found.listed))
    yield from _statuses(columns, evidence)
    yield from filter(None, [fields.title(columns)])
    yield from times.guesses
    yield from fields.others(columns, found.all)
    yield from children_of(found)
    yield from _list(evidence, found, times)
    yield from _get(evidence, found)
    yield from _errors(refusals)


def _auth(evidence: Evidence) -> Guess:
    if evidence.auth is not None:
        return Guess(("auth",), dict(evidence.auth), "as its documentation says; set the variables")
    asked = evidence.asked
    if asked.secret is not None:
        value = f"${{env:{variables_of(asked.base)}_KEY}}"
        rule = {"kind": "query", "name": asked.secret, "value": value}
        more = ", ".join(asked.secrets[1:])
        left = f"; so are {more}, which are left out" if more else ""
        return Guess(("auth",), rule, f"a parameter is called like a key; set the variable{left}")
    named = next((each.name for each in evidence.answers if _gives_a_token(each)), None)
    doubt = "no answer shows how the system is told who asks"
    if named is not None:
        doubt = f"{named} looks like an answer to a login: expected `oauth2` or `session`"
    return Guess(("auth",), {"kind": "none"}, doubt)


def _gives_a_token(answer: Answer) -> bool:
    if not isinstance(answer.body, dict):
        return False
    return any(
        is_secret(column.steps[-1], _TOKENS) and column.texts
        for column in columns_of([answer.body])
    )


def _statuses(columns: Sequence[Column], evidence: Evidence) -> Iterator[Guess]:
    column = fields.status_column(columns)
    if column is None:
        yield Guess(("record", "status"), "$.status", "no property is called like a status")
        yield Guess(("statuses", "in"), {"?": Status.UNDER_ASSESSMENT.value}, "no status was seen")
        return
    yield Guess(("record", "status"), column.path, None)
    labels = dict(labels_of(column, columns))
    labels |= {word: word for word in evidence.words.get(column.path, ()) if word not in labels}
    closed = _closed(columns)
    over = _over(column, closed)
    table = {raw: _meant(label, over=raw in over) for raw, label in labels.items()}
    unknown = [raw for raw, label in labels.items() if status_meant(label) is None]
    guessed = f"; no known word is in {', '.join(unknown)}" if unknown else ""
    doubt = f"what each means, and whether there are more than these {len(table)}{guessed}"
    yield Guess(("statuses", "in"), table, doubt)
    if closed is not None:
        rule, value = closed
        yield Guess(("statuses", "closed"), {"path": rule.path, "values": [value]}, _SAYS_SO)


_SAYS_SO: Final = "called as if it said that a case is over"


def _meant(label: str, *, over: bool) -> str:
    rest = Status.CLOSED if over else Status.UNDER_ASSESSMENT
    meant = status_meant(label) or rest
    # Where the case itself says that it is over, a word for an open state cannot be right.
    return (rest if over and meant in OPEN else meant).value


def _closed(columns: Sequence[Column]) -> tuple[Column, str] | None:
    """The property that says whether a case is over, and what stands there then."""
    for column in columns:
        seen = list(dict.fromkeys(map(word_of, column.values)))
        if not seen or not {word.lower() for word in seen} <= words.OPPOSITES.keys():
            continue
        if set(column.words) & set(words.CLOSED):
            return column, _word_for(seen, yes=True)
        if set(column.words) & set(words.OPEN):
            return column, _word_for(seen, yes=False)
    return None


def _word_for(seen: Sequence[str], *, yes: bool) -> str:
    """What says yes, or no, where `seen` is said: one of them, or the opposite of the first."""
    for word in seen:
        if (word.lower() in words.YES) is yes:
            return word
    opposite = words.OPPOSITES[seen[0].lower()]
    return next(
        (form(opposite) for form in (str.upper, str.capitalize) if form(seen[0]) == seen[0]),
        opposite,
    )


def _over(status: Column, closed: tuple[Column, str] | None) -> set[str]:
    """The words of cases that say of themselves that they are over."""
    if closed is None or closed[0].at != status.at:
        return set()
    column, value = closed
    said = zip(status.values, column.values, strict=True)
    return {word_of(raw) for raw, over in said if word_of(over) == value}


def _unused(evidence: Evidence, found: Found, refusals: Sequence[_Refusal]) -> Sequence[str]:
    used = {found.answer.name, *(name for name, _, _ in found.single)}
    used |= {refusal.answer for refusal in refusals}
    plain = [answer for answer in evidence.answers if isinstance(answer.body, dict | list)]
    return [each.name for each in plain if each.name not in used and not _gives_a_token(each)]


def _list(evidence: Evidence, found: Found, times: Times) -> Iterator[Guess]:
    asked, pages = evidence.asked, pages_of(found, evidence)
    where = ("list", "request")
    yield Guess((*where, "path"), asked.path, None if asked.known else _MADE_UP)
    paging = {str(value) for key, value in pages.rule.items() if key.endswith("parameter")}
    yield from _query([pair for pair in asked.query if pair[0] not in paging])
    yield Guess(("list", "records"), path_to(found.steps), None)
    for key, value in pages.rule.items():
        yield Guess(("list", "paging", key), value, pages.doubts.get(key))
    yield from _filters(evidence, times)
    if pages.total is not None:
        doubt = "is it exact, and does it count what filters leave?"
        yield Guess(("list", "total"), {"path": pages.total}, doubt)


def _query(asked: Sequence[tuple[str, str]]) -> Iterator[Guess]:
    counts = Counter(name for name, _ in asked)
    kept = {n: value for n, value in asked if counts[n] == 1 and not _MEANT_OTHERWISE.search(value)}
    if asked:
        lost = ", ".join(name for name in counts if name not in kept)
        left = (
            f" {lost} had to be left out: only one value is taken, without braces" if lost else ""
        )
        doubt = f"as it was asked: is each of them always wanted?{left}"
        yield Guess(("list", "request", "query"), kept, doubt)


def _filters(evidence: Evidence, times: Times) -> Iterator[Guess]:
    """Parameters that are called like a filter that we can ask for."""
    where = ("list", "filters")
    changed = ("record", "fields", "updated_at")
    told = {guess.where: guess.value for guess in times.guesses}
    for name in evidence.parameters:
        said = set(tokens(name))
        if said & set(words.STATUS):
            rule = {"query": {name: "{value}"}}
            yield Guess(
                (*where, "STATUS", "IN"), rule, "how several are asked for, and how exactly"
            )
        if changed in told and said & set(words.TIMES["updated_at"]) and said & _SINCE:
            held = told[changed]
            form = {"format": held["format"]} if isinstance(held, dict) else {}
            doubt = "whether cases of just that time come too, and how exactly"
            yield Guess((*where, "UPDATED", "GTE"), {"query": {name: "{value}"}, **form}, doubt)


def _get(evidence: Evidence, found: Found) -> Iterator[Guess]:
    if evidence.single_path is None and not found.single:
        return
    doubt = "nobody said where one case is read: below the list is usual"
    path = evidence.single_path or f"{evidence.asked.path}/{{id}}".lstrip("/")
    yield Guess(("get", "request", "path"), path, doubt if evidence.single_path is None else None)
    if found.single:
        yield Guess(("get", "record"), path_to(found.single[0][1]), None)


def _errors(refusals: Sequence[_Refusal]) -> Iterator[Guess]:
    for said in refusals:
        rule = {"path": path_to((said.name,)), "values": [said.word], "means": "bad_data"}
        doubt = f"{said.answer} says so; which codes mean not found, or rejected?"
        yield Guess(("errors",), [{"status": [200], **rule}], doubt)


def _refusals(evidence: Evidence, found: Found) -> Iterator[_Refusal]:
    """What answers without cases say where the list says that all is well."""
    good = found.answer.body if isinstance(found.answer.body, dict) else {}
    well = {name: value for name, value in good.items() if _is_code(name, value)}
    for answer in evidence.answers:
        if answer.name in found.holding or not isinstance(answer.body, dict):
            continue
        for name, value in well.items():
            said = answer.body.get(name)
            if _is_code(name, said) and said != value:
                yield _Refusal(answer.name, name, word_of(said))


def _is_code(name: str, value: object) -> bool:
    """Whether a value may be written into a description: no sentence, and no secret."""
    if isinstance(value, str):
        return _CODE.fullmatch(value) is not None and not is_secret(name)
    return isinstance(value, int)


def marks(proposal: Proposal) -> Mapping[str, str]:
    """What is unsure, by place as agencies.yaml is pointed into."""
    return {".".join(where): text for where, text in proposal.unsure.items()}
