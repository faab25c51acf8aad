"""A small made-up register meets the goals of the large one (``./run measure matching``), with a margin for chance.

Of 3,000 results 2,700 stand in the register. The goals (.998 and .97) must lie below the one-sided 95 % bound of Wilson
for what was found, so that the sample does show them: with 2,640 links that allows one wrong one (two would leave
.9977), and recall must be .9756 or better. 400 results could not: without any fault they show a precision of .992.

It guards against a worse matcher and is no measure of its own: 200 units with 50 lines each are easier than the 1,000
each of the long run. Weights were chosen on seed 1; this is another.
"""

from __future__ import annotations

import math

from benchmarks.made_register import make
from benchmarks.measure_matching import figures
from tests.catalog.support import use_database

PRECISION, RECALL = 0.998, 0.97
_Z = 1.644854
"""Of the normal distribution: 95 % lie below."""


def at_least(right: int, of: int) -> float:
    """What share is right at the least, with 95 % certainty (Wilson)."""
    share, square = right / of, _Z * _Z
    spread = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return (share + square / (2 * of) - spread) / (1 + square / of)


def test_sure_links_are_right_and_most_lines_are_found(sqlite_url: str) -> None:
    made = make(10_000, 3_000, seed=4)
    with use_database(sqlite_url):
        found = figures(made)
    outcomes = found["outcomes"]
    right = outcomes["right"]
    wrong = outcomes.get("wrong line", 0) + outcomes.get("linked, in no register", 0)
    listed = sum(one.line is not None for one in made.results)
    assert at_least(right, right + wrong) >= PRECISION, found
    assert at_least(right, listed) >= RECALL, found


def test_the_bound_tells_what_a_sample_can_show() -> None:
    assert at_least(2_639, 2_640) > PRECISION > at_least(2_638, 2_640)
    assert at_least(2_634, 2_700) > RECALL > at_least(2_632, 2_700)
    assert 0.992 < at_least(350, 350) < 0.993


def test_the_same_seed_makes_the_same_register() -> None:
    assert make(300, 30, seed=4) == make(300, 30, seed=4)
    assert make(300, 30, seed=4) != make(300, 30, seed=5)
