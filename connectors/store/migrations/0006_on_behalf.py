"""For whom somebody complains who does not complain for themselves."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from connectors.store.columns import Word, Words


class Migration(migrations.Migration):
    dependencies = [("store", "0005_histories")]

    operations = [
        ops.AddField(model_name="Complainant", name="on_behalf_of", field=Words(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Complainant", name="mandate", field=Word(null=True, generated=False, unique=False)),
        ops.AddField(model_name="Complainant", name="person_type", field=Word(null=True, generated=False, unique=False)),
    ]
