"""What an author says of a connector so that the shared suite can try it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import pytest

from connectors.contract.connector import Connector, Filing
from connectors.contract.records import Channel, Complaint, Kind, Service
from connectors.testing.scenario import NOON


class Subject(ABC):
    """A connector under test and what it holds."""

    deadline_waived: ClassVar[str | None] = None
    """Why calls past their deadline are answered all the same; only for what does no I/O."""

    @pytest.fixture
    def connector(self) -> Connector:
        """An opened connector that holds just `expected()`; a fresh one if it takes filings."""
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


def needs(declared: object, promise: str) -> None:
    """Skip the test of a `promise` that the connector does not make."""
    if not declared:
        pytest.skip(f"{promise} is not declared")
