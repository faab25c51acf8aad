"""The tables of quotas. Only this package's own functions (and migrations) look in here."""

from __future__ import annotations

from django.db import models


class Target(models.Model):
    """What share of which results a unit has to digitize in a period. Never deleted: another one takes its place."""

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    """It holds for all units below, unless one of them has its own."""
    kind = models.CharField(max_length=8)
    """One of `quotas.states.Kind`."""
    first = models.DateField()
    last = models.DateField()
    share = models.DecimalField(max_digits=5, decimal_places=2)
    """Percent, 0–100."""
    basis = models.TextField()
    """The legal basis, as it is printed beside the number."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    """Since when it does not hold any more; None: it holds."""
    ended_by = models.CharField(max_length=200, default="")
    ended_reason = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "kind", "first", "last"],
                condition=models.Q(ended__isnull=True),
                name="target_once_at_a_time",
            ),
        )


class Baseline(models.Model):
    """The old results that count towards a period, frozen on a day, so that the denominator does not drift."""

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    """Root of the part of the organisation that it was frozen for."""
    first = models.DateField()
    last = models.DateField()
    lines = models.IntegerField()
    """How many were frozen."""
    digest = models.CharField(max_length=64)
    """SHA-256 (hex) of their ids in order, to show that none came or went."""
    reason = models.TextField(default="")
    """Why it was frozen anew; empty: the first of its kind."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["unit", "first", "last", "-id"], name="baseline_newest"),)


class BaselineLine(models.Model):
    """A line of a register that was frozen."""

    baseline = models.ForeignKey(Baseline, on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.ForeignKey("registers.Line", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["baseline", "line"], name="baseline_line_once"),)


class Snapshot(models.Model):
    """How far a unit was at the end of a day. Never changed: a later count of the same day is a revision of its own."""

    day = models.DateField()
    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "catalog.Unit", to_field="code", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The unit that it was counted under then; None: under none."""
    kind = models.CharField(max_length=8)
    """One of `quotas.states.Kind`."""
    first = models.DateField()
    """Of the period."""
    last = models.DateField()
    revision = models.IntegerField(default=0)
    reason = models.TextField(default="")
    """Why it was counted again; empty for revision 0."""
    share = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    """Percent that the unit was to reach; None: it had no target."""
    baseline = models.ForeignKey(Baseline, null=True, on_delete=models.PROTECT, related_name="+")
    own_frozen = models.IntegerField()
    """Without units below: lines in the baseline (of new results: lines issued)."""
    own_counted = models.IntegerField()
    """Of these, what still counts on that day: the denominator."""
    own_digitized = models.IntegerField()
    """Of the denominator, what is digitized: the numerator."""
    unapportioned = models.IntegerField(default=0)
    """Of `own_counted`, lines of units that were split among several: nobody can say whose they are."""
    frozen = models.IntegerField()
    """The same with all units below."""
    counted = models.IntegerField()
    digitized = models.IntegerField()
    results = models.IntegerField()
    """Results that the unit and those below have in the repository, of any kind."""
    pages = models.BigIntegerField()
    """Pages of these."""
    time = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "unit", "kind", "first", "last", "revision"], name="snapshot_once_per_revision"
            ),
        )
        indexes = (models.Index(fields=["unit", "kind", "first", "last", "day"], name="snapshot_of_unit"),)


class IssuedReport(models.Model):
    """A report as it was given out. Never changed: what a later count of the same period says is shown beside it."""

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    content = models.JSONField()
    """All its figures, see `quotas.reports`."""
    digest = models.CharField(max_length=64)
    """SHA-256 (hex) of the content."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["unit", "first", "last", "-id"], name="report_newest"),)


class Mailing(models.Model):
    """Who gets which report by e-mail, and when."""

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=16)
    """One of `quotas.periods.Span`."""
    day = models.IntegerField()
    """Day of the month after the period's end on which it is sent, 1–28."""
    recipients = models.JSONField()
    """E-mail addresses."""
    language = models.CharField(max_length=8, default="vi")
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, default="")


class Sending(models.Model):
    """That a report of a mailing was sent, or could not be."""

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="sendings")
    first = models.DateField()
    last = models.DateField()
    report = models.ForeignKey(IssuedReport, null=True, on_delete=models.PROTECT, related_name="+")
    attempts = models.IntegerField(default=0)
    sent = models.DateTimeField(null=True)
    fault = models.TextField(default="")
    """Why it could not be sent last; empty: no fault."""
    tried = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mailing", "first", "last"], name="sending_once"),)


class Figure(models.Model):
    """Figures of a unit that take too long to count while somebody waits for a dashboard. They stand beside what is
    counted towards a target, and are counted anew each night while their year runs.
    """

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    """Who answers for it; without units below."""
    name = models.CharField(max_length=16)
    """One of `quotas.figures.Name`."""
    year = models.IntegerField()
    day = models.DateField()
    """At the end of which it was counted last."""
    data = models.JSONField()
    """As the module of that name writes and reads it."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name", "year", "unit"], name="figure_once"),)
