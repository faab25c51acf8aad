"""Seals and pens leave the print alone; red print stays; stamps that are no print go."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.geometry import Image
from ocr.ground import Ground
from ocr.ink import Inks, separate, without_colour
from tests.ocr.pictures import BLUE, DPI, RED, blank, printed, stamped, text_on


def apart(page: Image) -> Inks:
    return separate(page, Ground.of(page, DPI))


def dark(gray: np.ndarray, area: tuple[slice, slice]) -> int:
    return int(np.count_nonzero(gray[area] < 120))


def test_a_seal_over_a_name_is_lifted_and_the_name_stays() -> None:
    page = text_on(blank(), "Nguyễn Thị Hạnh", (900, 1200), (20, 20, 20))
    named = apart(page).paper
    area = np.s_[1190:1250, 880:1200]
    name = dark(named, area)
    seal = blank((255, 255, 255))
    cv2.circle(seal, (920, 1200), 140, RED, 7)
    cv2.circle(seal, (920, 1200), 70, RED, 4)
    inks = apart(stamped(page, seal))
    assert len(inks.seals) == 1
    assert abs(dark(inks.paper, area) - name) < 0.1 * name
    assert dark(inks.paper, np.s_[1050:1180, 760:1080]) == 0


def test_a_pen_stroke_is_lifted_from_the_print_below_it() -> None:
    page = printed()
    area = np.s_[380:470, 200:1200]
    before = dark(apart(page).paper, area)
    stroke = blank((255, 255, 255))
    cv2.line(stroke, (150, 400), (1250, 440), BLUE, 5)
    inks = apart(stamped(page, stroke))
    assert np.count_nonzero(inks.pen) > 1000
    assert abs(dark(inks.paper, area) - before) < 0.1 * before


def test_red_print_is_kept() -> None:
    page = text_on(blank(), "AP 241606", (1200, 2100), RED, 44)
    inks = apart(page)
    assert inks.seals == ()
    assert dark(inks.paper, np.s_[2090:2160, 1190:1450]) > 500


def test_the_frame_of_an_incoming_stamp_goes_with_its_text() -> None:
    page = printed()
    cv2.rectangle(page, (200, 900), (520, 1060), RED, 4)
    page = text_on(page, "CÔNG VĂN ĐẾN", (220, 920), RED, 32)
    inks = apart(page)
    assert len(inks.seals) == 1
    assert dark(inks.paper, np.s_[890:1070, 190:530]) == 0


def test_a_page_without_colour_has_no_seals_and_no_pen() -> None:
    gray = cv2.cvtColor(printed(), cv2.COLOR_BGR2GRAY)
    inks = without_colour(gray)
    assert inks.seals == () and not inks.pen.any() and not inks.red.any()


def test_a_seal_and_a_pen_far_apart_are_both_lifted() -> None:
    page = printed()
    print_alone = dark(apart(page).paper, np.s_[:, :])
    ink = blank((255, 255, 255))
    cv2.circle(ink, (1200, 1900), 140, RED, 7)
    cv2.line(ink, (150, 1500), (600, 1540), BLUE, 5)
    inks = apart(stamped(page, ink))
    assert len(inks.seals) == 1 and np.count_nonzero(inks.pen) > 1000
    assert abs(dark(inks.paper, np.s_[:, :]) - print_alone) < 0.02 * print_alone


def test_colour_all_over_a_page_leaves_its_print() -> None:
    page = printed()
    before = dark(apart(page).paper, np.s_[200:900, 100:1500])
    ink = blank((255, 255, 255))
    for x in range(40, 1640, 60):
        cv2.line(ink, (x, 950), (x, 2300), BLUE, 3)
        cv2.line(ink, (40, 950 + x // 2), (1600, 950 + x // 2), RED, 3)
    after = dark(apart(stamped(page, ink)).paper, np.s_[200:900, 100:1500])
    assert abs(after - before) < 0.02 * before
