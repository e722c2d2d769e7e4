"""The tables of cases, from which the migrations are made; statements are written by hand."""

from typing import Any

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from connectors.store.columns import Instant, Word, Words


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
    source_at = Instant(null=True)

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
    source_at = Instant(null=True)
    answered_without_reasons = fields.BooleanField(db_default=False)

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
    at = Instant(null=True)
    author = Word(null=True)
    message = Word(null=True)
    decision = Word(null=True)

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
