"""Pages are brought upright and level, and boxes find their way back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.clean import is_bilevel, without_border, without_specks
from ocr.geometry import Placement, likely_turn, skew_of, turn
from ocr.records import Box
from tests.ocr.pictures import blank, printed


def gray(page: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)


def tilted(page: np.ndarray, degrees: float) -> np.ndarray:
    """The page turned so that its lines sink to the right by `degrees`."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return cv2.warpAffine(page, matrix, (width, height), borderValue=(250, 250, 250))


@pytest.mark.parametrize("degrees", [-4.3, -1.15, -0.3, 0.0, 0.2, 0.75, 2.4, 5.1])
def test_skew_is_measured_to_a_tenth_of_a_degree(degrees: float) -> None:
    assert skew_of(gray(tilted(printed(), degrees))) == pytest.approx(degrees, abs=0.1)


def test_an_empty_page_has_no_skew() -> None:
    assert skew_of(gray(blank())) == 0.0


@pytest.mark.parametrize(("turned", "sideways"), [(0, False), (90, True), (180, False), (270, True)])
def test_text_that_runs_down_the_page_is_seen(turned: int, sideways: bool) -> None:
    assert (likely_turn(gray(turn(tilted(printed(), 1.5), turned))) % 180 == 90) is sideways


@pytest.mark.parametrize("skew", [0.0, 2.0, -3.5])
@pytest.mark.parametrize("scale", [1.0, 0.8, 1.25])
def test_a_box_comes_back_to_where_it_was(skew: float, scale: float) -> None:
    placement = Placement(1654, 2339, skew, scale)
    x, y = placement.matrix() @ np.array([700.0, 300.0, 1.0]) if skew else (700.0 * scale, 300.0 * scale)
    back = placement.back(Box(x - 40 * scale, y - 10 * scale, x + 40 * scale, y + 10 * scale))
    assert back.as_list() == [660, 290, 740, 310]


def test_the_table_around_a_photographed_page_becomes_paper() -> None:
    page = np.full((2339, 1654, 3), (40, 50, 60), np.uint8)
    page[120:2250, 100:1560] = printed()[120:2250, 100:1560]
    clean = without_border(page)
    assert clean[:100].min() > 150 and clean[:, :80].min() > 150


def test_specks_of_a_copy_go_and_dots_of_letters_stay() -> None:
    copy = np.where(gray(printed()) < 128, 0, 255).astype(np.uint8)
    ink = int((copy == 0).sum())
    noisy = copy.copy()
    rng = np.random.default_rng(1)
    noisy[rng.integers(1000, 2300, 3000), rng.integers(0, 1654, 3000)] = 0
    assert is_bilevel(noisy)
    clean = without_specks(noisy)
    assert abs(int((clean == 0).sum()) - ink) < 0.02 * ink


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("degrees", [-1.5, 0.0, 1.5])
def test_the_way_up_is_told_without_reading(turned: int, degrees: float) -> None:
    assert likely_turn(gray(turn(tilted(printed(), degrees), turned))) == (360 - turned) % 360


def test_an_empty_page_stays_as_it_is() -> None:
    assert likely_turn(gray(blank())) == 0
