"""Say who asks."""

from dataclasses import dataclass
from typing import Final

from connectors.contract.records import AgencyCode
from resolvers.policy.roles import Role
from resolvers.policy.sight import Sight, sight_of
from resolvers.policy.table import LIST, ONE, OWN, QUESTIONS, Reach


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks."""

    role: Role
    subject: str
    """A stable name for this person or this anonymous caller; never shown to others."""
    agencies: frozenset[AgencyCode] = frozenset()
    """The agencies that an officer, their supervisor or an agency's system serves; of others none."""

    @property
    def sight(self) -> Sight:
        """What is shown of the cases that this viewer reaches."""
        return sight_of(self.role)

    @property
    def withheld(self) -> tuple[str, ...]:
        """What of the cases that this viewer reaches is never shown, as the table calls it."""
        return self.sight.withheld

    @property
    def reads_internal(self) -> bool:
        """Whether INTERNAL messages may be read."""
        return self.sight.internal

    @property
    def reads_cases(self) -> bool:
        """Whether there may be cases that this viewer finds in lists and reads, words and all."""
        return self.reads_by_id and self._reach(LIST) is not Reach.NONE

    @property
    def reads_by_id(self) -> bool:
        """Whether there may be cases that can be read by their ids, without tracking codes."""
        return self._reach(ONE) is not Reach.NONE

    @property
    def reads_by_ledger(self) -> bool:
        """Whether the ledger alone tells which cases can be read by their ids."""
        return self._reach(ONE) in {Reach.OWN, Reach.FILED}

    @property
    def lists_own(self) -> bool:
        """Whether the cases that this viewer filed for themselves can be listed."""
        return self._reach(OWN) is Reach.OWN

    @property
    def scope(self) -> str:
        """Equal for two viewers exactly if they may see the same: part of cursors and caches."""
        if self._reach(LIST) is Reach.AGENCIES:
            return f"{self.role}:{','.join(sorted(self.agencies))}"
        if self.role is Role.CITIZEN:
            return f"{self.role}:{self.subject}"
        return self.role.value

    def _reach(self, question: str) -> Reach:
        return QUESTIONS[question].by_role[self.role]


ANONYMOUS: Final = Viewer(Role.ANONYMOUS, "anonymous")
