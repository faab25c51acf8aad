"""From certainty to chance: how often values of a certainty turned out to be right.

The rules' certainty (the engine's, times belief in the rule) orders values well but is no probability. The table in
`pipeline/data/calibration.toml` was fitted on values whose truth is known; ``./run measure calibration`` makes it
anew and checks it by cross-validation.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

Knots = Sequence[tuple[float, float]]
"""Certainty and chance, both rising."""


def chance(certainty: float, knots: Knots | None = None) -> float:
    """The chance (0–1) that a value of this certainty (0–1) is right, between the `knots` in a straight line."""
    table = knots or _table()
    place = bisect_right([c for c, _ in table], certainty)
    if place == 0:
        return table[0][1]
    if place == len(table):
        return table[-1][1]
    (low, from_chance), (high, to_chance) = table[place - 1], table[place]
    return from_chance + (to_chance - from_chance) * (certainty - low) / (high - low)


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[float, float], ...]:
    text = files("pipeline.data").joinpath("calibration.toml").read_text(encoding="utf-8")
    return tuple((row["certainty"], row["chance"]) for row in tomllib.loads(text)["knot"])
