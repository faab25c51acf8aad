"""Pages that carry several results, of which each became one of its own."""

from __future__ import annotations

from django.db import models

from catalog.models.results import Result


class Carrier(models.Model):
    """That a result is only the sheet that others stand on, and counts for none itself."""

    result = models.OneToOneField(Result, on_delete=models.CASCADE, primary_key=True, related_name="carrier")
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
