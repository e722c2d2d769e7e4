"""Pick values out of JSON by RFC 9535 paths, within a bounded amount of work.

A path that leads to one place is walked directly; the library answers the others. A path that
begins with `@` is looked up in the inner of two objects, one that begins with `$` in the outer.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from jsonpath import JSONPathEnvironment, JSONPathError

from connectors.contract.errors import BadData

MOST_MATCHES: Final = 10_000
"""Of one path in one answer."""

_ENVIRONMENT: Final = JSONPathEnvironment(strict=True)
# Patterns can take for ever on a hostile text.
for _unbounded in ("match", "search"):
    del _ENVIRONMENT.function_extensions[_unbounded]

_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'")
_STEP: Final = re.compile(r"\['([^'\\]*)'\]|\[(-?\d+)\]")
_NOTHING: Final = object()


class Path:
    """One path, compiled."""

    def __init__(self, text: str) -> None:
        """Compile `text`. Raises `ValueError` that says what is wrong with it."""
        self.text = text
        self.inner = text.startswith("@")
        if not text.startswith(("$", "@")):
            raise ValueError(f'expected a JSONPath that begins with "$"; came "{text}"')
        try:
            self._compiled = _ENVIRONMENT.compile("$" + text[1:])
        except JSONPathError as wrong:
            reason = wrong.args[0] if wrong.args else "it cannot be read"
            raise ValueError(f'"{text}" is no JSONPath: {reason}') from wrong
        written = str(self._compiled)
        if _QUOTED.sub("", written).count("..") > 1:
            raise ValueError(f'"{text}" descends (..) more than once; expected at most one descent')
        self._steps = _steps(written)
        self.singular = self._steps is not None
        """Whether it leads to one place at most."""

    @property
    def key(self) -> str | None:
        """The name, if it leads to what an object has under just one; None for any other path."""
        match self._steps:
            case (str(name),):
                return name
        return None

    def only(self, value: Any) -> Any:
        """What a singular path leads to in `value`; None too if that is nothing."""
        assert self._steps is not None  # noqa: S101 - of singular ones alone
        found = _walked(value, self._steps)
        return None if found is _NOTHING else found

    def matches(self, value: Any) -> Sequence[Any]:
        """Everything it leads to in `value`. Raises `BadData` if that is more than is sane."""
        if self._steps is not None:
            found = _walked(value, self._steps)
            return () if found is _NOTHING else (found,)
        if not isinstance(value, dict | list):
            return ()
        matches: list[Any] = []
        try:
            for match in self._compiled.finditer(value):
                matches.append(match.obj)
                if len(matches) > MOST_MATCHES:
                    raise BadData(f"{self.text} matches more than {MOST_MATCHES} values")
        except JSONPathError as wrong:
            raise BadData(f"{self.text} cannot be followed in the source's answer") from wrong
        return matches


@lru_cache(maxsize=4096)
def compiled(text: str) -> Path:
    """The path that `text` writes. Raises `ValueError`."""
    return Path(text)


def _steps(written: str) -> tuple[str | int, ...] | None:
    """The names and indices of a path to one place; None for any other."""
    steps: list[str | int] = []
    at = 1
    while at < len(written):
        step = _STEP.match(written, at)
        if step is None:
            return None
        steps.append(step[1] if step[1] is not None else int(step[2]))
        at = step.end()
    return tuple(steps)


def _walked(value: Any, steps: Sequence[str | int]) -> Any:
    for step in steps:
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return _NOTHING
        elif not isinstance(value, list) or not -len(value) <= step < len(value):
            return _NOTHING
        value = value[step]
    return value
