"""Know when a complainant may hand a case over to the ombudsman, and to whom it goes then.

Decree 2-17-265 bars nobody from going straight to the Médiateur (article 1); law 14-16 wants to hear
what was tried before and what came of it. So the gateway hands a case over, with its file, when there
is an answer, or when there should be one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connectors.contract.changes import Standing
from connectors.contract.records import AgencyCode
from resolvers.lifecycle.request import HandedOver, TooEarly


@dataclass(frozen=True, slots=True)
class HandOverPolicy:
    """When a case may be handed over, and to whom."""

    days_overdue: int = 0
    """How many days after the day it was due an unanswered case may be handed over."""
    ombudsman: AgencyCode | None = None
    """The agency whose officers read what was handed over; None: the complainant shows it there."""

    def hinders(self, standing: Standing, now: datetime) -> TooEarly | HandedOver | None:
        """What keeps a case that stands like that from being handed over; None: nothing."""
        if standing.handed_over_at is not None:
            return HandedOver()
        if standing.last_decision is not None:
            return None
        if standing.due_at is None:
            return TooEarly(None)
        after = standing.due_at + timedelta(days=self.days_overdue)
        return None if now > after else TooEarly(after)


AT_ONCE: Final = HandOverPolicy()
"""As soon as the answer is there, or overdue."""
