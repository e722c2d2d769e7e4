"""Look who complains, or replace a lost code, for a purpose that is stated and kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.portal.forms import Problems, problems_of
from gateway.portal.visit import Visit

LOOKS: Final = ("READ_COMPLAINANT", "REPLACE_TRACKING_CODE")
"""What is done for a purpose."""
_FIELDS: Final = {"purpose": "purpose"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found."""

    complainant: Mapping[str, Any] | None = None
    code: str | None = None
    """A new tracking code, told this once."""
    problems: Problems = field(default_factory=Problems)


async def look(visit: Visit, asked: str) -> Seen:
    """What is told for the purpose of the form, in the case of its reference."""
    form = visit.form
    given = {"reference": form.get("reference"), "purpose": form.get("purpose")}
    if asked == "REPLACE_TRACKING_CODE":
        given["idempotencyKey"] = form.get("key")
        answer = await visit.ask("look", operation="ReplaceCode", input=given)
    else:
        answer = await visit.ask("look", operation="ReadComplainant", input=given)
    told = answer.data["told"]
    problems = problems_of(told["problems"], _FIELDS)
    return Seen(told.get("complainant"), told.get("trackingCode"), problems)
