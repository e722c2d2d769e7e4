"""The indexes that pages, filters and text search walk, and the words by which rare cases are found.

A list is ordered by a time with unknown ones last, whichever end comes first; so each time is
indexed twice, once with its nulls put after everything and once before. On SQLite those indexes
hold the agency too: a walk passes by the rows of other agencies without reading them.

Each row has a word for each of its values, spans and cells; one inverted index intersects as many
of them as a question names. On PostgreSQL the same index holds the trigrams of the text, so words
and text intersect too; on SQLite the words have a table of their own.
"""

from tortoise import migrations

from connectors.store.operations import RunOn

NAMES = {
    "a": "agency_code",
    "s": "status",
    "k": "kind",
    "h": "channel",
    "v": "service_code",
    "g": "category",
    "r": "area_code",
}
TIMES = {
    "c": "created_at",
    "u": "updated_at",
    "e": "received_at",
    "d": "due_at",
    "l": "closed_at",
}
CELLS = {"p": 10, "q": 1}
FIRST, LAST, SPAN_SECONDS, COARSE = 365, 975, 2_592_000, 16
ON_EARTH = "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180"

ARGUMENTS = {
    **dict.fromkeys(NAMES.values(), "text"),
    "latitude": "double precision",
    "longitude": "double precision",
    **dict.fromkeys(TIMES.values(), "timestamptz"),
}
CALL = f"complaint_words({', '.join(ARGUMENTS)})"


def postgres_words() -> str:
    words = [f"'{letter}' || {column}" for letter, column in NAMES.items()]
    for letter, column in TIMES.items():
        span = (
            f"greatest({FIRST}, least({LAST},"
            f" floor(extract(epoch FROM {column} AT TIME ZONE 'UTC') / {SPAN_SECONDS})))::int"
        )
        words += [
            f"CASE WHEN {column} IS NULL THEN '{letter}n' ELSE '{letter}' || {span} END",
            f"CASE WHEN {column} IS NULL THEN NULL ELSE '{letter}x' || ({span} / {COARSE}) END",
        ]
    words += [
        f"CASE WHEN {ON_EARTH} THEN '{letter}' ||"
        f" (floor((latitude + 90) * {per_degree})::bigint * 3600"
        f" + floor((longitude + 180) * {per_degree})::bigint) END"
        for letter, per_degree in CELLS.items()
    ]
    return f"array_remove(ARRAY[{', '.join(words)}], NULL)"


def sqlite_words(row: str) -> str:
    words = [
        f"CASE WHEN {row}{column} IS NOT NULL THEN '{letter}' || hex({row}{column}) END"
        for letter, column in NAMES.items()
    ]
    for letter, column in TIMES.items():
        span = f"max({FIRST}, min({LAST}, {row}{column} / {SPAN_SECONDS * 1_000_000}))"
        words += [
            f"CASE WHEN {row}{column} IS NULL THEN '{letter}n' ELSE '{letter}' || {span} END",
            f"CASE WHEN {row}{column} IS NOT NULL THEN '{letter}x' || ({span} / {COARSE}) END",
        ]
    on_earth = ON_EARTH.replace("latitude", f"{row}latitude").replace("longitude", f"{row}longitude")
    words += [
        f"CASE WHEN {on_earth} THEN '{letter}' ||"
        f" (CAST(({row}latitude + 90) * {per_degree} AS INTEGER) * 3600"
        f" + CAST(({row}longitude + 180) * {per_degree} AS INTEGER)) END"
        for letter, per_degree in CELLS.items()
    ]
    return " || ' ' || ".join(f"coalesce({word}, '')" for word in words)




def orders(before: str, after: str, *held: str) -> list[str]:
    return [
        f"CREATE INDEX complaint_{time}_{end} ON complaint"
        f" ({', '.join((f'coalesce({time}, {sentinel})', 'source', 'source_id', *held))})"
        " WHERE listed"
        for time in TIMES.values()
        for end, sentinel in (("asc", after), ("desc", before))
    ]


def statistics(before: str, after: str) -> list[str]:
    """A partial index brings PostgreSQL none, and without it takes every range for a short one."""
    return [
        f"CREATE STATISTICS complaint_{time}_{end}_spread ON (coalesce({time}, {sentinel}))"
        " FROM complaint"
        for time in TIMES.values()
        for end, sentinel in (("asc", after), ("desc", before))
    ]


def own_walks(before: str) -> list[str]:
    return [
        f"CREATE INDEX complaint_{name}_created ON complaint ({name}_code,"
        f" coalesce(created_at, {before}), source, source_id) WHERE listed"
        for name in ("agency", "area")
    ]


BEFORE_POSTGRES, AFTER_POSTGRES = "'-infinity'::timestamptz", "'infinity'::timestamptz"
BEFORE_SQLITE, AFTER_SQLITE = "-9223372036854775808", "9223372036854775807"

FILTERS = (
    "CREATE INDEX complaint_place ON complaint (latitude, longitude) WHERE listed",
    # Whose clock runs, or who may be closed by it.
    "CREATE INDEX complaint_watched ON complaint (id) WHERE (status IN ('ACKNOWLEDGED',"
    " 'AWAITING_COMPLAINANT', 'AWAITING_THIRD_PARTY', 'IN_PROGRESS', 'REOPENED', 'SUBMITTED',"
    " 'UNDER_ASSESSMENT') OR (status = 'ANSWERED' AND mode = 'OWN' AND reference IS NOT NULL))",
)

WORDS_POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"CREATE FUNCTION complaint_words ({', '.join(f'{name} {kind}' for name, kind in ARGUMENTS.items())})"
    " RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    f" RETURN {postgres_words()}",
    "CREATE INDEX complaint_folded_words ON complaint"
    f" USING gin (folded gin_trgm_ops, complaint_words({', '.join(ARGUMENTS)}))",
)

FORGET_TEXT = (
    "INSERT INTO complaint_text (complaint_text, rowid, folded)"
    " VALUES ('delete', old.id, old.folded);"
)
NOTE_TEXT = "INSERT INTO complaint_text (rowid, folded) VALUES (new.id, new.folded);"
TEXT_SQLITE = (
    "CREATE VIRTUAL TABLE complaint_text USING fts5"
    " (folded, content='complaint', content_rowid='id', tokenize='trigram')",
    f"CREATE TRIGGER complaint_text_insert AFTER INSERT ON complaint BEGIN {NOTE_TEXT} END",
    f"CREATE TRIGGER complaint_text_delete AFTER DELETE ON complaint BEGIN {FORGET_TEXT} END",
    "CREATE TRIGGER complaint_text_update AFTER UPDATE OF folded ON complaint"
    f" WHEN old.folded IS NOT new.folded BEGIN {FORGET_TEXT} {NOTE_TEXT} END",
    "INSERT INTO complaint_text (complaint_text) VALUES ('rebuild')",
)

OLD, NEW = sqlite_words("old."), sqlite_words("new.")
FORGET_WORDS = (
    "INSERT INTO complaint_words (complaint_words, rowid, words)"
    f" VALUES ('delete', old.id, {OLD});"
)
NOTE_WORDS = f"INSERT INTO complaint_words (rowid, words) VALUES (new.id, {NEW});"
WORDS_SQLITE = (
    f"CREATE VIEW complaint_worded AS SELECT id, {sqlite_words('')} AS words FROM complaint",
    "CREATE VIRTUAL TABLE complaint_words USING fts5 (words, content='complaint_worded',"
    " content_rowid='id', tokenize='ascii', detail='none', columnsize=0)",
    f"CREATE TRIGGER complaint_words_insert AFTER INSERT ON complaint BEGIN {NOTE_WORDS} END",
    f"CREATE TRIGGER complaint_words_delete AFTER DELETE ON complaint BEGIN {FORGET_WORDS} END",
    f"CREATE TRIGGER complaint_words_update AFTER UPDATE OF {', '.join(ARGUMENTS)} ON complaint"
    f" WHEN ({OLD}) IS NOT ({NEW}) BEGIN {FORGET_WORDS} {NOTE_WORDS} END",
    "INSERT INTO complaint_words (complaint_words) VALUES ('rebuild')",
)


class Migration(migrations.Migration):
    dependencies = [("store", "0002_ledger")]

    operations = [
        RunOn(
            postgres=[
                *orders(BEFORE_POSTGRES, AFTER_POSTGRES),
                *statistics(BEFORE_POSTGRES, AFTER_POSTGRES),
                *own_walks(BEFORE_POSTGRES),
                *FILTERS,
                *WORDS_POSTGRES,
            ],
            sqlite=[
                *orders(BEFORE_SQLITE, AFTER_SQLITE, "agency_code"),
                *own_walks(BEFORE_SQLITE),
                *FILTERS,
                *TEXT_SQLITE,
                *WORDS_SQLITE,
            ],
        )
    ]
