"""On a copy the rim of a seal goes, the name that it crosses stays, and nothing else is taken for a rim."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.geometry import Image
from ocr.rings import without_gray_seals, without_rings
from tests.ocr.pictures import BLACK, DPI, blank, printed, text_on


def copy_of(page: Image) -> Image:
    return np.where(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY) < 128, 0, 255).astype(np.uint8)


def dark(page: Image, area: tuple[slice, slice]) -> int:
    return int(np.count_nonzero(page[area] < 128))


def test_the_rim_goes_and_the_name_that_it_crosses_stays() -> None:
    named = copy_of(text_on(blank(), "Huỳnh Công Bình", (1020, 1330), BLACK, 34))
    name = np.s_[1325:1375, 1015:1300]
    stamped = named.copy()
    cv2.circle(stamped, (1050, 1220), 140, 0, 4)
    clean = without_rings(stamped, DPI)
    assert dark(clean, np.s_[1070:1300, 880:1200]) < 0.05 * dark(stamped, np.s_[1070:1300, 880:1200])
    assert abs(dark(clean, name) - dark(named, name)) < 0.12 * dark(named, name)


def test_print_and_tables_are_left_as_they_are() -> None:
    page = copy_of(printed())
    for x in range(300, 1301, 200):
        cv2.line(page, (x, 1000), (x, 1600), 0, 3)
    for y in range(1000, 1601, 60):
        cv2.line(page, (300, y), (1300, y), 0, 3)
    assert np.array_equal(without_rings(page, DPI), page)


def test_a_rim_that_leaves_the_page_does_no_harm() -> None:
    page = copy_of(blank())
    cv2.circle(page, (20, 2300), 140, 0, 4)
    assert without_rings(page, DPI).shape == page.shape


def gray_seal(page: Image, centre: tuple[int, int]) -> None:
    cv2.circle(page, centre, 140, 105, 5)
    cv2.circle(page, centre, 95, 105, 2)
    cv2.putText(page, "UBND", (centre[0] - 60, centre[1] + 120), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 105, 3)


def test_on_a_gray_scan_the_whole_seal_goes_and_the_print_under_it_stays() -> None:
    page = np.full((2339, 1654), 255, np.uint8)
    cv2.putText(page, "Bui Viet Bao", (1040, 1330), cv2.FONT_HERSHEY_DUPLEX, 1.3, 10, 3)
    named = page.copy()
    stamp = np.full_like(page, 255)
    gray_seal(stamp, (1060, 1230))
    lifted = without_gray_seals(np.minimum(page, stamp), DPI)
    assert dark(lifted, np.s_[1080:1280, 900:1220]) == 0
    name = np.s_[1290:1345, 1030:1400]
    assert abs(dark(lifted, name) - dark(named, name)) < 0.08 * dark(named, name)


def test_a_black_drawing_on_a_gray_scan_stays() -> None:
    page = np.full((2339, 1654), 255, np.uint8)
    cv2.circle(page, (800, 1200), 140, 10, 4)
    assert np.array_equal(without_gray_seals(page, DPI), page)
