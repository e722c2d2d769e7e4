"""Know who may see which record field and do which act.

`table` says it, and nothing else does; `scope` and `sight` apply it where records are made.
"""

from resolvers.policy.roles import Role
from resolvers.policy.scope import (
    Case,
    agencies_for,
    may,
    may_ask,
    may_read,
    may_say,
    require,
    scope,
    who_may_say,
)
from resolvers.policy.sight import Pseudonyms, Sight, sight_of, sight_with_code
from resolvers.policy.taking_part import as_reached
from resolvers.policy.viewer import ANONYMOUS, Viewer

__all__ = [
    "ANONYMOUS",
    "Case",
    "Pseudonyms",
    "Role",
    "Sight",
    "Viewer",
    "agencies_for",
    "as_reached",
    "may",
    "may_ask",
    "may_read",
    "may_say",
    "require",
    "scope",
    "sight_of",
    "sight_with_code",
    "who_may_say",
]
