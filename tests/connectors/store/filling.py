"""Fill a database as far as it is migrated."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from tortoise.migrations.operations import CreateModel

from connectors.contract.figures import Counts
from connectors.store import Store, migrating, migrations
from connectors.testing.scenario import NOON


async def fill(store: Store, step: str) -> None:
    """A row in every table of the models that there is after `step`, with the columns it insists on."""
    dialect = store._engine.dialect
    at = dialect.write(NOON)
    rows: Sequence[tuple[str, dict[str, Any]]] = (
        (
            "complaint",
            {"source": "store", "source_id": "1", "mode": "OWN", "heard_at": at}
            | {"agency_code": "a", "status": "SUBMITTED", "kind": "COMPLAINT", "created_at": at}
            | {"title": "شكاية", "folded": "شكايه", "messages_held": True},
        ),
        (
            "message",
            {"complaint_id": 1, "position": 0, "source_id": "m", "author": "AGENCY"}
            | {"body": "n", "at": at},
        ),
        (
            "event",
            {"complaint_id": 1, "position": 0, "source_id": "e", "kind": "FILED", "at": at},
        ),
        (
            "decision",
            {"complaint_id": 1, "position": 0, "source_id": "d", "outcome": "UPHELD"}
            | {"reasons": "", "at": at},
        ),
        ("attachment", {"complaint_id": 1, "position": 0, "source_id": "f"}),
        (
            "ledger",
            {"reference": "1", "code_hash": b"", "source": "store", "source_id": "1"}
            | {"agency_code": "a", "mode": "OWN", "subject": "s", "idempotency_key": "k"}
            | {"content_digest": b"", "received_at": at},
        ),
        ("complainant", {"ledger_id": 1, "name": "n"}),
        (
            "notice",
            {"complaint_id": 1, "cycle": 0, "extension": 0, "name": "n", "kind": "k"}
            | {"at": at, "told_at": at},
        ),
        (
            "complainant_look",
            {"ledger_id": 1, "subject": "s", "role": "r", "purpose": "p", "at": at},
        ),
        (
            "history",
            {"ledger_id": 1, "number": 0, "act": "a", "author": "w", "subject": "s", "at": at}
            | {"version": 1, "body_digest": b"", "previous": b"", "digest": b""},
        ),
        ("history_body", {"history_id": 1, "salt": b"", "body": ""}),
        (
            "outbox",
            {"ledger_id": 1, "position": 0, "agency_code": "a", "source": "city"}
            | {"act": "a", "verb": "v"}
            | {"idempotency_key": "k", "state": "PENDING", "created_at": at, "next_at": at},
        ),
        ("heard_message", {"ledger_id": 1, "source": "city", "source_id": "m"}),
        (
            "letter",
            {"ledger_id": 1, "kind": "k", "cause": "v1", "name": "n", "state": "PENDING"}
            | {"queued_at": at, "next_at": at},
        ),
        ("letter_stop", {"digest": b"", "at": at}),
        ("former_place", {"ledger_id": 1, "source": "city", "source_id": "1"}),
        (
            "upload",
            {"id": "u", "name": "n", "media_type": "image/png", "bytes": 1, "sha256": "s"}
            | {"at": at, "ledger_id": 1},
        ),
        ("mirror_state", {"source": "city", "heard_at": at}),
        ("mirror_pass", {"source": "city", "step": 1}),
        ("clock_round", {"name": "n", "began_at": at, "going": False, "after": 0}),
        (
            "loop_beat",
            {"process": "p", "loop": "l", "period_seconds": 1.0, "beat_at": at}
            | {"failures": 0, "told_at": at},
        ),
        ("restoration", {"name": "last", "known_to": at}),
        ("session", {"name": "n", "content": b"", "ends_at": at, "last_at": at}),
        (
            "figure_class",
            {"agency_class": "EEP", "demonstration": False, "agencies": 1, "covered": 1}
            | {"as_of": at, "counted_at": at},
        ),
        (
            "figure_month",
            {"agency_class": "EEP", "demonstration": False, "month": "2026-03"}
            | dict.fromkeys(Counts._fields, 0),
        ),
    )
    known = migrating.known()
    made = {table for name in known[: known.index(step) + 1] for table in _made_by(name)}
    assert made <= {table for table, _ in rows}
    async with store._engine.transaction() as transaction:
        for table, values in rows:
            if table not in made:
                continue
            marks = ", ".join(f"{dialect.marker}{at}" for at in range(1, len(values) + 1))
            await transaction.fetch(
                f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})",  # noqa: S608
                list(values.values()),
            )


def _made_by(name: str) -> list[str]:
    operations = import_module(f"{migrations.__name__}.{name}").Migration.operations
    return [each.options["table"] for each in operations if isinstance(each, CreateModel)]
