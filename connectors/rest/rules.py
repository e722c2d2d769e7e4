"""The format of rules: where in an answer a value stands, and how it is written there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from connectors.contract.records import (
    AuthorRole,
    Channel,
    DatePrecision,
    EventKind,
    Kind,
    Outcome,
    Visibility,
)
from connectors.rest.paths import compiled
from connectors.rest.times import EPOCHS, ISO
from connectors.translate import known_zone


def _compiles(text: str) -> str:
    compiled(text)
    return text


def _known_format(text: str) -> str:
    if text == ISO or text in EPOCHS:
        return text
    if "%" not in text:
        raise ValueError(
            f'expected iso, {", ".join(EPOCHS)} or a pattern such as %d/%m/%Y %H:%M; came "{text}"'
        )
    try:
        sample = datetime(2026, 3, 2, 12, 30, 15, tzinfo=UTC)
        datetime.strptime(sample.strftime(text), text)  # noqa: DTZ007 - the same
    except ValueError as wrong:
        raise ValueError(f'"{text}" cannot be read as a time pattern') from wrong
    return text


PathText = Annotated[str, AfterValidator(_compiles)]
"""An RFC 9535 path."""
Zone = Annotated[str, AfterValidator(known_zone)]
TimeFormat = Annotated[str, AfterValidator(_known_format)]


class Described(BaseModel):
    """A mapping of the description: nothing is converted, nothing unknown is passed over."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True
    )


def _short(value: Any) -> Any:
    """A rule written as one text: a path if it begins like one, else what is always so."""
    if isinstance(value, str):
        return {"path" if value.startswith(("$", "@")) else "constant": value}
    return value


_Shorthand: Final = BeforeValidator(_short, json_schema_input_type=str | Mapping[str, Any])


class TextRule(Described):
    """A text."""

    path: PathText | None = None
    """Where it stands."""
    constant: str | None = None
    """What it always is, instead of a path."""
    first: bool = False
    """Of several matches the first is taken; else several are a mistake of the source."""
    join: str | None = None
    """What stands between several matches that make one text together."""
    html: bool = False
    """It is HTML, of which the text is kept."""
    table: dict[str, str] = {}
    """Our word for the source's; what is not listed stays as it is."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        return _checked_origin(self, self.path, self.constant)


class TimeRule(Described):
    """A moment."""

    path: PathText
    """Where it stands."""
    first: bool = False
    """Of several matches the first is taken."""
    format: TimeFormat = ISO
    """iso, epoch_seconds, epoch_milliseconds, or a pattern as of strptime."""
    timezone: Zone | None = None
    """Where it was written if it states no zone. None: as the source's."""
    precision: DatePrecision | None = None
    """How exactly it is known. None: a date alone is a day, all else an instant."""
    none: list[str] = []
    """What the source writes when there is no such time, such as 1970-01-01T00:00:00Z."""


class NumberRule(Described):
    """A number."""

    path: PathText
    """Where it stands."""
    first: bool = False
    """Of several matches the first is taken."""
    decimal: Literal[".", ","] = "."
    """What stands before the fraction, where numbers are written as text."""


_T = TypeVar("_T")


class ChoiceRule(Described, Generic[_T]):
    """One of our words, by the source's."""

    path: PathText | None = None
    """Where the source's word stands; true and false are words too."""
    constant: _T | None = None
    """What it always is, instead of a path."""
    first: bool = False
    """Of several matches the first is taken."""
    table: dict[str, _T] = {}
    """Our word for the source's."""
    default: _T | None = None
    """What every word means that is not listed, and none at all."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        return _checked_origin(self, self.path, self.constant)


class KindRule(ChoiceRule[Kind]):
    """What kind of case it is."""


class ChannelRule(ChoiceRule[Channel]):
    """How the case came."""


class AuthorRule(ChoiceRule[AuthorRole]):
    """Who speaks."""


class VisibilityRule(ChoiceRule[Visibility]):
    """Who may read it."""


class OutcomeRule(ChoiceRule[Outcome]):
    """What was decided."""


class EventRule(ChoiceRule[EventKind]):
    """What happened."""


class AgencyRule(ChoiceRule[str]):
    """Whose case it is: codes of agencies that name this source."""


def _path_only(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


_PathShorthand: Final = BeforeValidator(_path_only, json_schema_input_type=str | Mapping[str, Any])

Text = Annotated[TextRule, _Shorthand]
Time = Annotated[TimeRule, _PathShorthand]
Number = Annotated[NumberRule, _PathShorthand]
KindChoice = Annotated[KindRule, _Shorthand]
ChannelChoice = Annotated[ChannelRule, _Shorthand]
AuthorChoice = Annotated[AuthorRule, _Shorthand]
VisibilityChoice = Annotated[VisibilityRule, _Shorthand]
OutcomeChoice = Annotated[OutcomeRule, _Shorthand]
EventChoice = Annotated[EventRule, _Shorthand]
AgencyChoice = Annotated[AgencyRule, _Shorthand]

_Model = TypeVar("_Model", bound=BaseModel)


def _checked_origin(rule: _Model, path: str | None, constant: object) -> _Model:
    if (path is None) == (constant is None):
        raise ValueError("expected either a path or a constant")
    return rule
