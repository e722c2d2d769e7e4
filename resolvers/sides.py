"""Decide whether somebody may do an act in a case, and on which side of it they stand then."""

from typing import Final

from connectors.contract.acts import Act
from connectors.contract.changes import Standing
from connectors.contract.records import AuthorRole, Part
from resolvers.filed import case_that_stands
from resolvers.lifecycle import DONE_BY
from resolvers.policy import Viewer, may

_ACTING: Final = frozenset({Part.CO_AGENCY})
"""Who takes part and may act."""


def side_of(viewer: Viewer, act: Act, standing: Standing, *, opened: bool) -> AuthorRole | None:
    """On which side of the case `viewer` does this; None if they may not, whatever its state.

    Whoever `opened` it by its tracking code is its complainant.
    """
    side = _stands(viewer, act, standing, opened=opened)
    allowed = may(viewer, act, case_that_stands(standing, _ACTING, opened=opened))
    return side if allowed and side in DONE_BY[act] else None


def _stands(viewer: Viewer, act: Act, standing: Standing, *, opened: bool) -> AuthorRole:
    if opened:
        return AuthorRole.COMPLAINANT
    sides = DONE_BY[act]
    complains = viewer.subject == standing.subject
    both = AuthorRole.COMPLAINANT if complains else AuthorRole.AGENCY
    return both if both in sides else next(iter(sides))
