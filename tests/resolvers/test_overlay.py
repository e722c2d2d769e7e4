"""What was sent here and what another system has of a case's files are told together, each once."""

from connectors.contract.ledger import Account
from connectors.contract.lifecycle import Status
from connectors.contract.records import (
    STORE,
    AgencyCode,
    Attachment,
    Complaint,
    Kind,
    Mode,
    Origin,
    SourceId,
    utc_now,
)
from resolvers.overlay import by_key

CITY = SourceId("city")
OURS = Attachment(id="u", name="a.jpg", bytes=7, sha256="aa", url="/files/u")
URL = "https://city.example/f"


def case(source: SourceId, mode: Mode, files: tuple[Attachment, ...] | None) -> Complaint:
    return Complaint(
        origin=Origin(source=source, source_id="1", mode=mode, fetched_at=utc_now()),
        agency_code=AgencyCode("city"),
        status=Status.IN_PROGRESS,
        kind=Kind.COMPLAINT,
        attachments=files,
    )


def told(
    ours: tuple[Attachment, ...] | None, theirs: tuple[Attachment, ...] | None
) -> tuple[Attachment, ...] | None:
    account = Account(
        reference="1",
        place=(CITY, "1"),
        record=case(STORE, Mode.LIVE, ours),
        mode=Mode.LIVE,
        heard_status=Status.IN_PROGRESS,
        moving=False,
        pending=(),
    )
    return by_key(case(CITY, Mode.LIVE, theirs), account).attachments


def test_ours_that_is_told_back_is_told_once() -> None:
    for back in (
        Attachment(id="7", name="other.jpg", sha256="aa", url=URL),
        Attachment(id="7", name="a.jpg", bytes=7, url=URL),
        Attachment(id="u", url=URL),
    ):
        assert told((OURS,), (back,)) == (OURS,)


def test_theirs_are_told_where_anyone_may_open_them() -> None:
    public = Attachment(id="7", name="answer.pdf", bytes=9, url=URL)
    inside = Attachment(id="8", name="memo.pdf", bytes=9)
    assert told((OURS,), (inside, public)) == (OURS, public)
    assert told((), (inside, public)) == (public,)


def test_where_one_side_has_none_the_other_counts() -> None:
    inside = Attachment(id="8", name="memo.pdf", bytes=9)
    assert told((OURS,), None) == (OURS,)
    # Of a case that was not filed here all that its system tells is told, as ever.
    assert told(None, (inside,)) == (inside,)
