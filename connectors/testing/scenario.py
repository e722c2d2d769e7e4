"""Invent complaints that differ in everything a connector can get wrong, the same ones each time."""

from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Final

from connectors.contract.lifecycle import OPEN, Status
from connectors.contract.records import (
    AgencyCode,
    Attachment,
    AttributeChoice,
    AttributeType,
    AuthorRole,
    Channel,
    Complaint,
    DatePrecision,
    Decision,
    Event,
    EventKind,
    Kind,
    LocalizedText,
    Location,
    Message,
    Mode,
    Origin,
    Outcome,
    Service,
    ServiceAttribute,
    SourceId,
    Visibility,
)

SOURCE: Final = SourceId("scenario")
AGENCIES: Final = (AgencyCode("commune-a"), AgencyCode("commune-b"), AgencyCode("regie"))
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""The last moment that anything happened at."""

_WORDS: Final = (
    ("إِنَارَةٌ مُعَطَّلَة فِي الشَّارِع", "ar"),
    ("الإنـــارة العمومية لا تعمل منذ ٣ أيام", "ar"),
    ("شكوى بخصوص مدرسة ابتدائية ومسؤولية الجماعة", "ar"),
    ("Éclairage défectueux à l'école Œuvre sociale", "fr"),
    ("Nid-de-poule, chaussée abîmée (100 % dangereux_ici)", "fr"),
    ("Ligne 1\nLigne 2 \\ \"guillemets\" 'apostrophe' ; -- fin", "fr"),
    ("\u200fحفرة كبيرة 🕳️👩‍👩‍👧‍👦 rue Al Massira\u200f", "ar"),
    ("ⵜⴰⵎⵓⵔⵜ pothole on the corner", "zgh"),
    ("Street light out since STRASSE 12", "en"),
)
_CATEGORIES: Final = (
    ("lighting", "Éclairage public"),
    ("roads", "الطرق"),
    ("water", "Eau & assainissement"),
)
_PLACES: Final = (
    None,
    Location(address="12, rue de l'Église, حي السلام"),
    Location(area_code="MA-CAS", latitude=33.5731, longitude=-7.5898),
    Location(area_code="MA-RAB", latitude=34.020882, longitude=-6.84165, address="Rabat"),
    Location(area_code="MA-AGD"),
    Location(latitude=-0.5, longitude=0.25),
    Location(area_code="MA-CAS", latitude=33.5731, longitude=-7.61),
)
_CLOSED: Final = frozenset({Status.CLOSED, Status.INADMISSIBLE, Status.WITHDRAWN, Status.DUPLICATE})
# Collations that are not by code point put these in another order.
_PREFIXES: Final = ("a-", "B-", "É-", "_", "b-", "10-", "9-")


@cache
def complaints(
    *,
    source: SourceId = SOURCE,
    agencies: tuple[AgencyCode, ...] = AGENCIES,
    mode: Mode = Mode.LIVE,
    count: int = 120,
    seed: int = 20260302,
) -> tuple[Complaint, ...]:
    """`count` cases, in no order, with every child read; the same for the same arguments.

    With the default count every status, kind, channel, place and word occurs, times are tied and
    every nullable time is null somewhere.
    """
    random = Random(seed)
    made = [
        _complaint(number, random, source, agencies[number % len(agencies)], mode)
        for number in range(count)
    ]
    random.shuffle(made)
    return tuple(made)


def services(agency: AgencyCode = AGENCIES[0]) -> tuple[Service, ...]:
    """The services that the cases belong to, with questions of every type."""
    return tuple(
        Service(
            agency_code=agency,
            code=code,
            name=LocalizedText(fr=name),
            attributes=_questions() if code == "lighting" else (),
        )
        for code, name in _CATEGORIES
    )


def _complaint(
    number: int, random: Random, source: SourceId, agency: AgencyCode, mode: Mode
) -> Complaint:
    status = tuple(Status)[number % len(Status)]
    code, category = _CATEGORIES[number % len(_CATEGORIES)]
    text, language = _WORDS[number % len(_WORDS)]
    source_id = f"{_PREFIXES[number % len(_PREFIXES)]}{number}"
    created = _created(number, random)
    updated = None if number % 13 == 0 else (created or NOON) + timedelta(days=number % 4)
    return Complaint(
        origin=Origin(
            source=source,
            source_id=source_id,
            mode=mode,
            fetched_at=NOON,
            source_updated_at=updated,
            raw_status=f"état {status.value.lower()}",
        ),
        agency_code=agency,
        status=status,
        kind=tuple(Kind)[number % len(Kind)],
        status_reason="motif n° 1" if number % 5 == 0 else None,
        title=None if number % 7 == 3 else f"{text[:30].strip()} n° {number}",
        description=None if number % 17 == 5 else f"{text} – {number}",
        language=language,
        service_code=None if number % 19 == 2 else code,
        category=None if number % 19 == 2 else category,
        channel=(*Channel, None)[number % (len(Channel) + 1)],
        location=_PLACES[number % len(_PLACES)],
        created_at=created,
        created_precision=DatePrecision.DAY if number % 6 == 4 else DatePrecision.INSTANT,
        received_at=created + timedelta(hours=1) if created and number % 3 else None,
        updated_at=updated,
        due_at=None if number % 8 == 6 else (created or NOON) + timedelta(days=number % 30),
        closed_at=updated if status in _CLOSED else None,
        messages=_messages(source_id, number),
        events=_events(source_id, number, status),
        decisions=_decisions(source_id, status),
        attachments=_attachments(source_id, number),
    )


def _created(number: int, random: Random) -> datetime | None:
    """Ties of up to five, two nulls among fifty, and some instants between two seconds."""
    if number % 25 == 11:
        return None
    if number % 6 == 4:
        return NOON.replace(hour=0) - timedelta(days=number % 5)
    if number % 4 == 1:
        return NOON - timedelta(days=number % 3)
    moment = NOON - timedelta(seconds=random.randrange(200 * 86_400))
    return moment.replace(microsecond=123_456) if number % 9 == 0 else moment


def _messages(source_id: str, number: int) -> tuple[Message, ...]:
    return tuple(
        Message(
            id=f"{source_id}-m{turn}",
            author=tuple(AuthorRole)[turn % len(AuthorRole)],
            visibility=Visibility.INTERNAL if turn % 2 else Visibility.PUBLIC,
            body=f"رسالة {turn} : réponse à l'usager 🙂",
            at=NOON - timedelta(days=4 - turn, minutes=number),
            language="fr",
        )
        for turn in range(number % 4)
    )


def _events(source_id: str, number: int, status: Status) -> tuple[Event, ...]:
    filed = Event(
        id=f"{source_id}-e0",
        kind=EventKind.FILED,
        at=NOON - timedelta(days=9),
        status=Status.SUBMITTED,
    )
    changed = Event(
        id=f"{source_id}-e1",
        kind=EventKind.STATUS_CHANGED,
        at=NOON - timedelta(days=2, minutes=number),
        status=status,
        raw_status=f"état {status.value.lower()}",
    )
    return (filed,) if status is Status.SUBMITTED else (filed, changed)


def _decisions(source_id: str, status: Status) -> tuple[Decision, ...]:
    if status in OPEN or status in {Status.WITHDRAWN, Status.DUPLICATE}:
        return ()
    decision = Decision(
        id=f"{source_id}-d0",
        outcome=Outcome.PARTLY_UPHELD,
        reasons="Les travaux sont programmés ; الأشغال مبرمجة",
        at=NOON - timedelta(days=1),
        notified_at=NOON,
    )
    return (decision,)


def _attachments(source_id: str, number: int) -> tuple[Attachment, ...]:
    if number % 5:
        return ()
    photo = Attachment(
        id=f"{source_id}-f0", name="photo été.jpg", media_type="image/jpeg", bytes=48_213
    )
    return (photo,)


def _questions() -> tuple[ServiceAttribute, ...]:
    lists = {AttributeType.SINGLE_VALUE_LIST, AttributeType.MULTI_VALUE_LIST}
    choices = (AttributeChoice(key="1", name="Un"), AttributeChoice(key="2", name="اثنان"))
    return tuple(
        ServiceAttribute(
            code=f"q-{type_.value.lower()}",
            type=type_,
            required=type_ is AttributeType.STRING,
            description=f"Question {position}",
            asked=type_ is not AttributeType.TEXT,
            choices=choices if type_ in lists else (),
        )
        for position, type_ in enumerate(AttributeType)
    )
