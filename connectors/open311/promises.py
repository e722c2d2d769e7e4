"""Say what a city can be held to, from the options that tell its habits."""

from typing import Final

from connectors.contract.capabilities import (
    Capabilities,
    Exactness,
    GetCapability,
    Idempotency,
    MessageCapability,
    Paging,
)
from connectors.contract.query import Child, Direction, Field, Op, Order
from connectors.contract.records import Visibility
from connectors.open311.options import Open311Options
from connectors.open311.statuses import Statuses

_FIELDS: Final = frozenset(
    {
        "status_reason",
        "description",
        "service_code",
        "category",
        "location",
        "created_at",
        "created_precision",
        "updated_at",
        "due_at",
    }
)
_LARGEST_PAGE: Final = 400


def promises(options: Open311Options, statuses: Statuses) -> Capabilities:
    """The capabilities of the city that `options` describe."""
    return Capabilities(
        fields=_FIELDS | ({"channel"} if options.extensions else set()),
        filters=_filters(options, statuses),
        orders=_orders(options),
        paging=Paging.KEYSET,
        max_page=max(1, min(_LARGEST_PAGE, options.most_rows * 2 // 5)),
        children=_told_with_a_request(options),
        get=GetCapability(
            max_batch=options.ids_per_call,
            children=_told_with_a_request(options) | _told_by_updates(options),
        ),
        files=_files(options),
        settles_seconds=0.0 if options.reference_in is None else options.settles_seconds,
        tells_references=options.reference_in is not None,
        services=True,
        says=_says(options),
        moves=frozenset(options.moves),
    )


def _filters(options: Open311Options, statuses: Statuses) -> dict[tuple[Field, Op], Exactness]:
    filters = {
        (Field.SERVICE, Op.IN): Exactness.EXACT,
        (Field.CREATED, Op.GTE): Exactness.EXACT,
        (Field.CREATED, Op.LT): Exactness.EXACT,
    }
    if options.status_filter:
        exact = Exactness.EXACT if statuses.exact else Exactness.APPROXIMATE
        filters[Field.STATUS, Op.IN] = exact
    if options.updated_after:
        filters[Field.UPDATED, Op.GTE] = Exactness.EXACT
    return filters


def _orders(options: Open311Options) -> frozenset[Order]:
    newest_first = Order(Field.CREATED, Direction.DESC)
    if options.earliest is None:
        # Where to begin would have to be found out by reading all the way back.
        return frozenset({newest_first})
    return frozenset({newest_first, Order(Field.CREATED, Direction.ASC)})


def _told_with_a_request(options: Open311Options) -> frozenset[Child]:
    notes = {Child.EVENTS} if options.extensions else set()
    return frozenset({Child.ATTACHMENTS, *notes})


def _told_by_updates(options: Open311Options) -> frozenset[Child]:
    return frozenset({Child.MESSAGES, Child.EVENTS}) if options.updates else frozenset()


def _files(options: Open311Options) -> Idempotency | None:
    if options.api_key is None:
        return None
    return Idempotency.NONE if options.reference_in is None else Idempotency.SEARCH


def _says(options: Open311Options) -> MessageCapability | None:
    if not options.takes_updates:
        return None
    safe = Idempotency.KEY if options.keeps_update_ids else Idempotency.NONE
    # Cities publish their updates: whatever is posted may be read by everybody.
    return MessageCapability(visibilities=frozenset({Visibility.PUBLIC}), idempotency=safe)
