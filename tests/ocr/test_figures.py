"""Printed figures stand in line; figures written by hand do not, and are not believed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.engine import SeenWord
from ocr.figures import unevenness
from ocr.geometry import Image
from ocr.read import UNEVEN
from ocr.records import Box
from tests.ocr.pictures import BLACK, blank, text_on


def gray(page: Image) -> Image:
    return cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)


def word(text: str, *box: float) -> SeenWord:
    return SeenWord(text, Box(*box), 0.95, (1, 1, 1))


@pytest.mark.parametrize("size", [26, 34, 52])
@pytest.mark.parametrize("text", ["2872/QĐ-UBND", "087061305916", "12/03/2015", "CH06656"])
def test_printed_figures_are_even(text: str, size: int) -> None:
    page = gray(text_on(blank(), text, (300, 300), BLACK, size))
    rows, columns = np.nonzero(page < 140)
    box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert unevenness(page, word(text, *map(float, box))) < UNEVEN


def test_figures_that_jump_up_and_down_are_handwriting() -> None:
    page = blank()
    for place, (figure, size, drop) in enumerate([("4", 52, 0), ("2", 40, 16), ("3", 46, -4), ("5", 56, 6)]):
        page = text_on(page, figure, (300 + 34 * place, 300 + drop), BLACK, size)
    page = text_on(page, "/QĐ-UBND", (450, 310), BLACK, 34)
    assert unevenness(gray(page), word("4235/QĐ-UBND", 300, 300, 640, 352)) > UNEVEN


@pytest.mark.parametrize("text", ["Quyết", "7", "a1b2", ""])
def test_words_without_figures_in_a_row_say_nothing(text: str) -> None:
    assert unevenness(gray(blank()), word(text, 10, 10, 60, 40)) == 0.0


def test_a_box_beyond_the_page_does_no_harm() -> None:
    assert unevenness(gray(blank()), word("2015", 1600, 2300, 1700, 2400)) == 0.0
