"""Fitting and checking what a field's confidence means: isotonic regression, cross-validation by document, bins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipeline.calibration import Knots, chance

BINS = 10
FOLDS = 5
_LEAST = 12
"""Values that a step of the table must stand on."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A value whose truth is known."""

    document: str
    name: str
    certainty: float
    right: bool


@dataclass
class _Step:
    certainties: list[float]
    right: int

    @property
    def share(self) -> float:
        """Chance of being right by the rule of succession: no step is sure for ever."""
        return (self.right + 1) / (len(self.certainties) + 2)


def fit(seen: Sequence[Seen]) -> Knots:
    """Knots by pooling neighbours until chances rise with certainty (pool adjacent violators)."""
    steps: list[_Step] = []
    for one in sorted(seen, key=lambda s: s.certainty):
        if steps and (len(steps[-1].certainties) < _LEAST or steps[-1].certainties[-1] == one.certainty):
            steps[-1].certainties.append(one.certainty)
            steps[-1].right += one.right
        else:
            steps.append(_Step([one.certainty], int(one.right)))
    pooled: list[_Step] = []
    for step in steps:
        pooled.append(step)
        while len(pooled) > 1 and pooled[-2].share >= pooled[-1].share:
            last = pooled.pop()
            pooled[-1] = _Step(pooled[-1].certainties + last.certainties, pooled[-1].right + last.right)
    middles = [(sum(s.certainties) / len(s.certainties), s.share) for s in pooled]
    return [(0.0, min(0.02, middles[0][1])), *((round(c, 4), round(p, 4)) for c, p in middles if c > 0)]


def cross_validated(seen: Sequence[Seen]) -> list[tuple[Seen, float]]:
    """Each value with its chance by a table that was fitted on other documents."""
    documents = sorted({s.document for s in seen})
    fold_of = {document: number % FOLDS for number, document in enumerate(documents)}
    told = []
    for fold in range(FOLDS):
        knots = fit([s for s in seen if fold_of[s.document] != fold])
        told += [(s, chance(s.certainty, knots)) for s in seen if fold_of[s.document] == fold]
    return told


def reliability(told: Iterable[tuple[Seen, float]]) -> list[dict[str, Any]]:
    """Ten bins of chance: how many values, their mean chance, and the share that is right."""
    bins: list[list[tuple[Seen, float]]] = [[] for _ in range(BINS)]
    for one in told:
        bins[min(BINS - 1, int(one[1] * BINS))].append(one)
    return [
        {
            "from": number / BINS,
            "to": (number + 1) / BINS,
            "values": len(found),
            "chance": round(sum(p for _, p in found) / len(found), 3) if found else None,
            "right": round(sum(s.right for s, _ in found) / len(found), 3) if found else None,
        }
        for number, found in enumerate(bins)
    ]


def expected_error(rows: Sequence[dict[str, Any]]) -> float:
    """Mean distance of chance and share right, weighted by the values of a bin (ECE)."""
    total = sum(row["values"] for row in rows)
    return round(sum(row["values"] * abs(row["chance"] - row["right"]) for row in rows if row["values"]) / total, 4)


def thresholds(told: Sequence[tuple[Seen, float]]) -> list[dict[str, Any]]:
    """What each review threshold would let pass unasked: the share of all values, and how many of them are wrong."""
    steps = [round(0.5 + 0.05 * i, 2) for i in range(9)] + [0.92, 0.94, 0.96, 0.97, 0.98, 0.99]
    return [
        {
            "threshold": step,
            "unasked": round(sum(p >= step for _, p in told) / len(told), 4),
            "wrong": sum(p >= step and not s.right for s, p in told),
        }
        for step in steps
    ]


def is_rising(knots: Knots) -> bool:
    """Whether certainty and chance rise from knot to knot."""
    return all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(knots))
