"""What was done in each case, link by link, and what a complainant thinks of an answer.

A link holds digests; what was said with it lies in a table of its own, from which it can be erased
without breaking the chain.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from connectors.store.columns import Digest, Instant, Word, Words
from connectors.store.operations import RunOn


class Migration(migrations.Migration):
    dependencies = [("store", "0004_look_up_words")]

    operations = [
        ops.AddField(model_name="Decision", name="instead", field=Words(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Decision", name="rating", field=fields.IntField(null=True)),
        ops.AddField(model_name="Decision", name="rating_comment", field=Words(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Decision", name="rated_at", field=Instant(null=True, generated=False, unique=False)),
        ops.CreateModel(
            name="History",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("ledger", fields.ForeignKeyField("store.Ledger", source_field="ledger_id", db_constraint=True, to_field="id", related_name="history", on_delete=OnDelete.RESTRICT)),
                ("number", fields.IntField()),
                ("act", Word(generated=False, null=False, unique=False)),
                ("author", Word(generated=False, null=False, unique=False)),
                ("subject", Word(generated=False, null=False, unique=False)),
                ("idempotency_key", Word(null=True, generated=False, unique=False)),
                ("at", Instant(generated=False, null=False, unique=False)),
                ("status", Word(null=True, generated=False, unique=False)),
                ("version", fields.BigIntField()),
                ("body_digest", Digest(generated=False, null=False, unique=False)),
                ("previous", Digest(generated=False, null=False, unique=False)),
                ("digest", Digest(generated=False, null=False, unique=False)),
            ],
            options={"table": "history", "app": "store", "unique_together": (("ledger", "number"), ("subject", "idempotency_key")), "pk_attr": "id", "table_description": "One thing that was done in a case, chained to the one before."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HistoryBody",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("history", fields.OneToOneField("store.History", source_field="history_id", db_constraint=True, to_field="id", related_name="body", on_delete=OnDelete.RESTRICT)),
                ("salt", Digest(generated=False, null=False, unique=False)),
                ("body", Words(generated=False, null=False, unique=False)),
            ],
            options={"table": "history_body", "app": "store", "pk_attr": "id", "table_description": "What was given with it, kept apart so that it can be erased alone."},
            bases=["Model"],
        ),
        RunOn(
            postgres=["CREATE UNIQUE INDEX ledger_place ON ledger (source, source_id)"],
            sqlite=["CREATE UNIQUE INDEX ledger_place ON ledger (source, source_id)"],
        ),
    ]
