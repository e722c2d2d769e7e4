"""Whoever complains finds their cases, and what was not filed here is told from what was."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from connectors.store.operations import RunOn

BY_WHO = "CREATE INDEX ledger_own ON ledger (subject, received_at, reference)"
ADOPTED = "UPDATE ledger SET adopted = TRUE WHERE idempotency_key LIKE 'adopted:%' AND subject = ''"


class Migration(migrations.Migration):
    dependencies = [("store", "0007_loop_beats")]

    operations = [
        ops.AddField(model_name="Ledger", name="adopted", field=fields.BooleanField(db_default=False)),
        RunOn(postgres=[BY_WHO, ADOPTED], sqlite=[BY_WHO, ADOPTED]),
    ]
