"""What passed the gateway: the ledger, its history link by link, and what is still to be told.

A link of the history holds digests; what was said with it lies in a table of its own, from which it
can be erased without breaking the chain.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from connectors.store.columns import Digest, Instant, Word, Words
from connectors.store.operations import RunOn

INDEXES = (
    "CREATE UNIQUE INDEX ledger_place ON ledger (source, source_id)",
    "CREATE UNIQUE INDEX ledger_copy ON ledger (complaint_id)",
    # Whoever complains finds their cases.
    "CREATE INDEX ledger_own ON ledger (subject, received_at, reference)",
    "CREATE INDEX ledger_followed ON ledger (source, follow_at) WHERE follow_at IS NOT NULL",
    # Small whatever has been delivered: the queue itself.
    "CREATE INDEX outbox_due ON outbox (source, id) WHERE state IN ('PENDING', 'SENDING')",
    "CREATE INDEX outbox_waiting ON outbox (state, id) WHERE state <> 'DELIVERED'",
    "CREATE INDEX letter_due ON letter (next_at, id) WHERE state IN ('PENDING', 'SENDING')",
    "CREATE INDEX letter_ended ON letter (state, id) WHERE state <> 'SENT'",
    "CREATE INDEX complainant_look_case ON complainant_look (ledger_id)",
    "CREATE INDEX upload_draft ON upload (at) WHERE ledger_id IS NULL",
)

# A case is found by every id that it has or had: in the system that holds it, in those that did, and
# here by the id that it had before any of them.
PLACES = (
    "CREATE VIEW case_place AS SELECT id AS ledger_id, source, source_id FROM ledger"
    " UNION ALL SELECT ledger_id, source, source_id FROM former_place"
    " UNION ALL SELECT l.id, c.source, c.source_id FROM complaint c"
    " JOIN ledger l ON l.complaint_id = c.id AND l.source <> 'store'"
)

# Who has looked who complains is written down for good: the database itself refuses to change or
# remove a look.
FOR_GOOD = "looks are written down for good"
LOOKS_POSTGRES = (
    "CREATE FUNCTION refuse_complainant_look() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{FOR_GOOD}'; END $$",
    "CREATE TRIGGER complainant_look_for_good BEFORE UPDATE OR DELETE OR TRUNCATE"
    " ON complainant_look EXECUTE FUNCTION refuse_complainant_look()",
)
LOOKS_SQLITE = (
    "CREATE TRIGGER complainant_look_update BEFORE UPDATE ON complainant_look"
    f" BEGIN SELECT RAISE(ABORT, '{FOR_GOOD}'); END",
    "CREATE TRIGGER complainant_look_delete BEFORE DELETE ON complainant_look"
    f" BEGIN SELECT RAISE(ABORT, '{FOR_GOOD}'); END",
)


class Migration(migrations.Migration):
    dependencies = [("store", "0001_cases")]

    operations = [
        ops.CreateModel(
            name="Ledger",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("reference", Word(unique=True, generated=False, null=False)),
                ("generation", fields.IntField(db_default=1)),
                ("code_hash", Digest(generated=False, null=False, unique=False)),
                ("source", Word(generated=False, null=False, unique=False)),
                ("source_id", Word(generated=False, null=False, unique=False)),
                ("agency_code", Word(generated=False, null=False, unique=False)),
                ("mode", Word(generated=False, null=False, unique=False)),
                ("subject", Word(generated=False, null=False, unique=False)),
                ("adopted", fields.BooleanField(db_default=False)),
                ("secret", fields.BooleanField(db_default=False)),
                ("idempotency_key", Word(generated=False, null=False, unique=False)),
                ("content_digest", Digest(generated=False, null=False, unique=False)),
                ("attributes", Words(db_default="{}", generated=False, null=False, unique=False)),
                ("received_at", Instant(generated=False, null=False, unique=False)),
                ("due_at", Instant(null=True, generated=False, unique=False)),
                ("complaint", fields.ForeignKeyField("store.Complaint", source_field="complaint_id", null=True, db_constraint=True, to_field="id", related_name="ledger", on_delete=OnDelete.RESTRICT)),
                ("heard_status", Word(null=True, generated=False, unique=False)),
                ("heard_digest", Digest(null=True, generated=False, unique=False)),
                ("follow_at", Instant(null=True, generated=False, unique=False)),
            ],
            options={"table": "ledger", "app": "store", "unique_together": (("subject", "idempotency_key"),), "pk_attr": "id", "table_description": "A case that passed the gateway: receipt, idempotency and where the case is held now."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FormerPlace",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("ledger", fields.ForeignKeyField("store.Ledger", source_field="ledger_id", db_constraint=True, to_field="id", related_name="former_places", on_delete=OnDelete.RESTRICT)),
                ("source", Word(generated=False, null=False, unique=False)),
                ("source_id", Word(generated=False, null=False, unique=False)),
            ],
            options={"table": "former_place", "app": "store", "unique_together": (("source", "source_id"), ("ledger", "source")), "pk_attr": "id", "table_description": "Where a case was held before it went on: by that id it is found for ever."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Complainant",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("ledger", fields.OneToOneField("store.Ledger", source_field="ledger_id", db_constraint=True, to_field="id", related_name="complainant", on_delete=OnDelete.RESTRICT)),
                ("name", Words(null=True, generated=False, unique=False)),
                ("phone", Words(null=True, generated=False, unique=False)),
                ("email", Words(null=True, generated=False, unique=False)),
                ("on_behalf_of", Words(null=True, generated=False, unique=False)),
                ("mandate", Word(null=True, generated=False, unique=False)),
                ("person_type", Word(null=True, generated=False, unique=False)),
                ("language", Word(null=True, generated=False, unique=False)),
            ],
            options={"table": "complainant", "app": "store", "pk_attr": "id", "table_description": "Who filed a case, kept apart so that it can be withheld and erased alone."},
            bases=["Model"],
        ),
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
        ops.CreateModel(
            name="Outbox",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("ledger", fields.ForeignKeyField("store.Ledger", source_field="ledger_id", db_constraint=True, to_field="id", related_name="outbox", on_delete=OnDelete.RESTRICT)),
                ("position", fields.IntField()),
                ("agency_code", Word(generated=False, null=False, unique=False)),
                ("source", Word(generated=False, null=False, unique=False)),
                ("source_id", Word(null=True, generated=False, unique=False)),
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
        ops.CreateModel(
            name="HeardMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("ledger", fields.ForeignKeyField("store.Ledger", source_field="ledger_id", db_constraint=True, to_field="id", related_name="heard", on_delete=OnDelete.RESTRICT)),
                ("source", Word(generated=False, null=False, unique=False)),
                ("source_id", Word(generated=False, null=False, unique=False)),
                ("ours", Word(null=True, generated=False, unique=False)),
            ],
            options={"table": "heard_message", "app": "store", "unique_together": (("ledger", "source", "source_id"),), "pk_attr": "id", "table_description": "That a message of the other system is known here."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Restoration",
            fields=[
                ("name", Word(primary_key=True, generated=False, unique=True, db_index=True)),
                ("known_to", Instant(null=True, generated=False, unique=False)),
                ("reconciled_at", Instant(null=True, generated=False, unique=False)),
            ],
            options={"table": "restoration", "app": "store", "pk_attr": "name", "table_description": "That the store was put back from a backup, which is one row."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Upload",
            fields=[
                ("id", Word(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("name", Words(generated=False, null=False, unique=False)),
                ("media_type", Word(generated=False, null=False, unique=False)),
                ("bytes", fields.BigIntField()),
                ("sha256", Word(generated=False, null=False, unique=False)),
                ("at", Instant(generated=False, null=False, unique=False)),
                ("ledger", fields.ForeignKeyField("store.Ledger", source_field="ledger_id", null=True, db_constraint=True, to_field="id", related_name="uploads", on_delete=OnDelete.RESTRICT)),
            ],
            options={"table": "upload", "app": "store", "pk_attr": "id", "table_description": "A file that somebody sent, whose content is kept elsewhere."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Letter",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("ledger", fields.ForeignKeyField("store.Ledger", source_field="ledger_id", db_constraint=True, to_field="id", related_name="letters", on_delete=OnDelete.RESTRICT)),
                ("kind", Word(generated=False, null=False, unique=False)),
                ("cause", Word(generated=False, null=False, unique=False)),
                ("name", Word(generated=False, null=False, unique=False)),
                ("state", Word(generated=False, null=False, unique=False)),
                ("attempts", fields.IntField(db_default=0)),
                ("queued_at", Instant(generated=False, null=False, unique=False)),
                ("next_at", Instant(generated=False, null=False, unique=False)),
                ("tried_at", Instant(null=True, generated=False, unique=False)),
                ("done_at", Instant(null=True, generated=False, unique=False)),
                ("code", Word(null=True, generated=False, unique=False)),
            ],
            options={"table": "letter", "app": "store", "unique_together": (("ledger", "cause"),), "pk_attr": "id", "table_description": "A letter to whoever complains, and how far it has come, without what it says."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LetterStop",
            fields=[
                ("digest", Digest(primary_key=True, generated=False, null=False, unique=True, db_index=True)),
                ("at", Instant(generated=False, null=False, unique=False)),
            ],
            options={"table": "letter_stop", "app": "store", "pk_attr": "digest", "table_description": "An address at which no letters are wanted, by its keyed hash."},
            bases=["Model"],
        ),
        RunOn(
            postgres=[*INDEXES, PLACES, *LOOKS_POSTGRES],
            sqlite=[*INDEXES, PLACES, *LOOKS_SQLITE],
        ),
    ]
