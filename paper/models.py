"""The tables of paper. Only this package's own functions (and migrations) look in here."""

from __future__ import annotations

from django.db import models


class Box(models.Model):
    """A box (or folder, or bundle) that papers of a unit lie in."""

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    """What is written on it; unique in the unit."""
    shelf = models.CharField(max_length=100, default="")
    created = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "name"], name="box_once_per_unit"),)


class BatchPlace(models.Model):
    """Where a batch was scanned from: its results lie there, unless they have a place of their own."""

    batch = models.OneToOneField("catalog.Batch", on_delete=models.PROTECT, primary_key=True, related_name="+")
    box = models.ForeignKey(Box, null=True, on_delete=models.PROTECT, related_name="batches")
    """None: nobody said."""


class Put(models.Model):
    """That somebody put papers into a box; what can be undone at once."""

    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    undone = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="")


class Place(models.Model):
    """Where the paper of a result lies, or lay."""

    result = models.ForeignKey("catalog.Result", on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey("catalog.Batch", on_delete=models.PROTECT, related_name="+")
    """The result's own, to count what is left in that batch's box."""
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="places")
    position = models.IntegerField()
    """In the box, from 1."""
    put = models.ForeignKey(Put, on_delete=models.PROTECT, related_name="places")
    ended = models.ForeignKey(Put, null=True, on_delete=models.PROTECT, related_name="ended")
    """What took it away from there; the same as `put` where that was undone. None: it lies there."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["result"], condition=models.Q(ended__isnull=True), name="place_once_at_a_time"
            ),
        )
        indexes = (models.Index(fields=["box", "position"], name="place_in_box"),)


class Loan(models.Model):
    """That the paper of a result was handed out. Never deleted; its return is written into it."""

    result = models.ForeignKey("catalog.Result", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    """Who keeps the result."""
    batch = models.ForeignKey("catalog.Batch", on_delete=models.PROTECT, related_name="+")
    """The result's own, to count what is out of that batch's box."""
    who = models.CharField(max_length=400)
    why = models.TextField()
    until = models.DateField()
    """The day by which it is to be back."""
    lent = models.DateTimeField()
    actor = models.CharField(max_length=200)
    returned = models.DateTimeField(null=True)
    returned_to = models.CharField(max_length=200, default="")
    """User name of who took it back."""
    note = models.TextField(default="")
    """What was seen when it came back."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["result"], condition=models.Q(returned__isnull=True), name="loan_once_at_a_time"
            ),
        )
        indexes = (models.Index(fields=["unit", "until"], name="loan_out", condition=models.Q(returned__isnull=True)),)
