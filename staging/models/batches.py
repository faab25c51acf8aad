"""What staging knows of a batch and of the files that came into it; the batch itself is the catalog's."""

from __future__ import annotations

from django.db import models

from staging.states import BatchState, Sides


class StagedBatch(models.Model):
    """A batch that archive staff opened. A batch without such a row goes to be read as its files come in."""

    batch = models.OneToOneField("catalog.Batch", on_delete=models.PROTECT, primary_key=True, related_name="+")
    state = models.CharField(max_length=16, default=BatchState.OPEN.value)
    """One of `BatchState`."""
    box = models.CharField(max_length=100, default="")
    shelf = models.CharField(max_length=100, default="")
    operator = models.CharField(max_length=200)
    """User name of the person at the scanner."""
    expected_documents = models.IntegerField(null=True)
    expected_pages = models.IntegerField(null=True)
    """Pages with writing on them: neither sheets nor blank ones."""
    split = models.CharField(max_length=16)
    """One of `pipeline.records.SplitRule`."""
    sides = models.CharField(max_length=16, default=Sides.FRONT.value)
    """One of `Sides`."""
    opened = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    closed = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, default="")
    reason = models.TextField(default="")
    """Why it was closed although what came in was not what was expected."""
    stuck = models.TextField(default="")
    """Why it could not be handed on; empty: it was, or that was not tried yet."""
    tried = models.DateTimeField(null=True)
    """When it could not be."""

    class Meta:
        indexes = (models.Index(fields=["state", "-batch"], name="staged_batch_state"),)


class SlipLine(models.Model):
    """One line of the slip that lies in the box: a paper that should be in the batch."""

    batch = models.ForeignKey(StagedBatch, on_delete=models.CASCADE, related_name="slip")
    line = models.IntegerField()
    """From 1."""
    code = models.CharField(max_length=200)
    """Code of a dossier or line of a register, as a cover sheet carries it."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["batch", "code"], name="slip_line_once_per_batch"),)
        ordering = ("line",)


class Arrival(models.Model):
    """A file that came into a batch: who brought it, how and when."""

    scan = models.OneToOneField("catalog.Scan", on_delete=models.PROTECT, primary_key=True, related_name="+")
    batch = models.ForeignKey(StagedBatch, on_delete=models.PROTECT, related_name="arrivals")
    way = models.CharField(max_length=16)
    """One of `Way`."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    pages = models.IntegerField()
    """Of the file, all kinds together."""

    class Meta:
        indexes = (models.Index(fields=["actor", "time"], name="arrival_of_operator"),)
