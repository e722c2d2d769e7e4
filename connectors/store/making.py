"""Write the functions that make records of rows: one for each selection, without a loop in it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias

from connectors.contract.records import Record

Decode: TypeAlias = Callable[[Any], Any] | type[StrEnum]
"""What is made of a value that is not null; of a word of an enum its member."""


class Making:
    """The text of one function that is given a row, and the things it names."""

    def __init__(self, *parameters: str) -> None:
        """Begin a function of a `row` and further parameters."""
        self._parameters = ("row", *parameters)
        self._things: dict[str, object] = {}

    def named(self, thing: object) -> str:
        """The name of `thing` in the text."""
        name = f"thing_{len(self._things)}"
        self._things[name] = thing
        return name

    def value(self, at: int, decode: Decode | None) -> str:
        """The expression for the column at `at`."""
        read = f"row[{at}]"
        if decode is None:
            return read
        if isinstance(decode, type) and issubclass(decode, StrEnum):
            made = f"{self.named(_members(decode))}[{read}]"
        else:
            made = f"{self.named(decode)}({read})"
        return f"None if {read} is None else {made}"

    def record(self, kind: type[Record], values: Mapping[str, str]) -> str:
        """The expression for a record with these expressions as its fields."""
        given = ", ".join(f"{name}={value}" for name, value in values.items())
        return f"{self.named(kind)}({given})"

    def function(self, returned: str, *, before: Sequence[str] = ()) -> Callable[..., Any]:
        """The function that runs the lines `before` and returns that expression."""
        lines = (*before, f"return {returned}")
        text = f"def make({', '.join(self._parameters)}):\n" + "".join(
            f"    {line}\n" for line in lines
        )
        # It is put together of our own names alone; what rows hold comes in as values.
        exec(text, self._things)  # noqa: S102
        made: Callable[..., Any] = self._things["make"]  # type: ignore[assignment]  # just defined
        return made


@lru_cache
def _members(words: type[StrEnum]) -> Mapping[str, StrEnum]:
    return {word.value: word for word in words}
