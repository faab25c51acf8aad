"""Validity: counted from the paper's own words, on any day."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import validity
from catalog.states import Standing
from catalog.validity import Period, Validity

DAYS = st.dates(date(1945, 9, 2), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [
        ("12 tháng", 12, 0),
        ("5 năm", 60, 0),
        ("05 (năm) năm", 60, 0),
        ("12 (mười hai) THÁNG", 12, 0),
        ("1 năm 6 tháng", 18, 0),
        ("1 năm, 6 tháng", 18, 0),
        ("90 ngày", 0, 90),
        ("2 tuần", 0, 14),
        ("không thời hạn", 0, 0),
        ("Không xác định thời hạn", 0, 0),
        ("12 tháng", 12, 0),
    ],
)
def test_periods_are_read_as_papers_write_them(text: str, months: int, days: int) -> None:
    assert validity.period(text) == Period(months, days)


@pytest.mark.parametrize(
    "text", ["", "5", "năm năm", "tháng 12", "12 tháng kể từ", "0 năm", "1,5 năm", "5 năm năm", "("]
)
def test_what_is_no_period_is_not_guessed_at(text: str) -> None:
    assert validity.period(text) is None


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2019-03-05", 12, "2020-03-05"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2023-12-15", 1, "2024-01-15"),
    ],
)
def test_a_period_ends_on_the_day_of_the_same_number_or_at_the_end_of_the_month(
    start: str, months: int, end: str
) -> None:
    assert Period(months).end(date.fromisoformat(start)) == date.fromisoformat(end)


@given(DAYS, st.integers(1, 2400))
def test_an_end_lies_so_many_months_later_and_on_the_same_day_or_the_last_one(start: date, months: int) -> None:
    end = Period(months).end(start)
    assert end is not None
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    last = monthrange(end.year, end.month)[1]
    assert end.day == min(start.day, last)


@given(DAYS, st.integers(1, 1200))
def test_years_and_their_months_end_alike_and_longer_ones_not_earlier(start: date, months: int) -> None:
    end, later = Period(months).end(start), Period(months + 1).end(start)
    assert end is not None
    assert later is not None
    assert end < later
    assert validity.span({"issue_date": start.isoformat(), "validity": f"{months} tháng"}) == (start, end)
    if months % 12 == 0:
        assert validity.span({"issue_date": start.isoformat(), "validity": f"{months // 12} năm"}) == (start, end)


@given(DAYS, st.integers(0, 99_999_999), st.integers(0, 99_999_999))
def test_no_period_is_beyond_the_calendar(start: date, months: int, days: int) -> None:
    end = Period(months, days).end(start)
    assert end is None or start < end <= date(MAXYEAR, 12, 31)


def test_a_printed_date_of_expiry_goes_before_a_period() -> None:
    values = {"issue_date": "2020-01-31", "validity": "12 tháng", "expiry_date": "2020-06-30"}
    assert validity.span(values) == (date(2020, 1, 31), date(2020, 6, 30))


@pytest.mark.parametrize(
    "values", [{}, {"issue_date": "2020-02-30", "validity": "12 tháng"}, {"validity": "12 tháng"}, {"issue_date": ""}]
)
def test_without_a_day_of_issue_nothing_is_counted(values: dict[str, str]) -> None:
    assert validity.span(values) == (None, None)


def on(day: date, start: date | None, end: date | None, status: str = "in_force") -> Validity:
    return validity.on(day, issue_date=start, valid_from=start, valid_to=end, status=status)


@given(DAYS, st.integers(0, 40_000))
def test_first_and_last_day_are_valid_and_the_days_around_them_are_not(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    day = timedelta(days=1)
    assert on(start, start, end) == on(end, start, end) == Validity.VALID
    assert on(start - day, start, end) == Validity.NOT_YET
    assert on(end + day, start, end) == Validity.EXPIRED
    assert on(end + day, start, None) == Validity.VALID


def test_what_nobody_knows_is_not_called_valid() -> None:
    assert on(date(2020, 1, 1), None, None) == Validity.UNKNOWN
    assert on(date(2020, 1, 1), None, date(2020, 1, 1)) == Validity.UNKNOWN
    assert on(date(2020, 1, 2), None, date(2020, 1, 1)) == Validity.EXPIRED, "the last day alone says so"
    issued = date(2020, 1, 1)
    assert validity.on(issued, issue_date=issued, valid_from=None, valid_to=None, status="in_force") == Validity.VALID


@given(DAYS, st.none() | DAYS, st.none() | DAYS)
def test_a_decision_goes_before_all_dates(day: date, start: date | None, end: date | None) -> None:
    assert on(day, start, end, Standing.REVOKED.value) == Validity.REVOKED
    assert on(day, start, end, Standing.REPLACED.value) == Validity.REPLACED
