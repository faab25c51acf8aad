"""Where the pages of a scan come from that was put together from others."""

from __future__ import annotations

from django.db import models

from catalog.models.scans import Scan


class PageOrigin(models.Model):
    """One page of a derived scan, and the page of another scan that it is."""

    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="origins")
    """The derived one."""
    page = models.IntegerField()
    """From 1."""
    source = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="derivatives")
    source_page = models.IntegerField()
    rotation = models.IntegerField(default=0)
    """Degrees clockwise by which people turned it."""
    left = models.FloatField(null=True)
    """Of the part that was cut out, pixels of the upright page; None: all of the page."""
    top = models.FloatField(null=True)
    right = models.FloatField(null=True)
    bottom = models.FloatField(null=True)
    kind = models.CharField(max_length=16, default="")
    """What the page is, as people saw it (`pipeline.records.PageKind`); empty: nobody said."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["scan", "page"], name="origin_once_per_page"),)
