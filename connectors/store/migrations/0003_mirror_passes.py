"""How far the reading of each mirrored source has come, and what was last heard of each row.

What was heard stands beside the complaints and not in them: to see a row again unchanged then
costs one narrow row without further indexes, where a complaint has a dozen.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from connectors.store.columns import Instant, Word
from connectors.store.operations import RunOn


class Migration(migrations.Migration):
    dependencies = [("store", "0002_serve_lists")]

    operations = [
        ops.CreateModel(
            name="MirrorPass",
            fields=[
                ("source", Word(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("step", fields.BigIntField()),
                ("number", fields.BigIntField(db_default=0)),
                ("full_number", fields.BigIntField(db_default=0)),
                ("full_at", Instant(null=True, generated=False, unique=False)),
                ("watermark", Instant(null=True, generated=False, unique=False)),
                ("going", fields.BooleanField(db_default=False)),
                ("whole", fields.BooleanField(db_default=False)),
                ("way", Word(db_default="", generated=False, null=False, unique=False)),
                ("began_at", Instant(null=True, generated=False, unique=False)),
                ("since", Instant(null=True, generated=False, unique=False)),
                ("after_at", Instant(null=True, generated=False, unique=False)),
                ("after_id", Word(null=True, generated=False, unique=False)),
                ("token", Word(null=True, generated=False, unique=False)),
                ("latest_at", Instant(null=True, generated=False, unique=False)),
            ],
            options={"table": "mirror_pass", "app": "store", "pk_attr": "source", "table_description": "How far the reading of a mirrored source has come."},
            bases=["Model"],
        ),
        RunOn(
            postgres=[
                'CREATE TABLE mirror_row (source TEXT COLLATE "C" NOT NULL,'
                ' source_id TEXT COLLATE "C" NOT NULL, digest BYTEA NOT NULL,'
                " heard_in BIGINT NOT NULL, PRIMARY KEY (source, source_id))"
                # Room for a page's rows to be marked in place.
                " WITH (fillfactor = 80)",
            ],
            sqlite=[
                "CREATE TABLE mirror_row (source TEXT NOT NULL, source_id TEXT NOT NULL,"
                " digest BLOB NOT NULL, heard_in BIGINT NOT NULL,"
                " PRIMARY KEY (source, source_id)) WITHOUT ROWID",
            ],
        ),
    ]
