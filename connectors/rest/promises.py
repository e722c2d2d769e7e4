"""Say what a described system can be held to."""

from connectors.contract.capabilities import (
    AttachmentCapability,
    Capabilities,
    Exactness,
    GetCapability,
    Idempotency,
    MessageCapability,
    Paging,
)
from connectors.contract.query import Child, Field, Op, Order
from connectors.contract.records import Visibility
from connectors.rest.options import RestOptions
from connectors.rest.reading_options import Whole

_SAFE = {"key": Idempotency.KEY, "search": Idempotency.SEARCH, "none": Idempotency.NONE}


def promises(options: RestOptions) -> Capabilities:
    """The capabilities of the system that `options` describe."""
    listed, acts = options.lists, options.acts
    told = options.record.fields.told()
    total = listed.total
    return Capabilities(
        fields=told | ({"created_precision"} if "created_at" in told else set()),
        filters={
            (Field[field], Op[op]): _exactness(how.exact)
            for field, by_op in listed.filters.items()
            for op, how in by_op.items()
            if op != "BETWEEN"
        },
        orders=frozenset(
            Order(Field[by], direction)
            for by, directions in listed.orders.items()
            for direction in directions
        ),
        paging=Paging.WHOLE if isinstance(listed.paging, Whole) else Paging.TOKEN,
        max_page=listed.paging.max_size,
        total=_exactness(total.exact) if total is not None else None,
        children=_listed(options),
        get=_get(options),
        files=_SAFE[acts.file.safe_by] if acts.file else None,
        settles_seconds=acts.file.search.settles_seconds if acts.file and acts.file.search else 0.0,
        tells_references=acts.file is not None and acts.file.search is not None,
        says=_says(options),
        moves=frozenset(options.statuses.out),
        attaches=(
            AttachmentCapability(acts.attach.max_bytes, _SAFE[acts.attach.safe_by])
            if acts.attach
            else None
        ),
    )


def _exactness(exact: bool) -> Exactness:  # noqa: FBT001 - what an option says
    return Exactness.EXACT if exact else Exactness.APPROXIMATE


def _listed(options: RestOptions) -> frozenset[Child]:
    return frozenset(
        child
        for child, how in options.children.told().items()
        if how.request is None and how.brought_by in {"list", "both"}
    )


def _get(options: RestOptions) -> GetCapability | None:
    how = options.get
    if how is None:
        return None
    # Several at once are brought as the list brings them.
    brought = {"list", "both"} if how.request is None else {"get", "both"}
    children = frozenset(
        child
        for child, each in options.children.told().items()
        if each.request is not None or each.brought_by in brought
    )
    return GetCapability(max_batch=how.bulk.max if how.bulk else 1, children=children)


def _says(options: RestOptions) -> MessageCapability | None:
    say = options.acts.say
    if say is None:
        return None
    how = {Visibility.PUBLIC: say.public, Visibility.INTERNAL: say.internal}
    said = frozenset(visibility for visibility, each in how.items() if each is not None)
    return MessageCapability(said, _SAFE[say.safe_by])
