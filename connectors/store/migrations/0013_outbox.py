"""What agencies' systems are still to hear, and what the ledger keeps of cases that they hold."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from connectors.store.columns import Instant, Word, Words
from connectors.store.operations import RunOn

_KNOW_OUR_COPY = (
    "UPDATE ledger SET complaint_id = (SELECT c.id FROM complaint c"
    " WHERE c.source = ledger.source AND c.source_id = ledger.source_id)"
)
_INDEXES = (
    "CREATE UNIQUE INDEX ledger_copy ON ledger (complaint_id)",
    # Small whatever has been delivered: the queue itself.
    "CREATE INDEX outbox_due ON outbox (source, id) WHERE state IN ('PENDING', 'SENDING')",
    "CREATE INDEX outbox_waiting ON outbox (state, id) WHERE state <> 'DELIVERED'",
)


class Migration(migrations.Migration):
    dependencies = [("store", "0012_notices")]

    operations = [
        ops.AddField(
            model_name="Ledger",
            name="complaint",
            field=fields.ForeignKeyField("store.Complaint", source_field="complaint_id", null=True, db_constraint=True, to_field="id", related_name="ledger", on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(model_name="Ledger", name="heard_status", field=Word(null=True, generated=False, unique=False)),
        ops.CreateModel(
            name="Outbox",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("ledger", fields.ForeignKeyField("store.Ledger", source_field="ledger_id", db_constraint=True, to_field="id", related_name="outbox", on_delete=OnDelete.RESTRICT)),
                ("position", fields.IntField()),
                ("source", Word(generated=False, null=False, unique=False)),
                ("act", Word(generated=False, null=False, unique=False)),
                ("verb", Word(generated=False, null=False, unique=False)),
                ("payload", Words(null=True, generated=False, unique=False)),
                ("idempotency_key", Word(generated=False, null=False, unique=False)),
                ("state", Word(generated=False, null=False, unique=False)),
                ("attempts", fields.IntField(db_default=0)),
                ("maybe_sent", fields.BooleanField(db_default=False)),
                ("created_at", Instant(generated=False, null=False, unique=False)),
                ("next_at", Instant(generated=False, null=False, unique=False)),
                ("tried_at", Instant(null=True, generated=False, unique=False)),
                ("lease_until", Instant(null=True, generated=False, unique=False)),
                ("code", Word(null=True, generated=False, unique=False)),
                ("token", Word(null=True, generated=False, unique=False)),
                ("done_at", Instant(null=True, generated=False, unique=False)),
            ],
            options={"table": "outbox", "app": "store", "unique_together": (("ledger", "position"),), "pk_attr": "id", "table_description": "Something that an agency's system is to hear, and how far that has come."},
            bases=["Model"],
        ),
        RunOn(postgres=[_KNOW_OUR_COPY, *_INDEXES], sqlite=[_KNOW_OUR_COPY, *_INDEXES]),
    ]
