"""Whether who complains is to be kept secret, and who has looked who it is.

A look is written down for good: the database itself refuses to change or remove one.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from connectors.store.columns import Instant, Word, Words
from connectors.store.operations import RunOn

FOR_GOOD = "looks are written down for good"


class Migration(migrations.Migration):
    dependencies = [("store", "0010_changed_cases")]

    operations = [
        ops.AddField(model_name="Ledger", name="secret", field=fields.BooleanField(db_default=False)),
        ops.AddField(model_name="Complaint", name="secret", field=fields.BooleanField(null=True)),
        ops.CreateModel(
            name="Look",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("ledger", fields.ForeignKeyField("store.Ledger", source_field="ledger_id", db_constraint=True, to_field="id", related_name="looks", on_delete=OnDelete.RESTRICT)),
                ("subject", Word(generated=False, null=False, unique=False)),
                ("role", Word(generated=False, null=False, unique=False)),
                ("purpose", Words(generated=False, null=False, unique=False)),
                ("at", Instant(generated=False, null=False, unique=False)),
            ],
            options={"table": "complainant_look", "app": "store", "pk_attr": "id", "table_description": "That somebody saw who complains, written down for good."},
            bases=["Model"],
        ),
        RunOn(
            postgres=[
                "CREATE FUNCTION refuse_complainant_look() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE EXCEPTION '{FOR_GOOD}'; END $$",
                "CREATE TRIGGER complainant_look_for_good BEFORE UPDATE OR DELETE OR TRUNCATE"
                " ON complainant_look EXECUTE FUNCTION refuse_complainant_look()",
                "CREATE INDEX complainant_look_case ON complainant_look (ledger_id)",
            ],
            sqlite=[
                "CREATE TRIGGER complainant_look_update BEFORE UPDATE ON complainant_look"
                f" BEGIN SELECT RAISE(ABORT, '{FOR_GOOD}'); END",
                "CREATE TRIGGER complainant_look_delete BEFORE DELETE ON complainant_look"
                f" BEGIN SELECT RAISE(ABORT, '{FOR_GOOD}'); END",
                "CREATE INDEX complainant_look_case ON complainant_look (ledger_id)",
            ],
        ),
    ]
