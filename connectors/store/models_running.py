"""Further tables of the store: what the running gateway keeps that is about no case."""

from tortoise import fields
from tortoise.models import Model

from connectors.store.columns import Digest, Instant, Word


class MirrorPass(Model):
    """How far the reading of a mirrored source has come."""

    source = Word(primary_key=True)
    step = fields.BigIntField()
    """Counts every write, so that whoever was overtaken notices."""
    number = fields.BigIntField(db_default=0)
    """Counts the full passes begun."""
    full_number = fields.BigIntField(db_default=0)
    """The last of them that came to its end, begun at `full_at`."""
    full_at = Instant(null=True)
    watermark = Instant(null=True)
    going = fields.BooleanField(db_default=False)
    """Whether a pass is under way or was broken off; the rest is about it."""
    whole = fields.BooleanField(db_default=False)
    way = Word(db_default="")
    began_at = Instant(null=True)
    since = Instant(null=True)
    after_at = Instant(null=True)
    after_id = Word(null=True)
    token = Word(null=True)
    latest_at = Instant(null=True)

    class Meta:
        """Names for the database."""

        table = "mirror_pass"


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


class ClockRound(Model):
    """How far the clocks of all cases were looked at."""

    name = Word(primary_key=True)
    began_at = Instant()
    going = fields.BooleanField()
    after = fields.BigIntField()

    class Meta:
        """Names for the database."""

        table = "clock_round"


class Restoration(Model):
    """That the store was put back from a backup, which is one row."""

    name = Word(primary_key=True)
    known_to = Instant(null=True)
    """When the last was done that it knew then; None: nothing ever was."""
    reconciled_at = Instant(null=True)
    """When the agencies were asked what it does not know; None: not yet."""

    class Meta:
        """Names for the database."""

        table = "restoration"


class FigureClass(Model):
    """For how many administrations of a class the public figures are counted."""

    id = fields.BigIntField(primary_key=True)
    agency_class = Word()
    demonstration = fields.BooleanField()
    agencies = fields.IntField()
    covered = fields.IntField()
    as_of = Instant()
    counted_at = Instant()

    class Meta:
        """Names for the database."""

        table = "figure_class"
        unique_together = (("agency_class", "demonstration"),)


class FigureMonth(Model):
    """The public figures of a class and a month of reception."""

    id = fields.BigIntField(primary_key=True)
    agency_class = Word()
    demonstration = fields.BooleanField()
    month = Word()
    """As `2026-03`: sorted as months are."""
    received = fields.IntField()
    in_treatment = fields.IntField()
    treated = fields.IntField()
    dropped = fields.IntField()
    answered = fields.IntField()
    answer_days = fields.BigIntField()
    reopened = fields.IntField()
    rated = fields.IntField()
    satisfied = fields.IntField()

    class Meta:
        """Names for the database."""

        table = "figure_month"
        unique_together = (("agency_class", "demonstration", "month"),)
