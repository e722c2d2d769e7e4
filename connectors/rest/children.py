"""Say what a case holds beside itself: messages, events, decisions and attachments."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from connectors.contract.query import Child
from connectors.contract.records import (
    Attachment,
    AuthorRole,
    Decision,
    Event,
    EventKind,
    Message,
    Visibility,
)
from connectors.rest.child_options import (
    AttachmentOptions,
    ChildOptions,
    DecisionOptions,
    EventOptions,
    MessageOptions,
)
from connectors.rest.mapping import cases_in
from connectors.rest.options import RestOptions
from connectors.rest.paths import compiled
from connectors.rest.rules import NumberRule, TextRule, TimeRule
from connectors.rest.statuses import Statuses
from connectors.rest.values import ChoiceValue, Notes, NumberValue, TextValue, TimeValue
from connectors.translate import shown

Items = Iterator[tuple[Any, Any, str]]
"""Each item with its inner one and what makes its id unique among those of the same item."""


class Pages(list[Any]):
    """The answers of a call that came in pages."""


class _Items:
    """Reads the items of one child."""

    def __init__(self, child: Child, options: ChildOptions, zone: Any, notes: Notes) -> None:
        self.name = f"children.{child.value}"
        self._options = options
        self._zone = zone
        self._notes = notes

    def text(self, key: str) -> Callable[..., str | None]:
        """Reads a text; nothing, if its rule is not described."""
        rule = getattr(self._options, key)
        return TextValue(self._of(key), rule).of if isinstance(rule, TextRule) else _nothing

    def time(self, key: str) -> Callable[..., datetime | None]:
        """Reads a moment, likewise."""
        rule = getattr(self._options, key)
        if not isinstance(rule, TimeRule):
            return _nothing
        return TimeValue(self._of(key), rule, self._zone, self._notes).of

    def number(self, key: str) -> Callable[..., float | None]:
        """Reads a number, likewise."""
        rule = getattr(self._options, key)
        if not isinstance(rule, NumberRule):
            return _nothing
        return NumberValue(self._of(key), rule, self._notes).of

    def choice(self, key: str) -> Callable[..., Any]:
        """Reads one of our words."""
        return ChoiceValue(self._of(key), getattr(self._options, key), self._notes).of

    def among(self, said: Any, path: str | None = None) -> Items:
        """The items in a case, or in the answer of a call of their own; those at `path` if given."""
        inside = self._options.inside
        for answer in said if isinstance(said, Pages) else (said,):
            for item in _in(answer, path or self._options.items):
                if inside is None:
                    yield item, None, ""
                    continue
                for number, inner in enumerate(_in(item, inside)):
                    yield item, inner, f":{number}"

    def _of(self, key: str) -> str:
        return f"{self.name}.{key}"


def _in(said: Any, path: str) -> Any:
    # What is left out where there is nothing to tell is an empty list.
    found = compiled(path).matches(said)
    if not found or (len(found) == 1 and found[0] is None):
        return ()
    return cases_in(said, path, "children")


def _nothing(item: Any, inner: Any = None) -> None:  # noqa: ARG001 - reads like the others
    return None


class ChildMapping:
    """How one source's children are said."""

    def __init__(self, options: RestOptions, statuses: Statuses, notes: Notes) -> None:
        """Read by the rules of `options`."""
        self._options = options
        self._statuses = statuses
        self._notes = notes

    def of(
        self, child: Child, said: Any, source_id: str, created_at: datetime | None
    ) -> tuple[Any, ...]:
        """The `child` of one case, oldest first; `said` holds its items."""
        told = self._options.children
        match child:
            case Child.MESSAGES if told.messages is not None:
                found: list[Any] = [*self._messages(told.messages, said)]
            case Child.EVENTS if told.events is not None:
                found = [*self._events(told.events, said, source_id, created_at)]
            case Child.DECISIONS if told.decisions is not None:
                found = [*self._decisions(told.decisions, said)]
            case Child.ATTACHMENTS if told.attachments is not None:
                return tuple(self._attachments(told.attachments, said))
            case _:
                return ()
        return tuple(sorted(found, key=lambda each: each.at))

    def _messages(self, options: MessageOptions, said: Any) -> Iterator[Message]:
        items = _Items(Child.MESSAGES, options, self._options.zone, self._notes)
        id_, at, body = items.text("id"), items.time("at"), items.text("body")
        author, visibility = items.choice("author"), items.choice("visibility")
        language = items.text("language")
        found = [(*each, visibility(each[0], each[1])) for each in items.among(said)]
        if options.internal_items is not None:
            apart = items.among(said, options.internal_items)
            found += [(*each, Visibility.INTERNAL) for each in apart]
        for item, inner, suffix, readers in found:
            when, words, name = at(item, inner), body(item, inner), id_(item, inner)
            if when is not None and words is not None and name is not None:
                yield Message(
                    id=f"{name}{suffix}",
                    author=author(item, inner) or AuthorRole.AGENCY,
                    visibility=readers or Visibility.INTERNAL,
                    body=words,
                    at=when,
                    language=language(item, inner),
                )

    def _events(
        self, options: EventOptions, said: Any, source_id: str, created_at: datetime | None
    ) -> Iterator[Event]:
        if options.filed and created_at is not None:
            yield Event(id=f"{source_id}:filed", kind=EventKind.FILED, at=created_at)
        items = _Items(Child.EVENTS, options, self._options.zone, self._notes)
        id_, at, kind = items.text("id"), items.time("at"), items.choice("kind")
        status = items.text("status")
        for item, inner, suffix in items.among(said):
            when, name, what = at(item, inner), id_(item, inner), kind(item, inner)
            if when is not None and name is not None and what is not None:
                word = status(item, inner)
                yield Event(
                    id=f"{name}{suffix}",
                    kind=what,
                    at=when,
                    status=self._statuses.of_event(word),
                    raw_status=word,
                )

    def _decisions(self, options: DecisionOptions, said: Any) -> Iterator[Decision]:
        items = _Items(Child.DECISIONS, options, self._options.zone, self._notes)
        id_, at, reasons = items.text("id"), items.time("at"), items.text("reasons")
        outcome, basis = items.choice("outcome"), items.text("legal_basis")
        notified = items.time("notified_at")
        for item, inner, suffix in items.among(said):
            parts = id_(item, inner), at(item, inner), reasons(item, inner), outcome(item, inner)
            if None not in parts:
                name, when, why, what = parts
                yield Decision(
                    id=f"{name}{suffix}",
                    outcome=what,
                    reasons=why or "",
                    at=when,  # type: ignore[arg-type]  # none of the parts is missing
                    legal_basis=basis(item, inner),
                    notified_at=notified(item, inner),
                )

    def _attachments(self, options: AttachmentOptions, said: Any) -> Iterator[Attachment]:
        items = _Items(Child.ATTACHMENTS, options, self._options.zone, self._notes)
        id_, name, media_type = items.text("id"), items.text("name"), items.text("media_type")
        size, sha256, url = items.number("bytes"), items.text("sha256"), items.text("url")
        for item, inner, suffix in items.among(said):
            identity, count = id_(item, inner), size(item, inner)
            if identity is not None:
                yield Attachment(
                    id=f"{identity}{suffix}",
                    name=name(item, inner),
                    media_type=media_type(item, inner),
                    bytes=None if count is None else int(count),
                    sha256=sha256(item, inner),
                    url=shown(
                        url(item, inner),
                        own=self._options.base_url,
                        others=self._options.media_hosts,
                    ),
                )
