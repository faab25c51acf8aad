"""What stays of results that were disposed of, and the objects that have to go with them."""

from __future__ import annotations

from django.db import models

from catalog.models.results import Result


class Tombstone(models.Model):
    """That a result was disposed of, by which decision, and digests of what there was. Holds no personal data."""

    result = models.OneToOneField(Result, on_delete=models.PROTECT, primary_key=True, related_name="tombstone")
    number = models.CharField(max_length=200)
    """Of the decision."""
    date = models.DateField()
    signer = models.CharField(max_length=200)
    reference = models.CharField(max_length=100)
    """What the decision stands in, e.g. ``disposal:7``."""
    fields = models.CharField(max_length=64)
    """Digest of the fields, as events tell it."""
    archive_sha256 = models.CharField(max_length=64)
    words_sha256 = models.CharField(max_length=64, default="")
    signed_sha256 = models.CharField(max_length=64, default="")
    scan_sha256 = models.CharField(max_length=64)
    """Of the file that it came in."""
    ordinal = models.IntegerField()
    """Its number in that file: with unit and hash it names the result in any copy of the catalog."""
    original_kept = models.BooleanField()
    """Whether that file is still there, because other results stand in it."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["result"], name="tombstone_kept", condition=models.Q(original_kept=True)),)


class DoomedState(models.TextChoices):
    """What became of an object that nothing names any more."""

    WAITING = "waiting"
    """It is to be erased. Whoever takes the same bytes in meanwhile keeps it."""
    ERASED = "erased"
    NAMED = "named"
    """Something else names it, so it stays."""


class DoomedObject(models.Model):
    """An object that results named which were disposed of. The row goes before the bytes, and outlives them."""

    key = models.CharField(max_length=200, unique=True)
    source = models.CharField(max_length=64, db_index=True)
    """SHA-256 of the file that it was made from (or is)."""
    reference = models.CharField(max_length=100)
    state = models.CharField(max_length=16, choices=DoomedState.choices, default=DoomedState.WAITING)
    since = models.DateTimeField()
    tried = models.DateTimeField(null=True)
    """When it was last tried in vain."""
    reason = models.TextField(default="")
    """Why in vain; empty: it was not tried yet, or went."""
    until = models.DateTimeField(null=True)
    """Until when the store is bound to keep it; None: it is not, or does not say."""
    erased = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["id"], name="doomed_waiting", condition=models.Q(state=DoomedState.WAITING.value)),
        )
