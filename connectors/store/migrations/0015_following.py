"""When each case that another system holds is asked for next, and what was heard of it."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from connectors.store.columns import Digest, Instant, Word
from connectors.store.operations import RunOn

_STATEMENTS = (
    # Those that are held elsewhere already are due at once.
    "UPDATE ledger SET follow_at = received_at WHERE source <> 'store'",
    "CREATE INDEX ledger_followed ON ledger (source, follow_at) WHERE follow_at IS NOT NULL",
)


class Migration(migrations.Migration):
    dependencies = [("store", "0014_taking_part")]

    operations = [
        ops.AddField(model_name="Ledger", name="heard_digest", field=Digest(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Ledger", name="follow_at", field=Instant(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Event", name="source_at", field=Instant(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Decision", name="source_at", field=Instant(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Decision", name="answered_without_reasons", field=fields.BooleanField(db_default=False)),
        ops.CreateModel(
            name="HeardMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("ledger", fields.ForeignKeyField("store.Ledger", source_field="ledger_id", db_constraint=True, to_field="id", related_name="heard", on_delete=OnDelete.RESTRICT)),
                ("source_id", Word(generated=False, null=False, unique=False)),
                ("ours", Word(null=True, generated=False, unique=False)),
            ],
            options={"table": "heard_message", "app": "store", "unique_together": (("ledger", "source_id"),), "pk_attr": "id", "table_description": "That a message of the other system is known here."},
            bases=["Model"],
        ),
        RunOn(postgres=_STATEMENTS, sqlite=_STATEMENTS),
    ]
