"""Say a delivery to its source, and know when it may be said again."""

from dataclasses import replace
from datetime import datetime, timedelta

from connectors.contract.capabilities import Capabilities, Idempotency
from connectors.contract.connector import (
    Attaches,
    Attaching,
    Call,
    Connector,
    Filed,
    Files,
    Filing,
    Move,
    Moves,
    Saying,
    Says,
    Upload,
)
from connectors.contract.errors import NotSupported
from connectors.contract.outbox import Due
from resolvers.registry import DeliverySettings
from resolvers.uploads.claiming import instead_of_words
from resolvers.wording import Sentence


async def tell_source(
    connector: Connector, due: Due, call: Call, *, content: bytes = b""
) -> Filed | None:
    """Say it, by the verb that it takes; what a filing leads to, and None for the rest.

    A file goes with its `content`.
    """
    source_id = due.source_id or ""
    match due.what:
        case Filing() if isinstance(connector, Files):
            if due.token is not None:
                return await connector.filed(due.token, call)
            return await connector.file(_worded(due.what), key=due.key, call=call)
        case Saying() if isinstance(connector, Says):
            await connector.say(source_id, due.what, key=due.key, call=call)
        case Move() if isinstance(connector, Moves):
            await connector.move(source_id, due.what, key=due.key, call=call)
        case Attaching(_, name, media_type) if isinstance(connector, Attaches):
            upload = Upload(name, media_type, content)
            await connector.attach(source_id, upload, key=due.key, call=call)
        case _:
            raise NotSupported(f'source "{due.source}" does not take this any more', sent=False)
    return None


def _worded(filing: Filing) -> Filing:
    """`filing` with words for a system that knows no recordings."""
    if filing.description.strip():
        return filing
    told = instead_of_words(Sentence.HEAR_RECORDING, filing.language)
    return replace(filing, description=told)


def idempotency(can: Capabilities, due: Due) -> Idempotency:
    """What makes a repetition safe, as the source is now."""
    match due.what:
        case Filing():
            return can.files or Idempotency.NONE
        case Saying():
            return can.says.idempotency if can.says is not None else Idempotency.NONE
        case Attaching():
            return can.attaches.idempotency if can.attaches is not None else Idempotency.NONE
    # To put a case twice where it is to stand is harmless.
    return Idempotency.KEY


def settled_at(
    can: Capabilities, due: Due, tried_at: datetime | None, settings: DeliverySettings
) -> datetime | None:
    """From when on a search finds what an attempt at `tried_at` may have left; None: at once."""
    searched = idempotency(can, due) is Idempotency.SEARCH and can.settles_seconds
    if not searched or tried_at is None:
        return None
    # Its last byte may have been sent as late as that.
    ended_at = tried_at + timedelta(seconds=settings.timeout_seconds)
    return ended_at + timedelta(seconds=can.settles_seconds)
