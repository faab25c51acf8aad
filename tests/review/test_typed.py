"""What people type in short is understood, and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review import typed

TODAY = date(2026, 11, 22)
DAY = date(2019, 3, 5)


@pytest.mark.parametrize(
    "text",
    ["050319", "05032019", "5/3/19", "05/03/2019", "5.3.2019", "5-3-19", " 5 / 3 / 2019 ", "5 3 19", "2019-03-05"],
)
def test_a_day_typed_in_short(text: str) -> None:
    assert typed.day(text, TODAY) == DAY


@pytest.mark.parametrize(
    "text",
    ["", "5", "0503", "50319", "310219", "31/02/2019", "5/13/19", "2019-3-5", "5/3", "5/3/019", "٠٥٠٣١٩", "050319x"],
)
def test_what_is_no_day(text: str) -> None:
    assert typed.day(text, TODAY) is None


def test_two_digits_of_a_year_mean_the_past_unless_the_future_is_meant() -> None:
    assert typed.day("010126", TODAY) == date(2026, 1, 1)
    assert typed.day("010127", TODAY) == date(1927, 1, 1)
    assert typed.day("010150", TODAY, ahead=True) == date(2050, 1, 1)
    assert typed.day("010180", TODAY, ahead=True) == date(1980, 1, 1)
    assert typed.day("310999", TODAY) is None


@given(st.dates(date(1945, 9, 2), date(2026, 11, 22)))
def test_every_day_is_understood_as_it_is_shown(day: date) -> None:
    assert typed.day(f"{day:%d/%m/%Y}", TODAY) == typed.day(f"{day:%d%m%Y}", TODAY) == day


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    typed.day(text, TODAY)
    typed.rest_of(text)


@pytest.mark.parametrize(
    ("number", "rest"),
    [
        ("1234/QĐ-UBND", "/QĐ-UBND"),
        ("577/2019/QĐ-UBND", "/2019/QĐ-UBND"),
        ("12A/GPXD", "/GPXD"),
        ("470/TLKT-BS", "/TLKT-BS"),
        ("BX 123456", ""),
        ("41N8033112", ""),
        ("1234", ""),
        ("", ""),
    ],
)
def test_what_follows_the_figures_of_a_number(number: str, rest: str) -> None:
    assert typed.rest_of(number) == rest


def test_what_was_read_goes_before_what_the_unit_usually_writes() -> None:
    earlier = ["1/2017/GPXD", "2/2018/GPXD", "3/QĐ-UBND", "BX 123456"]
    assert typed.rests("9/GPMT", earlier, "2019") == ("/GPMT", "/2019/GPXD", "/QĐ-UBND")
    assert typed.rests("", earlier) == ("/2017/GPXD", "/2018/GPXD", "/QĐ-UBND")
    assert typed.rests("", []) == ()
