"""The cases with all that belongs to them, and what the running gateway keeps beside them."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from connectors.store.columns import Digest, Instant, Word, Words
from connectors.store.operations import RunOn

# What was last heard of each mirrored row stands beside the complaints and not in them: to see a row
# again unchanged then costs one narrow row without further indexes, where a complaint has a dozen.
MIRROR_ROW_POSTGRES = (
    'CREATE TABLE mirror_row (source TEXT COLLATE "C" NOT NULL, source_id TEXT COLLATE "C" NOT NULL,'
    " digest BYTEA NOT NULL, heard_in BIGINT NOT NULL, PRIMARY KEY (source, source_id))"
    # Room for a page's rows to be marked in place.
    " WITH (fillfactor = 80)"
)
MIRROR_ROW_SQLITE = (
    "CREATE TABLE mirror_row (source TEXT NOT NULL, source_id TEXT NOT NULL, digest BLOB NOT NULL,"
    " heard_in BIGINT NOT NULL, PRIMARY KEY (source, source_id)) WITHOUT ROWID"
)

# Which cases changed last, and in what order: what subscribers read, and go on reading from. One row
# for each case and agency, written anew by each change, so that it does not grow with what happens.
# `position` tells the order: on PostgreSQL the transaction that changed the case, so that whoever reads
# can tell what had been committed by then; on SQLite a number that only grows.
CHANGED_CASE_POSTGRES = (
    'CREATE TABLE changed_case (case_id TEXT COLLATE "C" NOT NULL,'
    ' agency_code TEXT COLLATE "C" NOT NULL, position BIGINT NOT NULL, version BIGINT NOT NULL,'
    " here BOOLEAN NOT NULL, PRIMARY KEY (case_id, agency_code))"
)
CHANGED_CASE_SQLITE = (
    "CREATE TABLE changed_case (case_id TEXT NOT NULL, agency_code TEXT NOT NULL,"
    " position BIGINT NOT NULL, version BIGINT NOT NULL, here BOOLEAN NOT NULL,"
    " PRIMARY KEY (case_id, agency_code)) WITHOUT ROWID"
)

INDEXES = (
    "CREATE INDEX changed_case_agency ON changed_case (agency_code, position, case_id)",
    "CREATE INDEX changed_case_position ON changed_case (position, case_id, agency_code)",
    "CREATE INDEX session_ends ON session (ends_at)",
)


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Complaint",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("source", Word(generated=False, null=False, unique=False)),
                ("source_id", Word(generated=False, null=False, unique=False)),
                ("mode", Word(generated=False, null=False, unique=False)),
                ("heard_at", Instant(generated=False, null=False, unique=False)),
                ("source_updated_at", Instant(null=True, generated=False, unique=False)),
                ("raw_status", Words(null=True, generated=False, unique=False)),
                ("agency_code", Word(generated=False, null=False, unique=False)),
                ("status", Word(generated=False, null=False, unique=False)),
                ("kind", Word(generated=False, null=False, unique=False)),
                ("reference", Word(null=True, db_index=True, generated=False, unique=False)),
                ("version", fields.BigIntField(db_default=1)),
                ("demonstration", fields.BooleanField(db_default=False)),
                ("secret", fields.BooleanField(null=True)),
                ("status_reason", Words(null=True, generated=False, unique=False)),
                ("title", Words(null=True, generated=False, unique=False)),
                ("description", Words(null=True, generated=False, unique=False)),
                ("language", Word(null=True, generated=False, unique=False)),
                ("service_code", Word(null=True, generated=False, unique=False)),
                ("category", Word(null=True, generated=False, unique=False)),
                ("channel", Word(null=True, generated=False, unique=False)),
                ("address", Words(null=True, generated=False, unique=False)),
                ("area_code", Word(null=True, generated=False, unique=False)),
                ("latitude", fields.FloatField(null=True)),
                ("longitude", fields.FloatField(null=True)),
                ("created_at", Instant(null=True, generated=False, unique=False)),
                ("created_precision", Word(db_default="INSTANT", generated=False, null=False, unique=False)),
                ("received_at", Instant(null=True, generated=False, unique=False)),
                ("updated_at", Instant(null=True, generated=False, unique=False)),
                ("due_at", Instant(null=True, generated=False, unique=False)),
                ("closed_at", Instant(null=True, generated=False, unique=False)),
                ("assignee", Words(null=True, generated=False, unique=False)),
                ("duplicate_of", Word(null=True, generated=False, unique=False)),
                ("handed_over_at", Instant(null=True, generated=False, unique=False)),
                ("participants", Words(db_default="[]", generated=False, null=False, unique=False)),
                ("folded", Words(db_default="", generated=False, null=False, unique=False)),
                ("listed", fields.BooleanField(db_default=True)),
                ("messages_held", fields.BooleanField(db_default=False)),
                ("events_held", fields.BooleanField(db_default=False)),
                ("decisions_held", fields.BooleanField(db_default=False)),
                ("attachments_held", fields.BooleanField(db_default=False)),
            ],
            options={"table": "complaint", "app": "store", "unique_together": (("source", "source_id"),), "pk_attr": "id", "table_description": "One row of the lists: own, pending or mirrored."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Message",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("complaint", fields.ForeignKeyField("store.Complaint", source_field="complaint_id", db_constraint=True, to_field="id", related_name="messages", on_delete=OnDelete.RESTRICT)),
                ("position", fields.IntField()),
                ("source_id", Word(generated=False, null=False, unique=False)),
                ("author", Word(generated=False, null=False, unique=False)),
                ("visibility", Word(db_default="INTERNAL", generated=False, null=False, unique=False)),
                ("body", Words(generated=False, null=False, unique=False)),
                ("at", Instant(generated=False, null=False, unique=False)),
                ("language", Word(null=True, generated=False, unique=False)),
            ],
            options={"table": "message", "app": "store", "unique_together": (("complaint", "position"),), "pk_attr": "id", "table_description": "Something said in a case."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Event",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("complaint", fields.ForeignKeyField("store.Complaint", source_field="complaint_id", db_constraint=True, to_field="id", related_name="events", on_delete=OnDelete.RESTRICT)),
                ("position", fields.IntField()),
                ("source_id", Word(generated=False, null=False, unique=False)),
                ("kind", Word(generated=False, null=False, unique=False)),
                ("at", Instant(generated=False, null=False, unique=False)),
                ("status", Word(null=True, generated=False, unique=False)),
                ("raw_status", Words(null=True, generated=False, unique=False)),
                ("agency_code", Word(null=True, generated=False, unique=False)),
                ("source_at", Instant(null=True, generated=False, unique=False)),
            ],
            options={"table": "event", "app": "store", "unique_together": (("complaint", "position"),), "pk_attr": "id", "table_description": "Something that happened to a case."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Decision",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("complaint", fields.ForeignKeyField("store.Complaint", source_field="complaint_id", db_constraint=True, to_field="id", related_name="decisions", on_delete=OnDelete.RESTRICT)),
                ("position", fields.IntField()),
                ("source_id", Word(generated=False, null=False, unique=False)),
                ("outcome", Word(generated=False, null=False, unique=False)),
                ("reasons", Words(generated=False, null=False, unique=False)),
                ("at", Instant(generated=False, null=False, unique=False)),
                ("legal_basis", Words(null=True, generated=False, unique=False)),
                ("notified_at", Instant(null=True, generated=False, unique=False)),
                ("instead", Words(null=True, generated=False, unique=False)),
                ("rating", fields.IntField(null=True)),
                ("rating_comment", Words(null=True, generated=False, unique=False)),
                ("rated_at", Instant(null=True, generated=False, unique=False)),
                ("source_at", Instant(null=True, generated=False, unique=False)),
                ("answered_without_reasons", fields.BooleanField(db_default=False)),
            ],
            options={"table": "decision", "app": "store", "unique_together": (("complaint", "position"),), "pk_attr": "id", "table_description": "A reasoned answer."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Attachment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("complaint", fields.ForeignKeyField("store.Complaint", source_field="complaint_id", db_constraint=True, to_field="id", related_name="attachments", on_delete=OnDelete.RESTRICT)),
                ("position", fields.IntField()),
                ("source_id", Word(generated=False, null=False, unique=False)),
                ("name", Words(null=True, generated=False, unique=False)),
                ("media_type", Word(null=True, generated=False, unique=False)),
                ("bytes", fields.BigIntField(null=True)),
                ("sha256", Word(null=True, generated=False, unique=False)),
                ("url", Words(null=True, generated=False, unique=False)),
                ("at", Instant(null=True, generated=False, unique=False)),
                ("author", Word(null=True, generated=False, unique=False)),
                ("message", Word(null=True, generated=False, unique=False)),
                ("decision", Word(null=True, generated=False, unique=False)),
            ],
            options={"table": "attachment", "app": "store", "unique_together": (("complaint", "position"),), "pk_attr": "id", "table_description": "What is known of a file, whose content is kept elsewhere."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Notice",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("complaint", fields.ForeignKeyField("store.Complaint", source_field="complaint_id", db_constraint=True, to_field="id", related_name="notices", on_delete=OnDelete.RESTRICT)),
                ("cycle", fields.IntField()),
                ("extension", fields.IntField()),
                ("name", Word(generated=False, null=False, unique=False)),
                ("kind", Word(generated=False, null=False, unique=False)),
                ("days", fields.IntField(null=True)),
                ("at", Instant(generated=False, null=False, unique=False)),
                ("told_at", Instant(generated=False, null=False, unique=False)),
            ],
            options={"table": "notice", "app": "store", "unique_together": (("complaint", "cycle", "extension", "name"),), "pk_attr": "id", "table_description": "What had to be told of a case by its clock, once."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MirrorState",
            fields=[
                ("source", Word(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("heard_at", Instant(generated=False, null=False, unique=False)),
            ],
            options={"table": "mirror_state", "app": "store", "pk_attr": "source", "table_description": "When a mirrored source was last heard in full."},
            bases=["Model"],
        ),
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
        ops.CreateModel(
            name="ClockRound",
            fields=[
                ("name", Word(primary_key=True, unique=True, db_index=True, generated=False, null=False)),
                ("began_at", Instant(generated=False, null=False, unique=False)),
                ("going", fields.BooleanField()),
                ("after", fields.BigIntField()),
            ],
            options={"table": "clock_round", "app": "store", "pk_attr": "name", "table_description": "How far the clocks of all cases were looked at."},
            bases=["Model"],
        ),
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
        ops.CreateModel(
            name="FigureClass",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("agency_class", Word(generated=False, null=False, unique=False)),
                ("demonstration", fields.BooleanField()),
                ("agencies", fields.IntField()),
                ("covered", fields.IntField()),
                ("as_of", Instant(generated=False, null=False, unique=False)),
                ("counted_at", Instant(generated=False, null=False, unique=False)),
            ],
            options={"table": "figure_class", "app": "store", "unique_together": (("agency_class", "demonstration"),), "pk_attr": "id", "table_description": "For how many administrations of a class the public figures are counted."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FigureMonth",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("agency_class", Word(generated=False, null=False, unique=False)),
                ("demonstration", fields.BooleanField()),
                ("month", Word(generated=False, null=False, unique=False)),
                ("received", fields.IntField()),
                ("in_treatment", fields.IntField()),
                ("treated", fields.IntField()),
                ("dropped", fields.IntField()),
                ("answered", fields.IntField()),
                ("answer_days", fields.BigIntField()),
                ("reopened", fields.IntField()),
                ("rated", fields.IntField()),
                ("satisfied", fields.IntField()),
            ],
            options={"table": "figure_month", "app": "store", "unique_together": (("agency_class", "demonstration", "month"),), "pk_attr": "id", "table_description": "The public figures of a class and a month of reception."},
            bases=["Model"],
        ),
        RunOn(
            postgres=[MIRROR_ROW_POSTGRES, CHANGED_CASE_POSTGRES, *INDEXES],
            sqlite=[MIRROR_ROW_SQLITE, CHANGED_CASE_SQLITE, *INDEXES],
        ),
    ]
