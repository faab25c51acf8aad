"""Dotted zeros become plain ones; nothing else changes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.geometry import Image
from ocr.zeros import plain_zeros

DPI = 250.0


def page() -> Image:
    return np.full((120, 200), 255, np.uint8)


def ring(image: Image, left: int = 40) -> None:
    cv2.ellipse(image, (left, 60), (9, 14), 0, 0, 360, 0, 3)


def test_the_dot_of_a_zero_goes_and_the_zero_stays() -> None:
    image, plain = page(), page()
    ring(image)
    ring(plain)
    cv2.circle(image, (40, 60), 2, 0, -1)
    assert (plain_zeros(image, DPI) == plain).all()


def test_each_zero_of_a_row_is_made_plain() -> None:
    image = page()
    for left in (40, 80, 120):
        ring(image, left)
        cv2.circle(image, (left, 60), 2, 0, -1)
    assert (plain_zeros(image, DPI)[55:66, [40, 80, 120]] == 255).all()


@pytest.mark.parametrize(
    ("name", "at", "radius"), [("off the centre", (40, 53), 1), ("as large as the hole", (40, 60), 5)]
)
def test_other_marks_inside_a_letter_stay(name: str, at: tuple[int, int], radius: int) -> None:
    image = page()
    ring(image)
    cv2.circle(image, at, radius, 0, -1)
    assert plain_zeros(image, DPI) is image, name


def test_a_large_round_seal_is_no_zero() -> None:
    image = page()
    cv2.circle(image, (100, 60), 55, 0, 3)
    cv2.circle(image, (100, 60), 3, 0, -1)
    assert plain_zeros(image, DPI) is image


def test_a_letter_with_two_holes_keeps_what_stands_in_them() -> None:
    image = page()
    cv2.circle(image, (60, 50), 10, 0, 3)
    cv2.circle(image, (60, 70), 10, 0, 3)
    cv2.circle(image, (60, 50), 1, 0, -1)
    assert plain_zeros(image, DPI) is image


def test_a_white_and_a_black_page_pass() -> None:
    assert (plain_zeros(page(), DPI) == 255).all()
    assert (plain_zeros(np.zeros((50, 50), np.uint8), DPI) == 0).all()
