"""The words by which rare cases are looked up, and an agency's own walk.

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


READ = ", ".join(ARGUMENTS)
OLD, NEW = sqlite_words("old."), sqlite_words("new.")
FORGET = (
    "INSERT INTO complaint_words (complaint_words, rowid, words)"
    f" VALUES ('delete', old.id, {OLD});"
)
NOTE = f"INSERT INTO complaint_words (rowid, words) VALUES (new.id, {NEW});"


class Migration(migrations.Migration):
    dependencies = [("store", "0003_mirror_passes")]

    operations = [
        RunOn(
            postgres=[
                f"CREATE FUNCTION complaint_words"
                f" ({', '.join(f'{name} {kind}' for name, kind in ARGUMENTS.items())})"
                " RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE"
                f" RETURN {postgres_words()}",
                "CREATE INDEX complaint_folded_words ON complaint"
                f" USING gin (folded gin_trgm_ops, {CALL})",
                "DROP INDEX complaint_folded",
                "CREATE INDEX complaint_agency_created ON complaint (agency_code,"
                " coalesce(created_at, '-infinity'::timestamptz), source, source_id) WHERE listed",
                "DROP INDEX complaint_agency",
            ],
            sqlite=[
                f"CREATE VIEW complaint_worded AS SELECT id, {sqlite_words('')} AS words"
                " FROM complaint",
                "CREATE VIRTUAL TABLE complaint_words USING fts5 (words,"
                " content='complaint_worded', content_rowid='id', tokenize='ascii',"
                " detail='none', columnsize=0)",
                f"CREATE TRIGGER complaint_words_insert AFTER INSERT ON complaint BEGIN {NOTE} END",
                "CREATE TRIGGER complaint_words_delete AFTER DELETE ON complaint"
                f" BEGIN {FORGET} END",
                f"CREATE TRIGGER complaint_words_update AFTER UPDATE OF {READ} ON complaint"
                f" WHEN ({OLD}) IS NOT ({NEW}) BEGIN {FORGET} {NOTE} END",
                "INSERT INTO complaint_words (complaint_words) VALUES ('rebuild')",
                "CREATE INDEX complaint_agency_created ON complaint (agency_code,"
                " coalesce(created_at, -9223372036854775808), source, source_id) WHERE listed",
                "DROP INDEX complaint_agency",
            ],
        )
    ]
