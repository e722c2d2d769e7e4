"""Know by the ledger which cases are a viewer's to read: their own, or any that was filed here."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from connectors.contract.changes import Standing
from connectors.contract.ledger import LedgerRow
from connectors.contract.records import Part
from resolvers.bykey import Held, meant_by
from resolvers.deadline import store_given_up_at
from resolvers.policy import Case, Viewer, may_read
from resolvers.ports import Ledger


async def rows_for(
    viewer: Viewer, ids: Sequence[str], ledger: Ledger, *, deadline: float
) -> Mapping[str, LedgerRow]:
    """The rows of the cases behind these global ids, by id; those not for `viewer` are absent.

    `deadline` is loop time. Raises `ConnectorError` if the store fails.
    """
    meant = {global_id: meant_by(global_id) for global_id in ids}
    references = [each for each in meant.values() if isinstance(each, str)]
    places = [each for each in meant.values() if isinstance(each, Held)]
    async with store_given_up_at(deadline):
        by_reference = await ledger.find_all(references) if references else {}
        by_place = await ledger.find_held(places) if places else {}
    found: dict[str, LedgerRow] = {}
    for global_id, each in meant.items():
        match each:
            case Held():
                row = by_place.get(each)
            case str():
                row = by_reference.get(each)
            case None:
                row = None
        if row is not None and may_read(viewer, case_of(row)):
            found[global_id] = row
    return found


def case_of(row: LedgerRow) -> Case:
    """What rights in the case of `row` are decided by."""
    return Case(row.agency_code, filed_here=row.filed_here, filed_by=row.subject)


def case_that_stands(
    standing: Standing, parts: AbstractSet[Part] = frozenset(), *, opened: bool = False
) -> Case:
    """The same of a case that is about to be changed; who takes part counts if by one of `parts`."""
    return Case(
        standing.agency_code,
        filed_here=standing.filed_here,
        filed_by=standing.subject,
        taking_part=frozenset(
            each.agency_code for each in standing.participants if each.part in parts
        ),
        opened=opened,
    )
