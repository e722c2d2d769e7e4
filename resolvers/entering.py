"""Tell who complains from who enters a complaint for them.

Whoever files on the web files for themselves: the case is theirs. What reached the administration by
another way somebody enters for the complainant, who has no name here by which the case would be
theirs: they act in it by reference and tracking code. The history tells who entered it.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from connectors.contract.records import Channel
from resolvers.policy import Viewer, may_say, who_may_say
from resolvers.wording import Problem, Sentence

_THEIR_OWN: Final = frozenset({Channel.WEB, Channel.MOBILE})
"""The ways in that people go themselves."""
NOBODY: Final = ""
"""The subject of a complainant who is not known by any."""


def problems_of_channel(viewer: Viewer, channel: Channel) -> Iterator[Problem]:
    """Why `viewer` may not say that a complaint came this way."""
    if not may_say(viewer, channel):
        yield Problem(
            "CHANNEL_NOT_ALLOWED",
            Sentence.CHANNEL_NOT_ALLOWED,
            ("channel",),
            {
                "channel": channel,
                "roles": ",".join(role.word for role in who_may_say(channel)),
                "role": viewer.role.word,
            },
        )


def is_entered(channel: Channel) -> bool:
    """Whether a complaint that came this way was entered for whoever complains."""
    return channel not in _THEIR_OWN


def key_of_entry(viewer: Viewer, key: str) -> str:
    """The idempotency key of a complaint that `viewer` enters; nobody else's is the same.

    All of these have the same subject, `NOBODY`, under which the ledger keeps keys apart.
    """
    return msgspec.json.encode([viewer.subject, key]).decode()
