"""The tables of the store, from which its migrations are made; statements are written by hand."""

from typing import Any

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from connectors.store.columns import Digest, Instant, Word, Words


class Ledger(Model):
    """A case that passed the gateway: receipt, idempotency and where the case is held now."""

    id = fields.BigIntField(primary_key=True)
    reference = Word(unique=True)
    generation = fields.IntField(db_default=1)
    code_hash = Digest()
    source = Word()
    source_id = Word()
    agency_code = Word()
    mode = Word()
    subject = Word()
    """Whoever complains, if they filed it themselves; else empty."""
    adopted = fields.BooleanField(db_default=False)
    """Whether an act took it in that was not filed here."""
    secret = fields.BooleanField(db_default=False)
    idempotency_key = Word()
    content_digest = Digest()
    attributes = Words(db_default="{}")
    received_at = Instant()
    due_at = Instant(null=True)
    complaint: Any = fields.ForeignKeyField(
        "store.Complaint", related_name="ledger", null=True, on_delete=OnDelete.RESTRICT
    )
    """What is kept here of the case: all of it, or, once another system has it, our account."""
    heard_status = Word(null=True)
    """Where the other system last said that the case stands."""

    class Meta:
        """Names for the database."""

        table = "ledger"
        unique_together = (("subject", "idempotency_key"),)


class Complainant(Model):
    """Who filed a case, kept apart so that it can be withheld and erased alone."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.OneToOneField(
        "store.Ledger", related_name="complainant", on_delete=OnDelete.RESTRICT
    )
    name = Words(null=True)
    phone = Words(null=True)
    email = Words(null=True)
    on_behalf_of = Words(null=True)
    """The name of the person or body for whom they act; None: for themselves."""
    mandate = Word(null=True)
    person_type = Word(null=True)

    class Meta:
        """Names for the database."""

        table = "complainant"


class Look(Model):
    """That somebody saw who complains, written down for good."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.ForeignKeyField(
        "store.Ledger", related_name="looks", on_delete=OnDelete.RESTRICT
    )
    subject = Word()
    role = Word()
    purpose = Words()
    at = Instant()

    class Meta:
        """Names for the database."""

        table = "complainant_look"


class History(Model):
    """One thing that was done in a case, chained to the one before."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.ForeignKeyField(
        "store.Ledger", related_name="history", on_delete=OnDelete.RESTRICT
    )
    number = fields.IntField()
    act = Word()
    author = Word()
    subject = Word()
    idempotency_key = Word(null=True)
    """None for the filing, whose key the ledger holds."""
    at = Instant()
    status = Word(null=True)
    version = fields.BigIntField()
    body_digest = Digest()
    previous = Digest()
    digest = Digest()

    class Meta:
        """Names for the database."""

        table = "history"
        unique_together = (("ledger", "number"), ("subject", "idempotency_key"))


class HistoryBody(Model):
    """What was given with it, kept apart so that it can be erased alone."""

    id = fields.BigIntField(primary_key=True)
    history: Any = fields.OneToOneField(
        "store.History", related_name="body", on_delete=OnDelete.RESTRICT
    )
    salt = Digest()
    body = Words()

    class Meta:
        """Names for the database."""

        table = "history_body"


class Outbox(Model):
    """Something that an agency's system is to hear, and how far that has come."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.ForeignKeyField(
        "store.Ledger", related_name="outbox", on_delete=OnDelete.RESTRICT
    )
    position = fields.IntField()
    """Counted in the case: the order in which it is told."""
    source = Word()
    act = Word()
    verb = Word()
    payload = Words(null=True)
    """What is said; None for a filing, and for what has arrived."""
    idempotency_key = Word()
    state = Word()
    attempts = fields.IntField(db_default=0)
    maybe_sent = fields.BooleanField(db_default=False)
    created_at = Instant()
    next_at = Instant()
    tried_at = Instant(null=True)
    lease_until = Instant(null=True)
    code = Word(null=True)
    token = Word(null=True)
    done_at = Instant(null=True)

    class Meta:
        """Names for the database."""

        table = "outbox"
        unique_together = (("ledger", "position"),)


class Complaint(Model):
    """One row of the lists: own, pending or mirrored."""

    id = fields.BigIntField(primary_key=True)
    source = Word()
    source_id = Word()
    mode = Word()
    heard_at = Instant()
    source_updated_at = Instant(null=True)
    raw_status = Words(null=True)
    agency_code = Word()
    status = Word()
    kind = Word()
    reference = Word(null=True, db_index=True)
    version = fields.BigIntField(db_default=1)
    demonstration = fields.BooleanField(db_default=False)
    secret = fields.BooleanField(null=True)
    status_reason = Words(null=True)
    title = Words(null=True)
    description = Words(null=True)
    language = Word(null=True)
    service_code = Word(null=True)
    category = Word(null=True)
    channel = Word(null=True)
    address = Words(null=True)
    area_code = Word(null=True)
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    created_at = Instant(null=True)
    created_precision = Word(db_default="INSTANT")
    received_at = Instant(null=True)
    updated_at = Instant(null=True)
    due_at = Instant(null=True)
    closed_at = Instant(null=True)
    assignee = Words(null=True)
    duplicate_of = Word(null=True)
    handed_over_at = Instant(null=True)
    participants = Words(db_default="[]")
    """As JSON: read with every case, for who may see it, and never looked for."""
    folded = Words(db_default="")
    listed = fields.BooleanField(db_default=True)
    messages_held = fields.BooleanField(db_default=False)
    events_held = fields.BooleanField(db_default=False)
    decisions_held = fields.BooleanField(db_default=False)
    attachments_held = fields.BooleanField(db_default=False)

    class Meta:
        """Names for the database."""

        table = "complaint"
        unique_together = (("source", "source_id"),)


class Message(Model):
    """Something said in a case."""

    id = fields.BigIntField(primary_key=True)
    complaint: Any = fields.ForeignKeyField(
        "store.Complaint", related_name="messages", on_delete=OnDelete.RESTRICT
    )
    position = fields.IntField()
    source_id = Word()
    author = Word()
    visibility = Word(db_default="INTERNAL")
    body = Words()
    at = Instant()
    language = Word(null=True)

    class Meta:
        """Names for the database."""

        table = "message"
        unique_together = (("complaint", "position"),)


class Event(Model):
    """Something that happened to a case."""

    id = fields.BigIntField(primary_key=True)
    complaint: Any = fields.ForeignKeyField(
        "store.Complaint", related_name="events", on_delete=OnDelete.RESTRICT
    )
    position = fields.IntField()
    source_id = Word()
    kind = Word()
    at = Instant()
    status = Word(null=True)
    raw_status = Words(null=True)
    agency_code = Word(null=True)

    class Meta:
        """Names for the database."""

        table = "event"
        unique_together = (("complaint", "position"),)


class Decision(Model):
    """A reasoned answer."""

    id = fields.BigIntField(primary_key=True)
    complaint: Any = fields.ForeignKeyField(
        "store.Complaint", related_name="decisions", on_delete=OnDelete.RESTRICT
    )
    position = fields.IntField()
    source_id = Word()
    outcome = Word()
    reasons = Words()
    at = Instant()
    legal_basis = Words(null=True)
    notified_at = Instant(null=True)
    instead = Words(null=True)
    rating = fields.IntField(null=True)
    rating_comment = Words(null=True)
    rated_at = Instant(null=True)

    class Meta:
        """Names for the database."""

        table = "decision"
        unique_together = (("complaint", "position"),)


class Attachment(Model):
    """What is known of a file, whose content is kept elsewhere."""

    id = fields.BigIntField(primary_key=True)
    complaint: Any = fields.ForeignKeyField(
        "store.Complaint", related_name="attachments", on_delete=OnDelete.RESTRICT
    )
    position = fields.IntField()
    source_id = Word()
    name = Words(null=True)
    media_type = Word(null=True)
    bytes = fields.BigIntField(null=True)
    sha256 = Word(null=True)
    url = Words(null=True)

    class Meta:
        """Names for the database."""

        table = "attachment"
        unique_together = (("complaint", "position"),)


class Notice(Model):
    """What had to be told of a case by its clock, once."""

    id = fields.BigIntField(primary_key=True)
    complaint: Any = fields.ForeignKeyField(
        "store.Complaint", related_name="notices", on_delete=OnDelete.RESTRICT
    )
    cycle = fields.IntField()
    extension = fields.IntField()
    name = Word()
    kind = Word()
    days = fields.IntField(null=True)
    at = Instant()
    told_at = Instant()

    class Meta:
        """Names for the database."""

        table = "notice"
        unique_together = (("complaint", "cycle", "extension", "name"),)


class MirrorState(Model):
    """When a mirrored source was last heard in full."""

    source = Word(primary_key=True)
    heard_at = Instant()

    class Meta:
        """Names for the database."""

        table = "mirror_state"
