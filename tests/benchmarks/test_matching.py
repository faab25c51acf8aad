"""A small made-up register meets the goals of the large one (``./run measure matching``)."""

from __future__ import annotations

from benchmarks.made_register import make
from benchmarks.measure_matching import figures
from tests.catalog.support import use_database


def test_sure_links_are_right_and_most_lines_are_found(sqlite_url: str) -> None:
    with use_database(sqlite_url):
        found = figures(make(3_000, 400, seed=4))
    assert found["precision"] >= 0.998, found
    assert found["recall"] >= 0.95, found  # of so few results, two in a hundred are chance


def test_the_same_seed_makes_the_same_register() -> None:
    assert make(300, 30, seed=4) == make(300, 30, seed=4)
    assert make(300, 30, seed=4) != make(300, 30, seed=5)
