"""Take an officer's word that an agency's system has what it was to hear."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Changed, Doing, Standing
from connectors.contract.ledger import KeyReused
from connectors.contract.outbox import (
    Arrived,
    Confirmed,
    Delivery,
    NotAwaited,
    PlaceTaken,
    Verb,
)
from connectors.contract.records import AuthorRole, Mode, SourceId, utc_now
from resolvers.deadline import store_given_up_at
from resolvers.filed import case_that_stands
from resolvers.idempotency import check_key
from resolvers.outcome import Refusal
from resolvers.policy import Viewer, may
from resolvers.ports import Ledger, Outbox
from resolvers.registry import Registry
from resolvers.unfit import too_long
from resolvers.wording import Problem, Sentence

LONGEST_SOURCE_ID: Final = 200

_MOST_DIGITS: Final = 18
_UNKNOWN: Final = Problem("NOT_FOUND", Sentence.DELIVERY_NOT_FOUND, ("delivery",))
_NOT_AWAITED: Final = Problem("NOT_AWAITED", Sentence.DELIVERY_NOT_AWAITED, ("delivery",))
_PLACE_TAKEN: Final = Problem("PLACE_TAKEN", Sentence.SOURCE_ID_TAKEN, ("sourceId",))


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What became of an officer's word."""

    delivery: Delivery | None = None
    """As it stands now; None if there are problems."""
    problems: tuple[Problem, ...] = ()


class Confirming:
    """Takes the word of who sees to deliveries."""

    def __init__(self, outbox: Outbox, ledger: Ledger, registry: Registry) -> None:
        """Of the deliveries in `outbox`, whose cases `ledger` holds."""
        self._outbox = outbox
        self._ledger = ledger
        self._registry = registry

    async def confirm(
        self, viewer: Viewer, delivery: str, source_id: str | None, *, key: str, deadline: float
    ) -> Confirmation:
        """Note that `delivery` is done, and who said so in the history of its case.

        A filing needs the `source_id` by which the system knows the case, and nothing else has
        one. The same viewer, key and content are done once. `deadline` is loop time. Raises
        `Refusal` for a key that is unfit or was used for something else, and `ConnectorError` if
        the store fails.
        """
        check_key(viewer, key)
        async with store_given_up_at(deadline):
            found = await self._find(delivery)
            if found is None:
                return Confirmation(problems=(_UNKNOWN,))
            content = {"delivery": found.id, "source_id": source_id}
            doing = Doing(Act.CONFIRM_DELIVERY, viewer.subject, key, content)
            try:
                did = await self._ledger.change(
                    found.reference,
                    doing,
                    lambda standing: self._decided(viewer, standing, found, source_id),
                )
            except KeyReused as error:
                raise Refusal(str(error)) from error
            except NotAwaited:
                return Confirmation(problems=(_NOT_AWAITED,))
            except PlaceTaken:
                return Confirmation(problems=(_PLACE_TAKEN,))
            if not isinstance(did, Changed):
                return Confirmation(problems=did or (_UNKNOWN,))
            return Confirmation(await self._find(delivery))

    async def _find(self, delivery: str) -> Delivery | None:
        if not (delivery.isascii() and delivery.isdecimal() and len(delivery) <= _MOST_DIGITS):
            return None
        return await self._outbox.find(int(delivery))

    def _decided(
        self, viewer: Viewer, standing: Standing, delivery: Delivery, source_id: str | None
    ) -> Change | tuple[Problem, ...]:
        its = replace(standing, agency_code=delivery.agency_code)
        if not may(viewer, Act.CONFIRM_DELIVERY, case_that_stands(its)):
            # Whether there is such a delivery is not told to whoever sees to none of that agency.
            return (_UNKNOWN,)
        if problems := tuple(_problems_of_id(delivery.verb, source_id)):
            return problems
        now = utc_now()
        arrived = Arrived(now, source_id, mirrored=self._mirrored(delivery.source))
        return Change(
            at=now,
            author=AuthorRole.AGENCY,
            events=(),
            confirmed=Confirmed(delivery.id, arrived),
        )

    def _mirrored(self, source: SourceId) -> bool:
        known = self._registry.sources.get(source)
        return known is not None and known.mode is Mode.MIRROR


def _problems_of_id(verb: Verb, source_id: str | None) -> Iterator[Problem]:
    path = ("sourceId",)
    if verb is Verb.FILE and not (source_id or "").strip():
        yield Problem("REQUIRED", Sentence.SOURCE_ID_REQUIRED, path)
    if verb is not Verb.FILE and source_id is not None:
        yield Problem("INVALID", Sentence.SOURCE_ID_OF_FILINGS, path)
    yield from too_long(source_id, LONGEST_SOURCE_ID, *path)
