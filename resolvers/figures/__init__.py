"""Count for everyone how complaints are treated, and tell it without telling of anybody.

`counting.py` says what each number is, `row.py` which of them are told.
"""

from resolvers.figures.figures import PublicFigures, TellsFigures
from resolvers.figures.recount import Recount
from resolvers.figures.row import FEWEST, FiguresCoverage, FiguresRow

__all__ = [
    "FEWEST",
    "FiguresCoverage",
    "FiguresRow",
    "PublicFigures",
    "Recount",
    "TellsFigures",
]
