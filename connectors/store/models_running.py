"""Further tables of the store: what the running gateway keeps that is about no case."""

from tortoise import fields
from tortoise.models import Model

from connectors.store.columns import Digest, Instant, Word


class LoopBeat(Model):
    """When a loop of a process was last heard."""

    id = fields.BigIntField(primary_key=True)
    process = Word()
    loop = Word()
    period_seconds = fields.FloatField()
    beat_at = Instant()
    failures = fields.IntField()
    told_at = Instant()

    class Meta:
        """Names for the database."""

        table = "loop_beat"
        unique_together = (("process", "loop"),)


class Session(Model):
    """A session of a browser, which a row alone does not tell whose it is."""

    name = Word(primary_key=True)
    content = Digest()
    ends_at = Instant()
    last_at = Instant()

    class Meta:
        """Names for the database."""

        table = "session"
