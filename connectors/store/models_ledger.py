"""The tables of what passed the gateway: the ledger, its history, and what is still to be told."""

from typing import Any

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from connectors.store.columns import Digest, Instant, Word, Words


class Ledger(Model):
    """A case that passed the gateway: receipt, idempotency and where the case is held now."""

    id = fields.BigIntField(primary_key=True)
    reference = Word(unique=True)
    generation = fields.IntField(db_default=1)
    code_hash = Digest()
    source = Word()
    source_id = Word()
    agency_code = Word()
    mode = Word()
    subject = Word()
    """Whoever complains, if they filed it themselves; else empty."""
    adopted = fields.BooleanField(db_default=False)
    """Whether an act took it in that was not filed here."""
    secret = fields.BooleanField(db_default=False)
    idempotency_key = Word()
    content_digest = Digest()
    attributes = Words(db_default="{}")
    received_at = Instant()
    due_at = Instant(null=True)
    complaint: Any = fields.ForeignKeyField(
        "store.Complaint", related_name="ledger", null=True, on_delete=OnDelete.RESTRICT
    )
    """What is kept here of the case: all of it, or, once another system has it, our account."""
    heard_status = Word(null=True)
    """Where the other system last said that the case stands."""
    heard_digest = Digest(null=True)
    """Of what it last told, without words of people's; None if that is to be looked at again."""
    follow_at = Instant(null=True)
    """When it is asked next; None: never, unless something is done in the case."""

    class Meta:
        """Names for the database."""

        table = "ledger"
        unique_together = (("subject", "idempotency_key"),)


class FormerPlace(Model):
    """Where a case was held before it went on: by that id it is found for ever."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.ForeignKeyField(
        "store.Ledger", related_name="former_places", on_delete=OnDelete.RESTRICT
    )
    source = Word()
    source_id = Word()

    class Meta:
        """Names for the database."""

        table = "former_place"
        unique_together = (("source", "source_id"), ("ledger", "source"))


class Complainant(Model):
    """Who filed a case, kept apart so that it can be withheld and erased alone."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.OneToOneField(
        "store.Ledger", related_name="complainant", on_delete=OnDelete.RESTRICT
    )
    name = Words(null=True)
    phone = Words(null=True)
    email = Words(null=True)
    on_behalf_of = Words(null=True)
    """The name of the person or body for whom they act; None: for themselves."""
    mandate = Word(null=True)
    person_type = Word(null=True)
    language = Word(null=True)
    """In which they are written to."""

    class Meta:
        """Names for the database."""

        table = "complainant"


class Look(Model):
    """That somebody saw who complains, written down for good."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.ForeignKeyField(
        "store.Ledger", related_name="looks", on_delete=OnDelete.RESTRICT
    )
    subject = Word()
    role = Word()
    purpose = Words()
    at = Instant()

    class Meta:
        """Names for the database."""

        table = "complainant_look"


class History(Model):
    """One thing that was done in a case, chained to the one before."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.ForeignKeyField(
        "store.Ledger", related_name="history", on_delete=OnDelete.RESTRICT
    )
    number = fields.IntField()
    act = Word()
    author = Word()
    subject = Word()
    idempotency_key = Word(null=True)
    """None for the filing, whose key the ledger holds."""
    at = Instant()
    status = Word(null=True)
    version = fields.BigIntField()
    body_digest = Digest()
    previous = Digest()
    digest = Digest()

    class Meta:
        """Names for the database."""

        table = "history"
        unique_together = (("ledger", "number"), ("subject", "idempotency_key"))


class HistoryBody(Model):
    """What was given with it, kept apart so that it can be erased alone."""

    id = fields.BigIntField(primary_key=True)
    history: Any = fields.OneToOneField(
        "store.History", related_name="body", on_delete=OnDelete.RESTRICT
    )
    salt = Digest()
    body = Words()

    class Meta:
        """Names for the database."""

        table = "history_body"


class Outbox(Model):
    """Something that an agency's system is to hear, and how far that has come."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.ForeignKeyField(
        "store.Ledger", related_name="outbox", on_delete=OnDelete.RESTRICT
    )
    position = fields.IntField()
    """Counted in the case: the order in which it is told."""
    agency_code = Word()
    """Whose officers see to it."""
    source = Word()
    source_id = Word(null=True)
    """By which that system knows the case; None until it has taken the filing."""
    act = Word()
    verb = Word()
    payload = Words(null=True)
    """What is said; None for a filing, and for what has arrived."""
    idempotency_key = Word()
    state = Word()
    attempts = fields.IntField(db_default=0)
    maybe_sent = fields.BooleanField(db_default=False)
    created_at = Instant()
    next_at = Instant()
    tried_at = Instant(null=True)
    lease_until = Instant(null=True)
    code = Word(null=True)
    token = Word(null=True)
    done_at = Instant(null=True)

    class Meta:
        """Names for the database."""

        table = "outbox"
        unique_together = (("ledger", "position"),)


class Upload(Model):
    """A file that somebody sent, whose content is kept elsewhere."""

    id = Word(primary_key=True)
    name = Words()
    media_type = Word()
    bytes = fields.BigIntField()
    sha256 = Word()
    at = Instant()
    ledger: Any = fields.ForeignKeyField(
        "store.Ledger", related_name="uploads", null=True, on_delete=OnDelete.RESTRICT
    )
    """The case to which an act attached it; None: a draft, which anyone who has its id may attach."""

    class Meta:
        """Names for the database."""

        table = "upload"


class HeardMessage(Model):
    """That a message of the other system is known here."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.ForeignKeyField(
        "store.Ledger", related_name="heard", on_delete=OnDelete.RESTRICT
    )
    source = Word()
    source_id = Word()
    """By which that system knows it."""
    ours = Word(null=True)
    """The link of the history with which it was said here; None: it was said there."""

    class Meta:
        """Names for the database."""

        table = "heard_message"
        unique_together = (("ledger", "source", "source_id"),)


class Letter(Model):
    """A letter to whoever complains, and how far it has come, without what it says."""

    id = fields.BigIntField(primary_key=True)
    ledger: Any = fields.ForeignKeyField(
        "store.Ledger", related_name="letters", on_delete=OnDelete.RESTRICT
    )
    kind = Word()
    cause = Word()
    """What it is about: a version of the case, or a notice of its clock."""
    name = Word()
    state = Word()
    attempts = fields.IntField(db_default=0)
    queued_at = Instant()
    next_at = Instant()
    """When it is tried; while an attempt is under way, when that counts as cut off."""
    tried_at = Instant(null=True)
    done_at = Instant(null=True)
    code = Word(null=True)

    class Meta:
        """Names for the database."""

        table = "letter"
        unique_together = (("ledger", "cause"),)


class LetterStop(Model):
    """An address at which no letters are wanted, by its keyed hash."""

    digest = Digest(primary_key=True)
    at = Instant()

    class Meta:
        """Names for the database."""

        table = "letter_stop"
