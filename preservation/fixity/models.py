"""The tables of fixity. Only this package's own functions (and migrations) look in here."""

from __future__ import annotations

from django.db import models


class Round(models.Model):
    """One reading of all objects, which may take many nights."""

    open = models.BooleanField(null=True, unique=True)
    """True: it goes on behind `cursor`; None: it has ended. There is one open one at most."""
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    cursor = models.CharField(max_length=200, default="")
    """Key of the last object that was read."""
    read = models.BigIntegerField(default=0)
    """Objects."""
    size = models.BigIntegerField(default=0)
    """Bytes of them."""
    copied = models.BigIntegerField(default=0)
    """Objects that the second copy did not have."""
    touched = models.DateTimeField()
    """When it last came a step further."""


class Fault(models.Model):
    """Something that was not as it was kept, and what became of it. Never deleted."""

    code = models.CharField(max_length=32)
    """One of `findings.Code`."""
    subject = models.CharField(max_length=200)
    unit = models.CharField(max_length=64, default="")
    """Code of the unit that it belongs to; empty: of none, or of all."""
    key = models.CharField(max_length=200, default="")
    text = models.TextField()
    found = models.DateTimeField()
    seen = models.DateTimeField()
    """When it was last found."""
    ended = models.DateTimeField(null=True)
    how = models.CharField(max_length=16, default="")
    """How it ended, one of `faults.End`; empty: it stands."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["code", "subject", "key"], condition=models.Q(ended__isnull=True), name="fault_stands_once"
            ),
        )
