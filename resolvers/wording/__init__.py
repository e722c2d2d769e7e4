"""Say things to people in their language; what is data stays data beside it."""

from resolvers.wording.labels import LABELS, LabelKind
from resolvers.wording.languages import Language
from resolvers.wording.problem import Problem
from resolvers.wording.sentences import Sentence

__all__ = ["LABELS", "LabelKind", "Language", "Problem", "Sentence"]
