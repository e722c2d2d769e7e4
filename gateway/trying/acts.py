"""Make up an act to be tried, in words that nobody could take for a person's."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import uuid4

from connectors.contract.connector import (
    Attaches,
    Call,
    Connector,
    Files,
    Filing,
    Move,
    Moves,
    Saying,
    Says,
    Upload,
)
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    AgencyCode,
    AuthorRole,
    Channel,
    Kind,
    Location,
    Visibility,
    utc_now,
)

_WORDS: Final = "Essai de raccordement, à ne pas traiter – تجربة ربط، لا تعالج"
_REFERENCE: Final = "0000000000000"


class Act(StrEnum):
    """What can be tried."""

    FILE = "file"
    SAY = "say"
    MOVE = "move"
    ATTACH = "attach"


@dataclass(frozen=True, slots=True)
class Wish:
    """An act to be tried."""

    act: Act
    case: str | None = None
    """The source's id; None takes the first case of its list."""
    internal: bool = False
    """For `say`: for the staff only."""
    to: Status | None = None
    """For `move`: where to. None takes the first that can be."""
    service: str | None = None
    """For `file`: the service."""


async def act(
    connector: Connector, wish: Wish, agency: AgencyCode, case: str | None, call: Call
) -> None:
    """Have `connector` do what is wished. Raises `ValueError` for what it does not declare."""
    can, key = connector.capabilities, str(uuid4())
    match wish.act:
        case Act.FILE:
            if can.files is None or not isinstance(connector, Files):
                raise ValueError("the source takes no filings")
            await connector.file(_filing(agency, wish.service), key=key, call=call)
            return
        case Act.SAY:
            visibility = Visibility.INTERNAL if wish.internal else Visibility.PUBLIC
            declared = can.says.visibilities if can.says is not None else frozenset()
            if visibility not in declared or not isinstance(connector, Says):
                raise ValueError(f"the source takes no {visibility.lower()} messages")
            saying = Saying(_WORDS, AuthorRole.AGENCY, visibility, language="fr")
            await connector.say(_known(case), saying, key=key, call=call)
        case Act.MOVE:
            status = wish.to or next((each for each in Status if each in can.moves), None)
            if status not in can.moves or not isinstance(connector, Moves):
                known = ", ".join(each for each in Status if each in can.moves) or "none"
                raise ValueError(f"the source takes no such status; known: {known}")
            await connector.move(_known(case), Move(status, _WORDS), key=key, call=call)
        case Act.ATTACH:
            if can.attaches is None or not isinstance(connector, Attaches):
                raise ValueError("the source takes no files")
            upload = Upload("essai.txt", "text/plain", _WORDS.encode())
            await connector.attach(_known(case), upload, key=key, call=call)


def _known(case: str | None) -> str:
    if case is None:
        raise ValueError("the source lists no case to try it in; name one by --case")
    return case


def _filing(agency: AgencyCode, service: str | None) -> Filing:
    return Filing(
        reference=_REFERENCE,
        agency_code=agency,
        kind=Kind.COMPLAINT,
        channel=Channel.API,
        title="Essai – تجربة",
        description=_WORDS,
        filed_at=utc_now(),
        service_code=service,
        language="fr",
        location=Location(latitude=34.0209, longitude=-6.8416),
    )
