"""Days in tables: the day first, centuries by a pivot, and what is no day is none."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreadsheets import values
from spreadsheets.dates import EARLIEST, Day, Doubt, Problem, parse
from spreadsheets.records import Cell

LAST = date(2026, 11, 22)
FIFTH = date(2019, 3, 5)


@pytest.mark.parametrize(
    ("cell", "doubt"),
    [
        ("5/3/2019", None),
        ("05-03-2019", None),
        ("05.03.2019", None),
        ("5 / 3 / 2019", None),
        ("05032019", None),
        ("2019-03-05", None),
        ("2019-03-05 00:00:00", None),
        ("5/3/2019 8:30", None),
        ("05-03-19", Doubt.TWO_DIGITS),
        ("5/3/19", Doubt.TWO_DIGITS),
        ("ngày 05 tháng 3 năm 2019", None),
        ("Lai Vung, ngày 05 tháng 3 năm 2019", None),
        ("Ngày 5/3/2019", None),
        ("'5/3/2019", None),
        (" 5/3/2019. ", None),
        (43529, Doubt.SERIAL),
        (43529.5, Doubt.SERIAL),
        ("43529", Doubt.SERIAL),
        (date(2019, 3, 5), None),
        (datetime(2019, 3, 5, 8, 30), None),
    ],
)
def test_one_day_in_many_hands(cell: Cell, doubt: Doubt | None) -> None:
    assert parse(cell, LAST) == Day(FIFTH, None, doubt)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (None, Problem.EMPTY),
        ("", Problem.EMPTY),
        ("30/2/2019", Problem.NO_SUCH_DAY),
        ("13/13/2019", Problem.NO_SUCH_DAY),
        ("2019", Problem.ONLY_YEAR),
        (2019, Problem.ONLY_YEAR),
        ("năm 1987", Problem.ONLY_YEAR),
        ("3/2019", Problem.ONLY_MONTH),
        ("tháng 3 năm 2019", Problem.ONLY_MONTH),
        ("5/3/2119", Problem.OUT_OF_RANGE),
        ("5/3/1719", Problem.OUT_OF_RANGE),
        ("577/GPXD", Problem.NO_DATE),
        ("không rõ", Problem.NO_DATE),
        (12, Problem.NO_DATE),
        (True, Problem.NO_DATE),
    ],
)
def test_what_is_no_day(cell: Cell, problem: Problem) -> None:
    assert parse(cell, LAST) == Day(None, problem)


def test_a_month_written_first_is_taken_where_nothing_else_can_be_and_doubted() -> None:
    assert parse("03/25/2019", LAST) == Day(date(2019, 3, 25), None, Doubt.MONTH_FIRST)
    assert parse("03/05/2019", LAST).value == date(2019, 5, 3)


@pytest.mark.parametrize(("year", "meant"), [("26", 2026), ("27", 1927), ("99", 1999), ("45", 1945), ("00", 2000)])
def test_a_two_digit_year_is_the_last_one_that_can_be(year: str, meant: int) -> None:
    assert parse(f"1/1/{year}", LAST).value == date(meant, 1, 1)
    assert parse("1/1/30", date(2040, 1, 1), pivot=LAST).value == date(1930, 1, 1)


@given(st.dates(EARLIEST, LAST))
def test_every_day_comes_back_however_it_was_written(day: date) -> None:
    shown = (f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", day.isoformat(), f"{day:ngày %d tháng %m năm %Y}")
    assert [parse(text, LAST).value for text in shown] == [day] * len(shown)
    if day > date(LAST.year - 99, 1, 1):
        assert parse(f"{day:%d/%m/%y}", LAST).value == day


@given(st.one_of(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.integers()))
def test_nothing_makes_it_fail_and_no_day_is_out_of_range(cell: Cell) -> None:
    found = parse(cell, LAST)
    assert (found.value is None) == (found.problem is not None)
    assert found.value is None or EARLIEST <= found.value <= LAST


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        (87185001234, "087185001234"),
        (34012345, "034012345"),
        ("087 185 001 234", "087185001234"),
        ("087.185.001.234", "087185001234"),
        (87185001234.0, "087185001234"),
        ("'340123456", "340123456"),
        ("1801234567", "1801234567"),
        ("B1234567", "B1234567"),
        ("không có", "không có"),
        (None, ""),
    ],
)
def test_identity_numbers_get_back_what_a_spreadsheet_took(cell: Cell, meant: str) -> None:
    assert values.identity(cell) == meant


@pytest.mark.parametrize(("cell", "meant"), [("1.234", 1234), (12.0, 12), ("12 tờ", 12), ("", None), (1.5, None)])
def test_counts(cell: Cell, meant: int | None) -> None:
    assert values.count(cell) == meant


def test_cells_as_texts() -> None:
    assert values.text(577) == "577"
    assert values.text(0.1) == "0.1"
    assert values.text(1e22) == "10000000000000000000000"
    assert values.text(date(2019, 3, 5)) == "05/03/2019"
    assert values.text("  a\n b ") == "a b"
