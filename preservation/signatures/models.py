"""The tables of signatures. Only this package's own functions (and migrations) look in here."""

from __future__ import annotations

from django.db import models


class Check(models.Model):
    """What was last said of the signatures in a scan. One row a PDF, also where it carries none."""

    scan = models.OneToOneField("catalog.Scan", on_delete=models.PROTECT, primary_key=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    """Of the bytes that were looked at."""
    checked = models.DateTimeField()
    trust = models.CharField(max_length=64, default="")
    """Digest of whom the office trusted then; empty where there was nothing to trust."""
    count = models.IntegerField(default=0)
    """How many signatures it carries."""
    good = models.IntegerField(default=0)
    """How many of them are intact, valid and trusted."""
    fault = models.CharField(max_length=20, default="")
    """Why they could not be looked at; empty: they were."""
    verdicts = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=["trust", "scan"], name="signed_by_trust", condition=~models.Q(trust="")),)
