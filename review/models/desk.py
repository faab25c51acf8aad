"""The tables of the review desk: who holds a document, what was typed, who entered what first, who asked for that."""

from __future__ import annotations

from django.db import models

from review.states import Second


class Lease(models.Model):
    """Who has a document before them, and until when that counts without a sign of life."""

    result = models.OneToOneField("catalog.Result", on_delete=models.CASCADE, primary_key=True, related_name="+")
    holder = models.CharField(max_length=200)
    until = models.DateTimeField()
    ticket = models.CharField(max_length=32)
    """New each time that it is taken, so that a window that closes late gives nothing back that a newer one holds."""

    class Meta:
        indexes = (models.Index(fields=["holder"], name="review_lease_holder"),)


class Draft(models.Model):
    """What somebody has typed about a document and not settled yet."""

    result = models.ForeignKey("catalog.Result", on_delete=models.CASCADE, related_name="+")
    actor = models.CharField(max_length=200)
    edition = models.IntegerField()
    """Edition of the result that it was typed over."""
    values = models.JSONField()
    """Field name → text as it was typed."""
    done = models.JSONField(default=list)
    """Names of the fields that were confirmed already."""
    saved = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "actor"], name="review_draft_once_a_person"),)


class Aside(models.Model):
    """That somebody could not tell what a document says, and left it to a colleague with a note."""

    result = models.ForeignKey("catalog.Result", on_delete=models.CASCADE, related_name="+")
    actor = models.CharField(max_length=200)
    note = models.TextField()
    time = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["result", "actor"], name="review_aside_once_a_person"),)
        indexes = (models.Index(fields=["actor"], name="review_aside_actor"),)


class Key(models.Model):
    """The values that one person entered, where two have to enter the same."""

    result = models.ForeignKey("catalog.Result", on_delete=models.CASCADE, related_name="+")
    actor = models.CharField(max_length=200)
    edition = models.IntegerField()
    """Edition of the result that the person saw; of another one than the present it counts no more."""
    values = models.JSONField()
    """Field name → value as it is kept."""
    insisted = models.JSONField(default=list)
    """Names of the fields of which the person vouches that the paper says so."""
    time = models.DateTimeField()
    change = models.IntegerField(null=True)
    """Id of the change that it ended in; None: it waits for another person."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["result", "actor"], condition=models.Q(change__isnull=True), name="review_key_once_a_person"
            ),
        )
        indexes = (models.Index(fields=["actor"], condition=models.Q(change__isnull=True), name="review_key_open"),)


class Policy(models.Model):
    """Whether a unit wants two people to enter the same; units below it follow unless they have one of their own."""

    unit = models.OneToOneField(
        "catalog.Unit", to_field="code", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    second = models.CharField(max_length=16, default=Second.NONE.value)
    """One of `Second`."""
    share = models.IntegerField(default=0)
    """Percent of the documents, for `Second.SAMPLED`."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
