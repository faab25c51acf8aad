"""Confidence is a chance: the table rises, and what is fitted says what was seen."""

from __future__ import annotations

import random

import pytest

from benchmarks.calibration import Seen, cross_validated, expected_error, fit, is_rising, reliability, thresholds
from pipeline.calibration import chance


def test_the_program_s_table_rises_and_stays_within_chances() -> None:
    told = [chance(step / 100) for step in range(101)]
    assert told == sorted(told)
    assert 0 <= told[0] < 0.1
    assert 0.98 < told[-1] < 1


def test_between_knots_the_line_is_straight() -> None:
    knots = ((0.0, 0.0), (0.5, 0.2), (1.0, 0.8))
    assert [chance(c, knots) for c in (0.0, 0.25, 0.5, 0.75, 1.0)] == pytest.approx([0.0, 0.1, 0.2, 0.5, 0.8])


def drawn(count: int, seed: int = 3) -> list[Seen]:
    """Values that are right with the square of their certainty."""
    draw = random.Random(seed)
    certainties = [draw.random() for _ in range(count)]
    return [Seen(f"document {i % 97}", "number", c, draw.random() < c * c) for i, c in enumerate(certainties)]


def test_a_fit_finds_the_chances_that_were_drawn() -> None:
    knots = fit(drawn(20_000))
    assert is_rising(knots)
    for certainty in (0.3, 0.6, 0.9):
        assert chance(certainty, knots) == pytest.approx(certainty**2, abs=0.05)


def test_values_that_were_always_right_are_not_certain_for_ever() -> None:
    assert chance(1.0, fit([Seen(str(i), "number", 0.9, True) for i in range(50)])) < 1


def test_cross_validation_tells_each_value_once_and_by_others() -> None:
    seen = drawn(2_000)
    told = cross_validated(seen)
    assert sorted(s.certainty for s, _ in told) == sorted(s.certainty for s in seen)
    rows = reliability(told)
    assert len(rows) == 10 and sum(row["values"] for row in rows) == len(seen)
    assert expected_error(rows) < 0.08


def test_a_higher_threshold_lets_less_pass() -> None:
    rows = thresholds(cross_validated(drawn(2_000)))
    assert [r["unasked"] for r in rows] == sorted((r["unasked"] for r in rows), reverse=True)
    assert [r["wrong"] for r in rows] == sorted((r["wrong"] for r in rows), reverse=True)
