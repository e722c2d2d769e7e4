"""What an author says of a connector so that the shared suite can try it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import pytest

from connectors.contract.connector import Connector, Filing, Gets, Saying, Upload
from connectors.contract.lifecycle import Status
from connectors.contract.query import Selection
from connectors.contract.records import (
    AuthorRole,
    Channel,
    Complaint,
    Kind,
    Service,
    Visibility,
)
from connectors.testing.asking import call, pageable, rows
from connectors.testing.scenario import NOON


class Subject(ABC):
    """A connector under test and what it holds."""

    deadline_waived: ClassVar[str | None] = None
    """Why calls past their deadline are answered all the same; only for what does no I/O."""

    @pytest.fixture
    def connector(self) -> Connector:
        """An opened connector that holds just `expected()`; a fresh one if it takes anything."""
        raise NotImplementedError(f"{type(self).__name__} must define the fixture `connector`")

    @abstractmethod
    def expected(self) -> Sequence[Complaint]:
        """What the connector holds, as it should say it, with every child it can bring."""

    def expected_services(self) -> Sequence[Service] | None:
        """The services with their attributes. None: only their shape is tested."""
        return None

    def filing(self) -> Filing:
        """A case that the source will take."""
        return Filing(
            reference="4471083920155",
            agency_code=self.expected()[0].agency_code,
            kind=Kind.COMPLAINT,
            channel=Channel.WEB,
            title="Lampadaire éteint – مصباح معطل",
            description="L'éclairage de la rue est en panne depuis 3 jours 💡",
            filed_at=NOON,
            language="fr",
        )

    def acted_on(self) -> str:
        """The id of a case in which anything that is declared can be done."""
        return self.expected()[0].origin.source_id

    def movable(self, status: Status) -> str:
        """The id of a case that stands elsewhere, and can be put into `status`."""
        return next(case.origin.source_id for case in self.expected() if case.status is not status)

    def saying(self, visibility: Visibility) -> Saying:
        """A message that the source will take."""
        return Saying(
            body="Réponse à l'usager : débit < 3 l/s & تم الإصلاح 💡",
            author=AuthorRole.AGENCY,
            visibility=visibility,
            language="fr",
        )

    def upload(self) -> Upload:
        """A file that the source will take."""
        return Upload(
            name="photo été – صورة.png",
            media_type="image/png",
            content=b"\x89PNG\r\n\x1a\n\x00\xff",
        )

    async def as_it_stands(
        self, connector: Connector, source_id: str, selection: Selection
    ) -> Complaint | None:
        """A case as a reader with `selection` finds it after an act. None: it cannot be read.

        Overridden where the connector takes what it cannot read back, to look into the source.
        """
        capabilities = connector.capabilities
        gets = capabilities.get
        if gets is not None and selection.children <= gets.children and isinstance(connector, Gets):
            return (await connector.get([source_id], selection, call())).get(source_id)
        if not selection.children <= capabilities.children:
            return None
        found, _ = await rows(connector, pageable(capabilities, selection=selection))
        return next((row for row in found if row.origin.source_id == source_id), None)


def needs(declared: object, promise: str) -> None:
    """Skip the test of a `promise` that the connector does not make."""
    if not declared:
        pytest.skip(f"{promise} is not declared")
