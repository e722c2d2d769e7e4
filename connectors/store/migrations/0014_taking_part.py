"""Who else has to do with a case: who handles it, other agencies, the case that it repeats."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from connectors.store.columns import Instant, Word, Words


class Migration(migrations.Migration):
    dependencies = [("store", "0013_outbox")]

    operations = [
        ops.AddField(model_name="Complaint", name="assignee", field=Words(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Complaint", name="duplicate_of", field=Word(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Complaint", name="handed_over_at", field=Instant(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Complaint", name="participants", field=Words(db_default="[]", generated=False, null=False, unique=False)),
        ops.AddField(model_name="Event", name="agency_code", field=Word(null=True, generated=False, unique=False)),
    ]
