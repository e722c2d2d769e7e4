"""What had to be told of each case by its clock, once each, and how far the clocks were looked at."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from connectors.store.columns import Instant, Word
from connectors.store.operations import RunOn

WATCHED = (
    "CREATE INDEX complaint_watched ON complaint (id) WHERE (status IN ('ACKNOWLEDGED',"
    " 'AWAITING_COMPLAINANT', 'AWAITING_THIRD_PARTY', 'IN_PROGRESS', 'REOPENED', 'SUBMITTED',"
    " 'UNDER_ASSESSMENT') OR (status = 'ANSWERED' AND mode = 'OWN' AND reference IS NOT NULL))"
)


class Migration(migrations.Migration):
    dependencies = [("store", "0011_who_looks")]

    operations = [
        ops.CreateModel(
            name="Notice",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("complaint", fields.ForeignKeyField("store.Complaint", source_field="complaint_id", db_constraint=True, to_field="id", related_name="notices", on_delete=OnDelete.RESTRICT)),
                ("cycle", fields.IntField()),
                ("extension", fields.IntField()),
                ("name", Word(generated=False, null=False, unique=False)),
                ("kind", Word(generated=False, null=False, unique=False)),
                ("days", fields.IntField(null=True)),
                ("at", Instant(generated=False, null=False, unique=False)),
                ("told_at", Instant(generated=False, null=False, unique=False)),
            ],
            options={"table": "notice", "app": "store", "unique_together": (("complaint", "cycle", "extension", "name"),), "pk_attr": "id", "table_description": "What had to be told of a case by its clock, once."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ClockRound",
            fields=[
                ("name", Word(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("began_at", Instant(generated=False, null=False, unique=False)),
                ("going", fields.BooleanField()),
                ("after", fields.BigIntField()),
            ],
            options={"table": "clock_round", "app": "store", "pk_attr": "name", "table_description": "How far the clocks of all cases were looked at."},
            bases=["Model"],
        ),
        RunOn(postgres=[WATCHED], sqlite=[WATCHED]),
    ]
