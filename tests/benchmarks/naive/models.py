"""The baseline's tables, as one would write them first: one model a noun, an index a filter."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Complaint(Model):
    """A case."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(100, unique=True)
    agency_code = fields.CharField(100, db_index=True)
    status = fields.CharField(30, db_index=True)
    kind = fields.CharField(30)
    title = fields.TextField(null=True)
    description = fields.TextField(null=True)
    category = fields.CharField(200, null=True)
    channel = fields.CharField(30, null=True)
    created_at = fields.DatetimeField(db_index=True)
    updated_at = fields.DatetimeField(null=True)
    due_at = fields.DatetimeField(null=True)
    events: Any

    class Meta:
        """Names for the database."""

        table = "naive_complaint"


class Event(Model):
    """What happened to it."""

    id = fields.BigIntField(primary_key=True)
    complaint: Any = fields.ForeignKeyField("naive.Complaint", related_name="events", db_index=True)
    position = fields.IntField()
    kind = fields.CharField(30)
    at = fields.DatetimeField()
    status = fields.CharField(30, null=True)

    class Meta:
        """Names for the database."""

        table = "naive_event"
