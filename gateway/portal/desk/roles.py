"""Who has which pages of the desk. The graph decides what each may see and do there."""

from typing import Final

ANSWERING: Final = frozenset({"OFFICER", "SUPERVISOR", "NATIONAL_SUPERVISOR"})
"""Those who act in cases for administrations."""
LOOKING: Final = frozenset({"OFFICER", "SUPERVISOR", "CALL_CENTRE"})
"""Those who may have to know who complains."""
