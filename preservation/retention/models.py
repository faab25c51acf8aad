"""The tables of retention. Only this package's own functions (and migrations) look in here.

What stays of a result that was disposed of, and the objects that go with it, are the catalog's (`catalog.graves`).
"""

from __future__ import annotations

from django.db import models

from preservation.retention.states import ItemState, Stage


class Schedule(models.Model):
    """How long results of a type are kept in a unit. Never deleted: another one takes its place."""

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    """It holds for all units below, unless one of them has its own."""
    document_type = models.TextField(default="")
    """Empty: all types for which nothing else is said."""
    years = models.IntegerField(null=True)
    """None: permanently."""
    clock = models.CharField(max_length=16)
    """One of `states.Clock`."""
    basis = models.TextField()
    """The legal basis, as it is printed beside."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    """Since when it does not hold any more; None: it holds."""
    ended_by = models.CharField(max_length=200, default="")
    ended_reason = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "document_type"],
                condition=models.Q(ended__isnull=True),
                name="schedule_once_at_a_time",
            ),
        )


class Hold(models.Model):
    """That results must not be disposed of, whatever their period says. Never deleted; its end is written into it."""

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    """Whose people placed it."""
    reason = models.TextField()
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()
    results = models.IntegerField(default=0)
    """How many it was placed on."""
    lifted = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=200, default="")
    lifted_reason = models.TextField(default="")

    class Meta:
        indexes = (models.Index(fields=["unit", "-id"], name="hold_of_unit"),)


class HeldResult(models.Model):
    """A result that a hold was placed on."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="held")
    result = models.ForeignKey("catalog.Result", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["hold", "result"], name="held_once"),)


class Disposal(models.Model):
    """A list of results that somebody proposes to dispose of, and what was decided about it. Never deleted."""

    unit = models.ForeignKey("catalog.Unit", to_field="code", on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=16)
    """One of `states.Ground`."""
    reason = models.TextField(default="")
    """What the proposer says; of a request of a citizen, where it is filed, never who asked."""
    results = models.IntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    """SHA-256 (hex) of ids and editions in order, to show that none came or went."""
    stage = models.CharField(max_length=16, default=Stage.PROPOSED.value)
    """One of `states.Stage`."""
    proposed_by = models.CharField(max_length=200)
    proposed = models.DateTimeField()
    number = models.CharField(max_length=200, default="")
    """Of the decision."""
    date = models.DateField(null=True)
    signer = models.CharField(max_length=200, default="")
    decided_by = models.CharField(max_length=200, default="")
    decided = models.DateTimeField(null=True)
    ready = models.DateField(null=True)
    """First day on which it may be executed."""
    ended = models.DateTimeField(null=True)
    """When it was withdrawn, or executed to its end."""
    ended_by = models.CharField(max_length=200, default="")
    ended_reason = models.TextField(default="")

    class Meta:
        indexes = (
            models.Index(fields=["unit", "-id"], name="disposal_of_unit"),
            models.Index(fields=["ready"], name="disposal_ready", condition=models.Q(stage=Stage.DECIDED.value)),
        )


class Item(models.Model):
    """A result of such a list."""

    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="items")
    result = models.ForeignKey("catalog.Result", on_delete=models.PROTECT, related_name="+")
    edition = models.IntegerField()
    """Edition of the result that was listed."""
    state = models.CharField(max_length=16, default=ItemState.LISTED.value)
    """One of `states.ItemState`."""
    kept = models.CharField(max_length=16, default="")
    """Why it was kept all the same, one of `states.Kept`."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["disposal", "result"], name="item_once"),
            models.UniqueConstraint(
                fields=["result"], condition=models.Q(state=ItemState.LISTED.value), name="item_listed_once"
            ),
        )
        indexes = (models.Index(fields=["disposal", "state", "id"], name="item_by_state"),)
