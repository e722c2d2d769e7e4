"""Cut a case down to what an agency is shown of it that only takes part."""

from datetime import datetime
from typing import Final

import msgspec

from connectors.contract.records import Attachment, Complaint, Part, public
from resolvers.policy.table import ONE, QUESTIONS, Reach
from resolvers.policy.viewer import Viewer

_MOST_FIRST: Final = (Part.CO_AGENCY, Part.OMBUDSMAN, Part.FORMER)


def as_reached(viewer: Viewer, case: Complaint) -> Complaint:
    """`case` as far as `viewer`, who may read it, reaches it.

    A co-agency sees all of it; the ombudsman the file that the complainant has; an agency that was
    responsible before, what there was until then, and where the case stands now.
    """
    by_part = QUESTIONS[ONE].by_role[viewer.role] is Reach.PART
    if not by_part or case.agency_code in viewer.agencies:
        return case
    parts = {
        each.part: each.since for each in case.participants if each.agency_code in viewer.agencies
    }
    part = next((each for each in _MOST_FIRST if each in parts), None)
    match part:
        case Part.OMBUDSMAN:
            messages = None if case.messages is None else public(case.messages)
            return msgspec.structs.replace(case, assignee=None, messages=messages)
        case Part.FORMER:
            return _as_left(case, parts[part])
        case _:
            return case


def _as_left(case: Complaint, at: datetime) -> Complaint:
    messages, events, decisions = case.messages, case.events, case.decisions
    files = case.attachments
    return msgspec.structs.replace(
        case,
        assignee=None,
        status_reason=None,
        messages=None if messages is None else tuple(each for each in messages if each.at <= at),
        events=None if events is None else tuple(each for each in events if each.at <= at),
        decisions=None if decisions is None else tuple(each for each in decisions if each.at <= at),
        attachments=None if files is None else tuple(each for each in files if _by(each, at)),
    )


def _by(file: Attachment, at: datetime) -> bool:
    """Whether it had come; of one of which that is not known, not."""
    return file.at is not None and file.at <= at
