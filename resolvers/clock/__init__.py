"""Know when an answer is due, how a case's clock stands, and what has to be told of it.

Pure: the facts of a case, the policy and the time are passed in. Read `clock.py` first.
"""

from resolvers.clock.clock import Clock, NoClock, Untold, clock_of, due_at
from resolvers.clock.counting import Pause
from resolvers.clock.cycle import AgencySpan, Cycle
from resolvers.clock.days import MOROCCO, day_of, end_of, start_of
from resolvers.clock.facts import Complement, End, Ended, Facts, Transfer
from resolvers.clock.notices import Notice, NoticeKind
from resolvers.clock.policy import SIXTY_DAYS, USUAL, ClockPolicy, Pausing, Term, Unit
from resolvers.clock.reading import facts_of
from resolvers.clock.workdays import WorkingDays

DAYS_TO_ANSWER = SIXTY_DAYS.days

__all__ = [
    "DAYS_TO_ANSWER",
    "MOROCCO",
    "SIXTY_DAYS",
    "USUAL",
    "AgencySpan",
    "Clock",
    "ClockPolicy",
    "Complement",
    "Cycle",
    "End",
    "Ended",
    "Facts",
    "NoClock",
    "Notice",
    "NoticeKind",
    "Pause",
    "Pausing",
    "Term",
    "Transfer",
    "Unit",
    "Untold",
    "WorkingDays",
    "clock_of",
    "day_of",
    "due_at",
    "end_of",
    "facts_of",
    "start_of",
]
