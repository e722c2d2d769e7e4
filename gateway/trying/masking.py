"""Take secrets out of what is shown: those configured, those learnt, and what is called like one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, SecretStr

from connectors.contract.connector import Response
from gateway.drafting.words import SECRETS, is_secret

MASK: Final = "***"
_HEADERS: Final = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
_SHORTEST: Final = 4
"""Letters; shorter values are hidden by their name only, for they would be found everywhere."""


class Mask:
    """What must not be shown."""

    def __init__(self, options: BaseModel) -> None:
        """Hide what `options` hold as secrets."""
        self._values: set[str] = set()
        for value in _secrets(options, hidden=False):
            self._learn(value)

    def learn(self, answer: Response, said: Any) -> None:
        """Hide what an answer gave that is called like a secret, wherever it comes again."""
        for name, value in answer.headers.items():
            if name in _HEADERS:
                self._learn(value.partition(";")[0].partition("=")[2] or value)
        for value in _named(said):
            self._learn(value)

    def text(self, text: str) -> str:
        """`text` without the secrets that are known."""
        # The longest first: one secret may be a part of another.
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, MASK)
        return text

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers by name."""
        return {
            name: MASK if name.lower() in _HEADERS or is_secret(name) else self.text(value)
            for name, value in headers.items()
        }

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Parameters by name."""
        return [(name, MASK if is_secret(name) else self.text(value)) for name, value in pairs]

    def said(self, value: Any) -> Any:
        """JSON by name."""
        match value:
            case dict():
                return {
                    name: MASK
                    if is_secret(name, SECRETS) and isinstance(held, str | int)
                    else self.said(held)
                    for name, held in value.items()
                }
            case list() | tuple():
                return [self.said(each) for each in value]
            case str():
                return self.text(value)
        return value

    def _learn(self, value: str) -> None:
        if len(value) >= _SHORTEST:
            self._values |= {value, quote(value, safe=""), quote_plus(value)}


def _secrets(value: Any, *, hidden: bool) -> Iterator[str]:
    """The secrets of a model: what is typed so, and the texts of fields that are kept from view."""
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case BaseModel():
            for name, field in type(value).model_fields.items():
                yield from _secrets(getattr(value, name), hidden=hidden or not field.repr)
        case dict():
            for held in value.values():
                yield from _secrets(held, hidden=hidden)
        case list() | tuple():
            for held in value:
                yield from _secrets(held, hidden=hidden)
        case str() if hidden:
            yield value


def _named(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for name, held in value.items():
                if is_secret(str(name), SECRETS) and isinstance(held, str):
                    yield held
                else:
                    yield from _named(held)
        case list():
            for held in value:
                yield from _named(held)
