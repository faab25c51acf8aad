"""What the same paper is found again by, when it was scanned twice."""

from __future__ import annotations

from django.db import models

from catalog.models.results import Result


class PageMark(models.Model):
    """The fingerprint of a page of a result (`pipeline.fingerprint`)."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="marks")
    page = models.IntegerField()
    """Number of the page in the result, from 1."""
    mark = models.CharField(max_length=64)
    """256 bits in hex."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "page"], name="mark_once_per_page"),)


class SketchKey(models.Model):
    """A key under which a page is looked up: pages that look and read alike share some (`catalog.sketches`)."""

    key = models.BigIntegerField()
    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "key"], name="sketch_key_once"),)
        indexes = (models.Index(fields=["key", "result"], name="sketch_key"),)


class FreshResult(models.Model):
    """A result that nobody has held against the others yet; the row goes when that was done."""

    result = models.OneToOneField(Result, on_delete=models.CASCADE, primary_key=True, related_name="+")
