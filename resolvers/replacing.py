"""Replace a tracking code that was lost: the old one dies, the new one is told once."""

from dataclasses import dataclass
from typing import Final

from connectors.contract.acts import Act
from connectors.contract.changes import Change, Changed, Doing, Standing
from connectors.contract.ledger import KeyReused
from connectors.contract.records import AuthorRole, utc_now
from resolvers.deadline import store_given_up_at
from resolvers.filed import case_that_stands
from resolvers.idempotency import check_key
from resolvers.outcome import Refusal
from resolvers.policy import Viewer, may
from resolvers.ports import Ledger
from resolvers.purpose import problems_of_purpose
from resolvers.receipt import TrackingCodes, read_reference
from resolvers.wording import Problem, Sentence

_UNKNOWN: Final = Problem("NOT_FOUND", Sentence.NOT_FOUND, ("reference",))
_TOLD_ONCE: Final = Problem("TOLD_ONCE", Sentence.CODE_TOLD_ONCE, ("idempotencyKey",))


@dataclass(frozen=True, slots=True)
class Replaced:
    """What became of it."""

    tracking_code: str | None = None
    """The code in force from now on; None if there are problems."""
    problems: tuple[Problem, ...] = ()


class Replacing:
    """Replaces tracking codes."""

    def __init__(self, ledger: Ledger, codes: TrackingCodes) -> None:
        """Replace those of the cases in `ledger` by what `codes` derives."""
        self._ledger = ledger
        self._codes = codes

    async def replace(
        self, viewer: Viewer, reference: str, *, purpose: str, key: str, deadline: float
    ) -> Replaced:
        """Put a new code in force for the case of `reference`, as it was typed.

        The history keeps who did so and for what `purpose`. The same viewer, key and content are
        done once, and the code is told only then. `deadline` is loop time. Raises `Refusal` for a
        key that is unfit or was used for something else, and `ConnectorError` if the store fails.
        """
        check_key(viewer, key)
        if problems := tuple(problems_of_purpose(purpose)):
            return Replaced(problems=problems)
        stored = read_reference(reference)
        if stored is None:
            return Replaced(problems=(_UNKNOWN,))
        doing = Doing(Act.REPLACE_TRACKING_CODE, viewer.subject, key, {"purpose": purpose})
        try:
            async with store_given_up_at(deadline):
                did = await self._ledger.change(
                    stored, doing, lambda standing: self._decided(viewer, standing)
                )
        except KeyReused as error:
            raise Refusal(str(error)) from error
        if not isinstance(did, Changed):
            return Replaced(problems=did or (_UNKNOWN,))
        if did.generation is None:
            return Replaced(problems=(_TOLD_ONCE,))
        return Replaced(self._codes.derive(did.reference, did.generation))

    def _decided(self, viewer: Viewer, standing: Standing) -> Change | tuple[Problem, ...]:
        if not may(viewer, Act.REPLACE_TRACKING_CODE, case_that_stands(standing)):
            # Whether there is such a case is not told to whoever may not act in it.
            return (_UNKNOWN,)
        code = self._codes.derive(standing.reference, standing.generation + 1)
        complains = viewer.subject == standing.subject
        return Change(
            at=utc_now(),
            author=AuthorRole.COMPLAINANT if complains else AuthorRole.AGENCY,
            events=(),
            code_hash=self._codes.hash(standing.reference, code),
        )
