"""The ground goes, whole and in windows alike, and print stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.geometry import Image
from ocr.ground import Ground
from tests.ocr.pictures import DPI, printed


def stained() -> Image:
    page = printed((150, 190, 205))
    cv2.circle(page, (800, 1500), 200, (120, 165, 185), -1)
    return page


def test_stains_and_shadows_become_white_and_print_stays() -> None:
    page = stained()
    clean = Ground.of(page, DPI).off(page)
    assert np.percentile(clean[1300:1700, 600:1000], 5) > 235
    assert (clean[240:330, 200:1200].min(axis=2) < 90).sum() > 1000


@pytest.mark.parametrize("window", [np.s_[0:300, 0:400], np.s_[1251:1760, 533:1101], np.s_[2000:2339, 1300:1654]])
def test_a_window_is_what_it_is_in_the_whole_page(window: tuple[slice, slice]) -> None:
    page = stained()
    ground = Ground.of(page, DPI)
    apart = cv2.absdiff(ground.off(page)[window], ground.off_window(page, window))
    assert apart.max() <= 12 and apart.mean() < 0.5


def test_in_gray_the_page_comes_out_as_in_colour() -> None:
    page = stained()
    ground = Ground.of(page, DPI)
    gray = ground.gray().off(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY))
    assert cv2.absdiff(gray, cv2.cvtColor(ground.off(page), cv2.COLOR_BGR2GRAY)).mean() < 1.0


def test_print_that_shines_through_goes_and_faded_ink_turns_black() -> None:
    page = np.full((2339, 1654), 250, np.uint8)
    cv2.putText(page, "Bui Viet Bao", (200, 500), cv2.FONT_HERSHEY_DUPLEX, 2.0, 90, 4)
    cv2.putText(page, "oaB teiV iuB", (200, 900), cv2.FONT_HERSHEY_DUPLEX, 2.0, 225, 4)
    clean = Ground.of(page, DPI).off(page)
    assert clean[420:520, 200:800].min() < 10
    assert clean[820:920, 200:800].min() > 235


@pytest.mark.parametrize("shape", [(3, 3), (1, 40), (12, 900), (40, 30, 3)])
def test_the_smallest_pictures_have_a_ground(shape: tuple[int, ...]) -> None:
    page = np.full(shape, 200, np.uint8)
    assert Ground.of(page, DPI).off(page).shape == shape
