"""Which texts are dossier codes, and what is said of those that are none."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import dossiers
from catalog.dossiers import HERE, Dossier, DossierCodeError, Fault
from core.errors import UsageError

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "dossier"),
    [
        (
            "000.00.53.H48-220921-0099",
            Dossier("000.00.53.H48-220921-0099", "000.00.53.H48", date(2022, 9, 21), "0099"),
        ),
        ("H61.12.3-230420-0001", Dossier("H61.12.3-230420-0001", "H61.12.3", date(2023, 4, 20), "0001")),
        ("H61-261120-100000", Dossier("H61-261120-100000", "H61", TODAY, "100000")),
        ("G22.99.101.5-240229-12345", Dossier("G22.99.101.5-240229-12345", "G22.99.101.5", date(2024, 2, 29), "12345")),
    ],
)
def test_both_forms_are_understood(text: str, dossier: Dossier) -> None:
    assert dossiers.parse(text, TODAY) == dossier


@pytest.mark.parametrize("text", [" h61.12.3 - 230420 - 0001\n", "H61.12.3–230420—0001", "\u00a0H61.12.3-230420-0001"])
def test_habits_of_writing_are_forgiven(text: str) -> None:
    assert dossiers.parse(text, TODAY).code == "H61.12.3-230420-0001"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        (" \t\n", Fault.EMPTY),
        ("H61.12.3", Fault.FORM),
        ("H61.12.3-230420", Fault.FORM),
        ("H61.12.3-230420-0001-2", Fault.FORM),
        ("x" * 100_000, Fault.FORM),
        ("H61.12.3-230420-" + "0" * 60, Fault.FORM),
        ("-230420-0001", Fault.UNIT),
        ("H6-230420-0001", Fault.UNIT),
        ("H61.-230420-0001", Fault.UNIT),
        ("H61.1.2.3.4-230420-0001", Fault.UNIT),
        ("00.00.53.H48-230420-0001", Fault.UNIT),
        ("../H61-230420-0001", Fault.UNIT),
        ("H61.12.3-230230-0001", Fault.DAY),
        ("H61.12.3-20230420-0001", Fault.DAY),
        ("H61.12.3-٢٣٠٤٢٠-0001", Fault.DAY),
        ("H61.12.3-261121-0001", Fault.FUTURE),
        ("H61.12.3-991231-0001", Fault.FUTURE),
        ("H61.12.3-230420-0000", Fault.NUMBER),
        ("H61.12.3-230420-001", Fault.NUMBER),
        ("H61.12.3-230420-0O01", Fault.NUMBER),
    ],
)
def test_what_is_wrong_is_named(text: str, fault: Fault) -> None:
    with pytest.raises(DossierCodeError, match=r"dossier code") as raised:
        dossiers.parse(text, TODAY)
    assert raised.value.fault is fault
    assert isinstance(raised.value, UsageError)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever comes, it is a code that reads the same a second time, or a fault."""
    try:
        code = dossiers.parse(text, TODAY).code
    except DossierCodeError:
        return
    assert dossiers.parse(code, TODAY).code == code


@given(st.dates(date(2000, 1, 1), TODAY), st.integers(1, 999_999))
def test_every_day_of_the_calendar_has_its_codes(day: date, number: int) -> None:
    assert dossiers.parse(f"H61.12.3-{day:%y%m%d}-{number:04}", TODAY).day == day


def test_the_day_is_that_of_vietnam() -> None:
    late = datetime.fromisoformat("2026-11-20T17:00:00+00:00")
    assert dossiers.local_day(late) == date(2026, 11, 21)
    assert dossiers.begin_of(date(2026, 11, 21)) == late
    assert dossiers.end_of(TODAY) == late
    assert dossiers.begin_of(TODAY).tzinfo is HERE
