"""What the first look at the pages of a batch told, and what people did to these pages since."""

from __future__ import annotations

from django.db import models

from staging.models.batches import StagedBatch


class Look(models.Model):
    """The first look at a file: who is at it, or when it was done."""

    scan = models.OneToOneField("catalog.Scan", on_delete=models.PROTECT, primary_key=True, related_name="look")
    batch = models.ForeignKey(StagedBatch, on_delete=models.PROTECT, related_name="looks")
    looked = models.DateTimeField(null=True)
    """None: not all of its pages have been looked at."""
    worker = models.CharField(max_length=200, default="")
    until = models.DateTimeField(null=True)
    """Until when `worker` holds it without a sign of life; None: nobody does."""
    attempts = models.IntegerField(default=0)
    signed = models.BooleanField(default=False)
    """Whether it is a signed PDF, which is read as it is or not at all."""
    fault = models.TextField(default="")
    """Why it could not be looked at."""


class StagedPage(models.Model):
    """What the first look told of a page."""

    look = models.ForeignKey(Look, on_delete=models.CASCADE, related_name="pages")
    number = models.IntegerField()
    """From 1."""
    kind = models.CharField(max_length=16)
    """One of `pipeline.records.PageKind`."""
    code = models.TextField(default="")
    """What a cover sheet says."""
    width = models.IntegerField()
    """Pixels."""
    height = models.IntegerField()
    dpi = models.FloatField()
    findings = models.JSONField(default=list)
    """What is wrong with the scan of it: pairs of a name (`pipeline.scan_quality.Flaw`) and what was measured."""
    fingerprint = models.CharField(max_length=64, default="")
    """Of its picture, to find the same paper scanned twice."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["look", "number"], name="staged_page_once"),)


class Step(models.Model):
    """Something that a person did to the pages of a batch."""

    batch = models.ForeignKey(StagedBatch, on_delete=models.CASCADE, related_name="steps")
    sequence = models.IntegerField()
    """From 1, as they were done."""
    act = models.CharField(max_length=16)
    """One of `staging.planned.Act`."""
    data = models.JSONField()
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    undone = models.BooleanField(default=False)
    gone = models.BooleanField(default=False)
    """Whether something else was done after it was undone: it stays undone."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["batch", "sequence"], name="step_once"),)
