"""The tables of bought-in work. Only this package's own functions (and migrations) look in here."""

from __future__ import annotations

from django.db import models

from bought_in.records import Outcome


class Mapping(models.Model):
    """What the columns of a contractor's indexes mean, as people of a unit said last."""

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    contractor = models.CharField(max_length=200)
    titles = models.JSONField()
    """Folded title of a column → meaning; empty: it means nothing."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "contractor"], name="mapping_once_per_contractor"),)


class Delivery(models.Model):
    """An index that came in with a batch. The index itself is kept as it came."""

    batch = models.OneToOneField("catalog.Batch", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    contractor = models.CharField(max_length=200)
    index_name = models.CharField(max_length=400)
    index_sha256 = models.CharField(max_length=64)
    index_key = models.CharField(max_length=200)
    meanings = models.JSONField()
    """Letter of a column → meaning."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["unit", "-id"], name="delivery_of_unit"),)


class IndexLine(models.Model):
    """A row of an index: what it states, and what came of comparing that with the paper."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="lines")
    number = models.IntegerField()
    """Of the row in the sheet, from 1."""
    file = models.TextField()
    """As the row names it."""
    values = models.JSONField()
    problems = models.JSONField(default=list)
    """``[[name, raw, trouble], …]``."""
    scan = models.ForeignKey("catalog.Scan", null=True, on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey("catalog.Result", null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, default=Outcome.WAITING.value)
    """One of `Outcome`."""
    different = models.JSONField(default=list)
    """Names of fields."""
    compared = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["delivery", "number"], name="line_once_per_index"),)
        indexes = (
            models.Index(fields=["delivery", "outcome"], name="line_outcome"),
            models.Index(fields=["id"], name="line_waiting", condition=models.Q(outcome=Outcome.WAITING.value)),
        )
