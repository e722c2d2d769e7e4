"""Which cases changed last, and in what order: what subscribers read, and go on reading from.

One row for each case and agency, written anew by each change, so that it does not grow with what
happens. `position` tells the order: on PostgreSQL the transaction that changed the case, so that
whoever reads can tell what had been committed by then; on SQLite a number that only grows.
"""

from tortoise import migrations

from connectors.store.operations import RunOn

_INDEXES = [
    "CREATE INDEX changed_case_agency ON changed_case (agency_code, position, case_id)",
    "CREATE INDEX changed_case_position ON changed_case (position, case_id, agency_code)",
]


class Migration(migrations.Migration):
    dependencies = [("store", "0009_sessions")]

    operations = [
        RunOn(
            postgres=[
                'CREATE TABLE changed_case (case_id TEXT COLLATE "C" NOT NULL,'
                ' agency_code TEXT COLLATE "C" NOT NULL, position BIGINT NOT NULL,'
                " version BIGINT NOT NULL, here BOOLEAN NOT NULL,"
                " PRIMARY KEY (case_id, agency_code))",
                *_INDEXES,
            ],
            sqlite=[
                "CREATE TABLE changed_case (case_id TEXT NOT NULL, agency_code TEXT NOT NULL,"
                " position BIGINT NOT NULL, version BIGINT NOT NULL, here BOOLEAN NOT NULL,"
                " PRIMARY KEY (case_id, agency_code)) WITHOUT ROWID",
                *_INDEXES,
            ],
        ),
    ]
