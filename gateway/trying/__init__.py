"""Try an agency's own system: ask it as the gateway would, and keep what went out and came back.

Of an act only the request is made up; nothing that could change anything over there is sent.
"""

from gateway.trying.acts import Act, Wish
from gateway.trying.showing import Shown, as_json, as_text
from gateway.trying.trial import Trial, tried

__all__ = ["Act", "Shown", "Trial", "Wish", "as_json", "as_text", "tried"]
