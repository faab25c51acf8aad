"""Files on their way over the pages: how far each has come, so that it can go on after anything that interrupts it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from staging.models.batches import StagedBatch
from staging.states import UNFINISHED_UPLOADS, UploadState


class Upload(models.Model):
    """A file that a browser sends in pieces, until it is in the batch or refused and somebody has seen that."""

    batch = models.ForeignKey(StagedBatch, on_delete=models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    """Bytes that the browser said it has."""
    modified = models.BigIntegerField()
    """When it was changed last, as the browser says: milliseconds since 1970."""
    mark = models.CharField(max_length=8)
    """CRC-32 of its first piece, in hex: with name, size and time it tells the same file when it comes again."""
    replaces = models.CharField(max_length=40, default="")
    """``SCAN:PAGE`` that its page is scanned again for; empty: none."""
    file = models.CharField(max_length=32, unique=True)
    """Name of the file that the pieces are put together in."""
    received = models.BigIntegerField(default=0)
    """Bytes that are safe on this machine's disk."""
    checksum = models.CharField(max_length=8, default="00000000")
    """CRC-32 of these bytes, in hex."""
    state = models.CharField(max_length=16, default=UploadState.RECEIVING.value)
    """One of `UploadState`."""
    reason = models.CharField(max_length=40, default="")
    """Code of why it was refused."""
    scan = models.ForeignKey("catalog.Scan", null=True, on_delete=models.PROTECT, related_name="+")
    """What it became, or the scan that has the same bytes."""
    again = models.BooleanField(default=False)
    """Whether these bytes had come in before."""
    actor = models.CharField(max_length=200)
    """Who sent it last."""
    begun = models.DateTimeField()
    seen = models.DateTimeField()
    """Last sign of life."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["batch", "name", "size", "modified", "mark", "replaces"],
                condition=Q(state__in=UNFINISHED_UPLOADS),
                name="upload_once_while_it_comes",
            ),
        )
        indexes = (
            models.Index(fields=["batch", "state"], name="upload_of_batch"),
            models.Index(fields=["seen"], condition=Q(state__in=UNFINISHED_UPLOADS), name="upload_seen"),
        )
