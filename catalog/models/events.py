"""What happened, as one hash chain for each unit."""

from __future__ import annotations

from django.db import models

from catalog.models.organisation import Unit
from catalog.models.scans import Batch


class ChainHead(models.Model):
    """The end of a unit's chain. Its row is locked while an event is added, so a chain has one end."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, primary_key=True)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")


class Event(models.Model):
    """One link of a chain. Never changed, never deleted."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    sequence = models.BigIntegerField()
    time = models.DateTimeField()
    actor = models.CharField(max_length=200)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=200)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT)
    data = models.TextField()
    """Canonical JSON, kept as the very text that was hashed."""
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "sequence"], name="event_once_per_chain"),)
        indexes = (
            models.Index(fields=["batch", "kind"], name="event_batch_kind"),
            models.Index(fields=["unit", "subject"], name="event_unit_subject"),
            models.Index(fields=["actor", "-id"], name="event_actor"),
            models.Index(fields=["kind", "-id"], name="event_kind"),
        )
