"""The sessions of browsers: what a cookie stands for, sealed under a secret that is not kept here."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from connectors.store.columns import Digest, Instant, Word
from connectors.store.operations import RunOn


class Migration(migrations.Migration):
    dependencies = [("store", "0008_own_cases")]

    operations = [
        ops.CreateModel(
            name="Session",
            fields=[
                ("name", Word(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("content", Digest(generated=False, null=False, unique=False)),
                ("ends_at", Instant(generated=False, null=False, unique=False)),
                ("last_at", Instant(generated=False, null=False, unique=False)),
            ],
            options={"table": "session", "app": "store", "pk_attr": "name", "table_description": "A session of a browser, which a row alone does not tell whose it is."},
            bases=["Model"],
        ),
        RunOn(
            postgres=["CREATE INDEX session_ends ON session (ends_at)"],
            sqlite=["CREATE INDEX session_ends ON session (ends_at)"],
        ),
    ]
