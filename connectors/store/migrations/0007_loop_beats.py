"""When each loop of each process was last heard."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from connectors.store.columns import Instant, Word


class Migration(migrations.Migration):
    dependencies = [("store", "0006_on_behalf")]

    operations = [
        ops.CreateModel(
            name="LoopBeat",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("process", Word(generated=False, null=False, unique=False)),
                ("loop", Word(generated=False, null=False, unique=False)),
                ("period_seconds", fields.FloatField()),
                ("beat_at", Instant(generated=False, null=False, unique=False)),
                ("failures", fields.IntField()),
                ("told_at", Instant(generated=False, null=False, unique=False)),
            ],
            options={"table": "loop_beat", "app": "store", "unique_together": (("process", "loop"),), "pk_attr": "id", "table_description": "When a loop of a process was last heard."},
            bases=["Model"],
        ),
    ]
