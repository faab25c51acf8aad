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


class UnitName(models.Model):
    """What a unit was called until a day."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=400)
    until = models.DateField()
    """Last day on which it had this name."""
    decision = models.CharField(max_length=200, default="")
    """Number of the decision that gave it another one; empty: not told."""


class Procedure(models.Model):
    """An administrative procedure."""

    code = models.CharField(max_length=64, unique=True)
    name = models.TextField()
    sector = models.TextField(default="")
    document_types = models.JSONField(default=list)
    """Types of the documents that an application needs, as people write them; empty: not known."""
    yields = models.JSONField(default=list)
    """Types of the documents that it ends in; empty: not known."""
    validity = models.CharField(max_length=200, default="")
    """How long its results are valid where they say nothing, in words (``12 tháng``, see `catalog.validity.period`);
    empty: not known.
    """
    returns_paper = models.BooleanField(default=True)
    """Whether it ends in a paper at all: the denominator of the indicator of electronic results."""
    valid_to = models.DateField(null=True)
    """Last day on which applications could be made; None: they can."""
