"""Charts are pictures that any reader of SVG can read, with the numbers that they were given, whatever names hold."""

from __future__ import annotations

import os
import signal
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from quotas.charts import drawing
from quotas.charts.drawing import ChartError, Drawer
from quotas.charts.numbers import number
from quotas.charts.records import (
    LONGEST,
    Ahead,
    Bar,
    Bars,
    Chart,
    Columns,
    HeatMap,
    Interval,
    Intervals,
    Line,
    Lines,
    Moment,
    Tally,
    Trend,
    labels,
    plain,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
HOSTILE = (
    "<script>alert(1)</script>",
    "\u202eđơn vị\u0000 \ud800 ngược",
    "Ủy ban nhân dân " * 40,
    "]]> & ' \" %s {{ }} datum.share",
    "",
    "",
)


def bars(*rows: Bar, language: str = "vi") -> Bars:
    return Bars(rows, "Tỷ lệ", "Chỉ tiêu", "đạt", "chưa đạt", "N/A", language)


@pytest.fixture(scope="module")
def drawer() -> Iterator[Drawer]:
    made = Drawer()
    yield made
    made.close()


def texts(picture: bytes) -> list[str]:
    """What is written in an SVG, without what charts tell screen readers: the page has a table for them."""
    return ["".join(node.itertext()) for node in ET.fromstring(picture).iter() if node.tag.endswith("}text")]


def drawn(drawer: Drawer, chart: Chart) -> list[str]:
    picture = drawer.draw(chart, 0)
    root = ET.fromstring(picture)
    assert (int(root.attrib["width"]), int(root.attrib["height"])) == chart.size
    assert b"<script" not in picture and b"http" not in picture.replace(b"http://www.w3.org/", b"")
    return texts(picture)


def test_bars_have_names_numbers_and_targets(drawer: Drawer) -> None:
    rows = (Bar("Xã Tân Hòa", 1234.5, 20.0), Bar("Xã Lai Vung", 12.34, 20.0), Bar("Sở Nội vụ", None, None))
    found = drawn(drawer, bars(*rows))
    assert {"Xã Tân Hòa", "Xã Lai Vung", "Sở Nội vụ", "1.234,50 %", "12,34 %", "N/A", "Chỉ tiêu"} <= set(found)
    assert "1,234.50 %" in drawn(drawer, bars(*rows, language="en"))


def test_a_trend_has_days_as_they_are_written_here(drawer: Drawer) -> None:
    points = tuple(Moment(FIRST + timedelta(days=10 * n), n) for n in range(20))
    ahead = (Ahead(points[-1].day, 19, 19), Ahead(LAST, 22, 31))
    made = Trend(points, 20.0, ahead, FIRST, LAST, "Tỷ lệ", "Đã số hóa", "Chỉ tiêu", "Dự báo")
    found = drawn(drawer, made)
    assert {"Đã số hóa", "Chỉ tiêu", "Dự báo", "01/03", "20 %"} <= set(found)
    lonely = Trend(points[:1], None, (), FIRST, LAST, "Tỷ lệ", "Đã số hóa", "Chỉ tiêu", "Dự báo")
    assert "Chỉ tiêu" not in drawn(drawer, lonely)


def test_cells_of_months_that_have_not_begun_are_empty(drawer: Drawer) -> None:
    months = tuple(f"T{n}" for n in range(1, 13))
    row = (1234, 0, *[None] * 10)
    found = drawn(drawer, HeatMap((("Xã Tân Hòa", row), ("Xã khác", row)), months, "Kết quả"))
    assert {"Xã Tân Hòa", "Xã khác", "T12", "1.234", "0"} <= set(found)
    assert "null" not in found and "None" not in found


@pytest.mark.parametrize(
    "chart",
    [
        bars(),
        Trend((), None, (), FIRST, LAST, "a", "b", "c", "d"),
        HeatMap((), (), "a"),
        Lines((), (), "a"),
        Intervals((), "a"),
        Columns((), "a", "b"),
        Tally((), "a"),
    ],
    ids=lambda chart: type(chart).__name__,
)
def test_nothing_can_be_drawn_too(drawer: Drawer, chart: Chart) -> None:
    drawn(drawer, chart)


def test_names_can_hold_anything(drawer: Drawer) -> None:
    days = (FIRST, FIRST + timedelta(days=1))
    several: list[Chart] = [
        bars(*(Bar(name, 10.0, 20.0) for name in HOSTILE)),
        HeatMap(tuple((name, (1, 2)) for name in HOSTILE), ("T1", "T1"), "a"),
        Lines(days, tuple(Line(name, (1.0, None)) for name in HOSTILE[:5]), "a"),
        Intervals(tuple(Interval(name, 1.0, 0.5, 2.0) for name in HOSTILE), "a"),
        Columns(tuple((name, 3) for name in HOSTILE), "a", "b"),
        Tally(tuple((name, 3) for name in HOSTILE), "a"),
    ]
    for chart in several:
        found = " ".join(drawn(drawer, chart))
        assert "<script>alert(1)</script>" in found, "as text"
        assert "\u202e" not in found


def test_names_are_short_visible_and_told_apart() -> None:
    assert plain("  Sở\n Nội\u200bvụ\u202e ") == "Sở Nộivụ"
    assert len(plain("x" * 500)) == LONGEST
    assert labels(["a", "a", "", "a (2)", "\u0000"]) == ["a", "a (2)", "–", "a (2) (2)", "– (2)"]


def test_numbers_are_rounded_half_up_and_written_as_readers_do() -> None:
    assert number(1234567.125, "vi", 2) == "1.234.567,13"
    assert number(2.5, "en") == "3"
    assert number(-1234, "xx") == "-1,234"


def test_a_picture_for_print_is_a_png_of_the_asked_size(drawer: Drawer) -> None:
    chart = Tally((("Giấy khai sinh", 3),), "Lượt")
    picture = drawer.draw(chart, 2.0)
    assert picture.startswith(b"\x89PNG")
    width = int.from_bytes(picture[16:20], "big")
    assert width == 2 * chart.size[0]


def test_the_same_numbers_have_the_same_digest_and_are_drawn_once(drawer: Drawer) -> None:
    one, other = bars(Bar("a", 1.0, None)), bars(Bar("a", 1.5, None))
    assert drawing.digest(one) == drawing.digest(bars(Bar("a", 1.0, None))) != drawing.digest(other)
    assert drawing.digest(one) != drawing.digest(one, 2.0)
    assert drawer.draw(one, 0) is drawer.draw(one, 0)


def test_a_drawing_process_that_dies_is_replaced_and_one_that_hangs_is_ended() -> None:
    drawer = Drawer(charts=2)
    try:
        drawer.draw(bars(Bar("a", 1.0, None)), 0)
        first = drawer.process
        assert first is not None
        os.kill(first, signal.SIGKILL)
        drawer.draw(bars(Bar("a", 2.0, None)), 0)
        second = drawer.process
        assert second not in {None, first}
        drawer.draw(bars(Bar("a", 3.0, None)), 0)
        drawer.draw(bars(Bar("a", 4.0, None)), 0)
        assert drawer.process not in {None, second}, "it is renewed after so many charts"
    finally:
        drawer.close()
    hasty = Drawer(seconds=0.0)
    with pytest.raises(ChartError):
        hasty.draw(bars(Bar("a", 1.0, None)), 0)
    assert hasty.process is None
