"""Pairs of results that may be the same paper, and what people said about them."""

from __future__ import annotations

from django.db import models

from review.states import Likeness, Verdict


class Pair(models.Model):
    """Two results that may be the same paper."""

    first = models.ForeignKey("catalog.Result", on_delete=models.CASCADE, related_name="+")
    """The one that was recorded first."""
    second = models.ForeignKey("catalog.Result", on_delete=models.CASCADE, related_name="+")
    bytes = models.BooleanField(default=False)
    """Their files have the same bytes."""
    pages = models.BooleanField(default=False)
    """Their pages look and read alike."""
    identity = models.BooleanField(default=False)
    """Issuer, kind, number and year are the same."""
    resemblance = models.FloatField(default=0.0)
    """Share of the pairs of words that both have, 0–1."""
    found = models.DateTimeField()
    verdict = models.CharField(max_length=16, default=Verdict.OPEN.value)
    """One of `Verdict`."""
    kept = models.ForeignKey("catalog.Result", null=True, on_delete=models.SET_NULL, related_name="+")
    """The one that stands for both, or took the other's place."""
    change = models.IntegerField(null=True)
    """Id of the change of the other one."""
    actor = models.CharField(max_length=200, default="")
    time = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["first", "second"], name="review_pair_once"),)
        indexes = (
            models.Index(fields=["-id"], condition=models.Q(verdict=Verdict.OPEN.value), name="review_pair_open"),
        )

    def likenesses(self) -> tuple[Likeness, ...]:
        """Why they may be the same paper."""
        return tuple(kind for kind in Likeness if getattr(self, kind.value))
