"""What somebody else says about a result, beside what was read on it."""

from __future__ import annotations

from django.db import models

from catalog.models.results import Result


class Statement(models.Model):
    """What one source says that a field of a result is. It is kept whatever becomes of the field."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="statements")
    name = models.CharField(max_length=64)
    """One of `pipeline.records.FIELD_NAMES`."""
    value = models.TextField()
    source = models.CharField(max_length=32)
    """Who says so, e.g. ``index`` or ``register``."""
    time = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "name", "source"], name="statement_once_per_source"),)
