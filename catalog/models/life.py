"""The life of a result after it was recorded: decisions, earlier versions, deliveries, persons, openings."""

from __future__ import annotations

from django.db import models

from catalog.models.organisation import Unit
from catalog.models.results import Result


class Change(models.Model):
    """Something that a person did to a result: corrected, confirmed, replaced or revoked it."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=16)
    """One of `catalog.records.ChangeKind`."""
    number = models.CharField(max_length=200, default="")
    """Of the decision; confirming needs none."""
    date = models.DateField(null=True)
    reason = models.TextField(default="")
    fields = models.JSONField(default=list)
    """Names of what was corrected or confirmed."""
    edition = models.IntegerField()
    """The edition of the result that it made."""
    by = models.ForeignKey(Result, null=True, on_delete=models.PROTECT, related_name="+")
    """What replaces the result."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    undone = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="")
    undone_reason = models.TextField(default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "edition"], name="change_once_per_edition"),)
        indexes = (
            models.Index(fields=["result"], name="change_set_aside", condition=models.Q(kind="set_aside", undone=None)),
        )


class ResultVersion(models.Model):
    """Fields and facts of a result as they stood before a change."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="versions")
    edition = models.IntegerField()
    until = models.DateTimeField()
    """When the next one took its place."""
    content = models.JSONField()
    """``{"fields": [{name: value, …}, …], "facts": {name: value, …}}``, see `catalog.versions`."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "edition"], name="version_once_per_edition"),)


class Delivery(models.Model):
    """That a result was handed over, and how."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="deliveries")
    manner = models.CharField(max_length=16)
    """One of `catalog.states.Manner`."""
    tracking = models.CharField(max_length=64, default="")
    date = models.DateField()
    to = models.CharField(max_length=400, default="")
    """Who took it."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    undone = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="")
    undone_reason = models.TextField(default="")


class HolderNumber(models.Model):
    """An identity number that a result names, to find the results of a person by."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="numbers")
    number = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "number"], name="number_once_per_result"),)


class PersonLink(models.Model):
    """That two identity numbers are one person's, such as an old CMND and a new CCCD."""

    first = models.CharField(max_length=64, db_index=True)
    """The lesser of the two."""
    second = models.CharField(max_length=64, db_index=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    """Whose people say so."""
    why = models.TextField()
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, default="")
    ended_why = models.TextField(default="")
    salt = models.CharField(max_length=32)
    """Random; goes into the digest that events tell, which nobody can then try all numbers against."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["first", "second"], condition=models.Q(ended__isnull=True), name="link_once_at_a_time"
            ),
        )


class Opening(models.Model):
    """That somebody looked into a confidential result, and why."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="openings")
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    time = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["result", "actor", "time"], name="opening_of_actor"),)
