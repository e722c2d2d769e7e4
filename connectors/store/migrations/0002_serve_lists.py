"""The indexes that pages, filters and text search walk.

A list is ordered by a time with unknown ones last, whichever end comes first; so each time is
indexed twice, once with its nulls put after everything and once before. On SQLite those indexes
hold the agency too: a walk passes by the rows of other agencies without reading them.
"""

from tortoise import migrations

from connectors.store.operations import RunOn

TIMES = ("created_at", "updated_at", "received_at", "due_at", "closed_at")


def orders(before: str, after: str, *held: str) -> list[str]:
    return [
        f"CREATE INDEX complaint_{time}_{end} ON complaint"
        f" ({', '.join((f'coalesce({time}, {sentinel})', 'source', 'source_id', *held))})"
        " WHERE listed"
        for time in TIMES
        for end, sentinel in (("asc", after), ("desc", before))
    ]


def statistics(before: str, after: str) -> list[str]:
    """A partial index brings PostgreSQL none, and without it takes every range for a short one."""
    return [
        f"CREATE STATISTICS complaint_{time}_{end}_spread ON (coalesce({time}, {sentinel}))"
        " FROM complaint"
        for time in TIMES
        for end, sentinel in (("asc", after), ("desc", before))
    ]


FILTERS = [
    "CREATE INDEX complaint_agency ON complaint (agency_code) WHERE listed",
    "CREATE INDEX complaint_place ON complaint (latitude, longitude) WHERE listed",
]

REINDEX = "INSERT INTO complaint_text (rowid, folded) VALUES (new.id, new.folded);"
FORGET = (
    "INSERT INTO complaint_text (complaint_text, rowid, folded)"
    " VALUES ('delete', old.id, old.folded);"
)


class Migration(migrations.Migration):
    dependencies = [("store", "0001_tables")]

    operations = [
        RunOn(
            postgres=[
                *orders("'-infinity'::timestamptz", "'infinity'::timestamptz"),
                *statistics("'-infinity'::timestamptz", "'infinity'::timestamptz"),
                *FILTERS,
                "CREATE EXTENSION IF NOT EXISTS pg_trgm",
                "CREATE INDEX complaint_folded ON complaint USING gin (folded gin_trgm_ops)",
            ],
            sqlite=[
                *orders("-9223372036854775808", "9223372036854775807", "agency_code"),
                *FILTERS,
                "CREATE VIRTUAL TABLE complaint_text USING fts5"
                " (folded, content='complaint', content_rowid='id', tokenize='trigram')",
                "CREATE TRIGGER complaint_text_insert AFTER INSERT ON complaint"
                f" BEGIN {REINDEX} END",
                "CREATE TRIGGER complaint_text_delete AFTER DELETE ON complaint"
                f" BEGIN {FORGET} END",
                "CREATE TRIGGER complaint_text_update AFTER UPDATE OF folded ON complaint"
                f" WHEN old.folded IS NOT new.folded BEGIN {FORGET} {REINDEX} END",
                "INSERT INTO complaint_text (complaint_text) VALUES ('rebuild')",
            ],
        )
    ]
