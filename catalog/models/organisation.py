"""Who issues results, and by which procedure."""

from __future__ import annotations

from django.db import models


class Unit(models.Model):
    """An office that issues results. Units end, as districts did in 2025, and have successors; none is deleted."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=400)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    successors = models.ManyToManyField("self", symmetrical=False, related_name="predecessors")


class Procedure(models.Model):
    """An administrative procedure."""

    code = models.CharField(max_length=64, unique=True)
    name = models.TextField()
    sector = models.TextField(default="")
    document_types = models.JSONField(default=list)
    """Types of the documents that an application needs, as people write them; empty: not known."""
