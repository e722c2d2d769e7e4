"""Why something was not done, as data, and in words for whoever reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.contract.lifecycle import Status
from resolvers.wording.languages import Language
from resolvers.wording.saying import Value, say
from resolvers.wording.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an act was not done; its words repeat nothing that is about a person."""

    code: str
    sentence: Sentence
    """What is said about it; several problems may have one code."""
    path: tuple[str, ...]
    """The input field it is about."""
    parameters: Mapping[str, Value] = field(default_factory=dict)
    """What the sentence is about: numbers, codes and words of enums, joined by commas if several."""
    status: Status | None = None
    """Where the case stands; None if that is not what keeps it from being done."""
    version: int | None = None
    """The version that the case has; None likewise."""

    def message(self, language: Language) -> str:
        """The same in words: what was expected and what came."""
        return say(self.sentence, language, self.parameters)
