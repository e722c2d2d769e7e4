"""Ask for conditions by a source's own parameters, never for fewer rows than meet them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from connectors.contract.query import TIMES, Box, Condition, Field, Op
from connectors.contract.records import AgencyCode, Kind
from connectors.rest.options import RestOptions
from connectors.rest.reading_options import Filter
from connectors.rest.rules import ChoiceRule, TextRule
from connectors.rest.sending import parameters
from connectors.rest.statuses import Statuses
from connectors.rest.templates import filled
from connectors.rest.times import ceiling, floor, shown_everywhere, unit, written

_JOINTS: Final = {"comma": ",", "semicolon": ";", "pipe": "|"}
_DANGEROUS: Final = frozenset("'\"\\")
_HOUR: Final = timedelta(hours=1)

Words = list[str] | None
"""Words of the source; None stands for any word, which asks for all rows."""


@dataclass(slots=True)
class Asked:
    """What conditions come to."""

    params: list[tuple[str, str]] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    nothing: bool = False
    """It is known without asking that no row meets them."""


class Filtering:
    """One source's filters."""

    def __init__(
        self, options: RestOptions, statuses: Statuses, agencies: Sequence[AgencyCode]
    ) -> None:
        """Ask as `options` describe; what names no agency is of the first of `agencies`."""
        self._options = options
        self._filters: dict[str, dict[str, Filter]] = {
            field: dict(by_op.items()) for field, by_op in options.lists.filters.items()
        }
        self._statuses = statuses
        self._agencies = agencies

    def asked(self, where: Collection[Condition]) -> Asked:
        """The parameters for conditions that are all declared."""
        found = Asked()
        clauses = self._options.lists.clauses
        if clauses is not None:
            found.clauses += clauses.always
        together: defaultdict[tuple[Field, Op], list[Any]] = defaultdict(list)
        for condition in where:
            together[condition.field, condition.op].append(condition.value)
        values = {key: _MEETING[key[1]](several) for key, several in together.items()}
        for field_ in TIMES:
            self._ask_times(field_, values, found)
        for (field_, op), value in values.items():
            self._ask(field_, op, value, found)
        if clauses is not None and found.clauses:
            found.params.append((clauses.parameter, clauses.join.join(found.clauses)))
        return found

    def _ask_times(self, by: Field, values: dict[tuple[Field, Op], Any], found: Asked) -> None:
        """See to both bounds at once where the source has one parameter for them."""
        both = self._filters.get(by.name, {}).get("BETWEEN")
        if both is None or not {(by, Op.GTE), (by, Op.LT)} <= set(values):
            return
        since, before = values.pop((by, Op.GTE)), values.pop((by, Op.LT))
        self._put(
            both,
            {
                "since": self._bound(both, Op.GTE, since),
                "before": self._bound(both, Op.LT, before),
            },
            found,
        )

    def _ask(self, by: Field, op: Op, value: Any, found: Asked) -> None:
        how = self._filters[by.name][op.name]
        match value:
            case datetime():
                self._put(how, {"value": self._bound(how, op, value)}, found)
            case Box():
                self._put(how, _sides(value), found)
            case tuple():
                self._put(how, {"value": " ".join(value)}, found)
            case None:
                found.nothing = True
            case _:
                self._ask_list(how, self._words(by, how, value), found)

    def _ask_list(self, how: Filter, words: Words, found: Asked) -> None:
        if words is None:
            return
        joint = _JOINTS.get(how.several)
        words = [
            word
            for word in words
            # What would fall into two is no word of a source that writes its lists so.
            if not (joint and joint in word) and (how.clause is None or self._can_be_written(word))
        ]
        if not words:
            found.nothing = True
        elif len(words) == 1 or how.several == "repeat":
            for word in words if how.several == "repeat" else words[:1]:
                self._put(how, {"value": word}, found)
        elif joint is not None:
            self._put(how, {"value": joint.join(words)}, found)

    def _put(self, how: Filter, values: Mapping[str, object], found: Asked) -> None:
        if how.clause is None:
            found.params += parameters(how.query, values)
            return
        written_ = {name: self._escaped(str(value)) for name, value in values.items()}
        clause = filled(how.clause, written_)
        if clause is not None:
            found.clauses.append(clause)

    def _words(self, by: Field, how: Filter, wanted: Collection[Any]) -> Words:
        """The source's words for what is wanted."""
        if how.table:
            return _listed(how.table, wanted)
        match by:
            case Field.STATUS:
                return self._statuses.words(wanted)
            case Field.KIND:
                rule: ChoiceRule[Any] = self._options.record.kind
                return _turned(rule, wanted, rule.default or Kind.COMPLAINT)
            case Field.AGENCY if self._options.record.agency is not None:
                named = self._options.record.agency
                return _turned(named, wanted, named.default or self._agencies[0])
            case Field.CHANNEL if self._options.record.fields.channel is not None:
                channel = self._options.record.fields.channel
                return _turned(channel, wanted, channel.default)
        rule_ = self._text_rule(by)
        return _untabled(rule_, wanted) if rule_ is not None else None

    def _text_rule(self, by: Field) -> TextRule | None:
        fields = self._options.record.fields
        match by:
            case Field.SERVICE:
                return fields.service_code
            case Field.CATEGORY:
                return fields.category
            case Field.AREA:
                return fields.location.area_code if fields.location else None
        return None

    def _bound(self, how: Filter, op: Op, at: datetime) -> str:
        """`at` as the source is to be told it: what is not exact is widened to the unit."""
        at, zone, step = shown_everywhere(at), self._zone(how), unit(how.format)
        inclusive = op is Op.GTE if how.inclusive is None else how.inclusive
        since = op is Op.GTE
        # Of times told in that unit, just those from the next one on lie at or after `at`.
        up = how.exact or not since
        at = ceiling(at, how.format, zone) if up else floor(at, how.format, zone)
        if since and not inclusive:
            at -= step
        if not since and inclusive and how.exact:
            at -= step
        if not how.exact:
            at = _away_from_doubt(at, zone, since=since)
        return written(at, how.format, zone)

    def _zone(self, how: Filter) -> ZoneInfo:
        return ZoneInfo(how.timezone) if how.timezone else self._options.zone

    def _can_be_written(self, word: str) -> bool:
        clauses = self._options.lists.clauses
        escapes = clauses.escape if clauses is not None else {}
        return word.isprintable() and not any(
            sign in _DANGEROUS and sign not in escapes for sign in word
        )

    def _escaped(self, word: str) -> str:
        clauses = self._options.lists.clauses
        escapes = clauses.escape if clauses is not None else {}
        return "".join(escapes.get(sign, sign) for sign in word)


def _away_from_doubt(at: datetime, zone: ZoneInfo, *, since: bool) -> datetime:
    """`at`, or an hour further out where the clocks show its time twice."""
    local = at.astimezone(zone)
    first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    if first == second:
        return at
    return at - _HOUR if since else at + _HOUR


def _sides(box: Box) -> Mapping[str, object]:
    return {"south": box.south, "west": box.west, "north": box.north, "east": box.east}


def _listed(table: Mapping[str, str | list[str]], wanted: Collection[Any]) -> list[str]:
    found = [table[str(ours)] for ours in sorted(wanted) if str(ours) in table]
    return [word for words in found for word in ([words] if isinstance(words, str) else words)]


def _turned(rule: ChoiceRule[Any], wanted: Collection[Any], default: Any) -> Words:
    """A table turned around; any word may mean what unknown ones do."""
    if rule.path is None:
        return None if rule.constant in wanted else []
    if default is not None and default in wanted:
        return None
    return [word for word, ours in rule.table.items() if ours in wanted]


def _untabled(rule: TextRule, wanted: Collection[str]) -> Words:
    if rule.path is None:
        return None if rule.constant in wanted else []
    theirs = [word for word, ours in rule.table.items() if ours in wanted]
    return [*theirs, *(word for word in sorted(wanted) if word not in rule.table)]


def _meeting_boxes(boxes: Sequence[Box]) -> Box | None:
    """Where all boxes overlap; None if nowhere."""
    meeting = Box(
        south=max(box.south for box in boxes),
        west=max(box.west for box in boxes),
        north=min(box.north for box in boxes),
        east=min(box.east for box in boxes),
    )
    empty = meeting.south > meeting.north or meeting.west > meeting.east
    return None if empty else meeting


_MEETING: Final[Mapping[Op, Callable[[Sequence[Any]], Any]]] = {
    Op.IN: lambda lists: frozenset.intersection(*lists),
    Op.GTE: max,
    Op.LT: min,
    Op.AS_OF: min,
    Op.WITHIN: _meeting_boxes,
    Op.CONTAINS: lambda searches: tuple(dict.fromkeys(term for one in searches for term in one)),
}
"""The one value that conditions of one kind come to together."""
