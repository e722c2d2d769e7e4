"""Put parameters into a sentence, each in the form that the language asks for."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from connectors.contract.lifecycle import Status
from resolvers.wording.labels import STATUSES
from resolvers.wording.languages import Language, plural
from resolvers.wording.nouns import NOUNS
from resolvers.wording.sentences import SENTENCES, Sentence

Value: TypeAlias = str | int

_COMMA: Final[Mapping[Language, str]] = {Language.AR: "، ", Language.FR: ", ", Language.EN: ", "}


def say(sentence: Sentence, language: Language, parameters: Mapping[str, Value]) -> str:
    """`sentence` in `language`.

    `{n}` stands for a parameter as it is, `{n:characters}` for a number with its noun, and
    `{n:status}` for the names of states.
    """
    said = {name: _Spoken(value, language) for name, value in parameters.items()}
    return SENTENCES[sentence][language].format_map(said)


class _Spoken:
    """A parameter, which takes the form that its place in a sentence asks for."""

    def __init__(self, value: Value, language: Language) -> None:
        self._value = value
        self._language = language

    def __format__(self, form: str) -> str:
        value, language = self._value, self._language
        if form == "status":
            names = (getattr(STATUSES[Status(code)], language) for code in str(value).split(","))
            return _COMMA[language].join(f"“{name}”" for name in names)
        if isinstance(value, int) and form:
            return NOUNS[form][language][plural(language, value)].format(value)
        return str(value)
