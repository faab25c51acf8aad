"""The tables of backup: who this installation is, and which backups were made of it."""

from __future__ import annotations

from django.db import models


class Installation(models.Model):
    """One row: what a backup knows this installation by. It comes back with a backup, so that the next one goes on."""

    code = models.CharField(max_length=32, unique=True)
    """Random, hex."""
    salt = models.CharField(max_length=64)
    """Random, hex; stands in each packed range of rows, so that nobody can guess rows by the hash of their range."""


class Made(models.Model):
    """A backup that was made, or looked through."""

    place = models.CharField(max_length=400)
    """Where, without secrets."""
    name = models.CharField(max_length=64)
    """Of the backup there."""
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of its manifest (hex)."""
    recipients = models.JSONField(default=list)
    """Public keys that it was encrypted to."""
    time = models.DateTimeField()
    """Of the state of the catalog that it holds."""
    seconds = models.FloatField()
    """How long it took."""
    row_count = models.BigIntegerField()
    object_count = models.BigIntegerField()
    missing = models.IntegerField(default=0)
    """Objects that the catalog names and that could not be had."""
    written = models.BigIntegerField()
    """Bytes that this backup added to the place."""
    size = models.BigIntegerField()
    """Bytes that all backups added to that place, this one included: what it takes up unless some were pruned."""
    checked = models.DateTimeField(null=True)
    """When it was last read whole and found good."""

    class Meta:
        indexes = (models.Index(fields=["place", "-time"], name="backup_of_place"),)
