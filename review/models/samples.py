"""Results drawn by chance to be looked up again, and how many values were found to be wrong."""

from __future__ import annotations

from django.db import models

from review.states import SampleState


class SampleShare(models.Model):
    """Which share of new results that nobody had to look at is drawn in a unit; units below follow unless they say."""

    unit = models.OneToOneField(
        "catalog.Unit", to_field="code", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    share = models.FloatField()
    """Percent, 0–100."""
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()


class Draw(models.Model):
    """One drawing by hand; the same again with its seed, as long as the same results are there."""

    unit = models.CharField(max_length=64)
    """Code of the unit; those below it were drawn from as well."""
    share = models.FloatField()
    """Percent."""
    seed = models.CharField(max_length=64)
    first = models.DateField()
    """Recorded from this day on."""
    last = models.DateField()
    population = models.IntegerField()
    """Results that could be drawn."""
    drawn = models.IntegerField()
    actor = models.CharField(max_length=200)
    time = models.DateTimeField()


class Sample(models.Model):
    """A result that was drawn, as it was then."""

    result = models.OneToOneField("catalog.Result", on_delete=models.CASCADE, related_name="+")
    draw = models.ForeignKey(Draw, null=True, on_delete=models.PROTECT)
    """None: drawn by itself, as a share of all new results."""
    unit = models.CharField(max_length=64)
    """Code of the unit that keeps it."""
    document_type = models.TextField()
    operator = models.CharField(max_length=200)
    """Who answers for its values: who checked it, or who opened its batch where nobody had to look."""
    drawn = models.DateTimeField()
    state = models.CharField(max_length=16, default=SampleState.WAITING.value)
    """One of `SampleState`."""
    actor = models.CharField(max_length=200, default="")
    """Who judged it."""
    judged = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["id"], condition=models.Q(state=SampleState.WAITING.value), name="review_sample_waiting"
            ),
            models.Index(fields=["judged"], condition=models.Q(judged__isnull=False), name="review_sample_judged"),
        )


class SampleField(models.Model):
    """One field of a sample that somebody looked up."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="fields")
    name = models.CharField(max_length=64)
    wrong = models.BooleanField()
    """Whether the paper says something else than the catalog did."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["sample", "name"], name="review_sample_field_once"),)
