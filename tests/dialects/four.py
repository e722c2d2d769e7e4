"""The four dialects side by side: what each is made of, so that one test can try them all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connectors.contract.records import AgencyCode, Complaint, SourceId
from tests.dialects.cursors import cases as cursor_cases
from tests.dialects.cursors import server as cursor_server
from tests.dialects.envelopes import cases as envelope_cases
from tests.dialects.envelopes import server as envelope_server
from tests.dialects.links import cases as link_cases
from tests.dialects.links import server as link_server
from tests.dialects.sessions import cases as session_cases
from tests.dialects.sessions import server as session_server
from tests.dialects.vendor import Vendor


@dataclass(frozen=True, eq=False)
class Dialect:
    """A case system with habits of its own."""

    name: str
    """The folder below `tests/dialects`."""
    source: SourceId
    agencies: Sequence[AgencyCode]
    host: str
    """What the how-to page calls its server."""
    vendor: Callable[[], Vendor]
    """A fresh server that holds `complaints()`."""
    complaints: Callable[[], tuple[Complaint, ...]]
    """What it holds, in our words."""
    environ: Mapping[str, str]
    """The secrets that the how-to page leaves to the environment."""

    def __str__(self) -> str:
        return self.name


CURSORS = Dialect(
    name="cursors",
    source=cursor_cases.SOURCE,
    agencies=cursor_cases.AGENCIES,
    host="desk.example",
    vendor=lambda: cursor_server.CursorDesk(cursor_cases.rows()),
    complaints=cursor_cases.complaints,
    environ={"CURSOR_DESK_KEY": cursor_server.KEY},
)
SESSIONS = Dialect(
    name="sessions",
    source=session_cases.SOURCE,
    agencies=session_cases.AGENCIES,
    host="register.example",
    vendor=lambda: session_server.SessionRegister(session_cases.rows()),
    complaints=session_cases.complaints,
    environ={
        "SESSION_REGISTER_LOGIN": session_server.LOGIN,
        "SESSION_REGISTER_PASSWORD": session_server.PASSWORD,
    },
)
ENVELOPES = Dialect(
    name="envelopes",
    source=envelope_cases.SOURCE,
    agencies=envelope_cases.AGENCIES,
    host="counter.example",
    vendor=lambda: envelope_server.EnvelopeCounter(
        envelope_cases.rows(), envelope_cases.exchanges()
    ),
    complaints=envelope_cases.complaints,
    environ={"ENVELOPE_COUNTER_KEY": envelope_server.KEY},
)
LINKS = Dialect(
    name="links",
    source=link_cases.SOURCE,
    agencies=link_cases.AGENCIES,
    host="works.example",
    vendor=lambda: link_server.LinkedWorks(link_cases.rows()),
    complaints=link_cases.complaints,
    environ={
        "LINKED_WORKS_CLIENT": link_server.CLIENT,
        "LINKED_WORKS_SECRET": link_server.SECRET,
    },
)
FOUR = (CURSORS, SESSIONS, ENVELOPES, LINKS)
