"""Who did what, where and when; nothing of it tells a person's name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog import deeds, events, units
from catalog.deeds import Wanted

NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)


@pytest.fixture
def busy(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two units, and two people at work in both, one event every three hours of ten days."""
    monkeypatch.setattr(events, "now", lambda: NOON - timedelta(hours=1))
    for code in ("H1", "H2"):
        units.add(code, f"Sở {code}")
    for number in range(80):
        monkeypatch.setattr(events, "now", lambda number=number: NOON + timedelta(hours=3 * number))
        with transaction.atomic(), events.acting(("an", "token:một cửa", "bình")[number % 3]):
            kind = "result.opened" if number % 2 else "scan.refused"
            subject = f"result:{number}" if number % 2 else "Nguyễn Văn A: 7.pdf"
            events.append(("H1", "H2")[number % 5 == 0], kind, subject, {})


def test_deeds_are_picked_by_unit_person_kind_and_day(busy: None) -> None:
    everything = [deed for deed in deeds.listing(Wanted(), 1000) if deed.kind != "unit.added"]
    assert [deed.time for deed in everything] == [NOON + timedelta(hours=3 * n) for n in reversed(range(80))]
    wanted = Wanted(frozenset({"H1"}), "an", frozenset({"result.opened"}), date(2026, 3, 3), date(2026, 3, 5))
    found = deeds.listing(wanted, 1000)
    local = timedelta(hours=7)
    assert [deed.id for deed in found] == [
        deed.id
        for deed in everything
        if (deed.unit, deed.actor, deed.kind) == ("H1", "an", "result.opened")
        and date(2026, 3, 3) <= (deed.time + local).date() <= date(2026, 3, 5)
    ]
    assert found
    assert deeds.listing(Wanted(frozenset()), 10) == deeds.listing(Wanted(last=date(2026, 2, 28)), 10) == ()


def test_pages_of_deeds_meet_without_gap_and_the_number_of_questions_stays(busy: None) -> None:
    wanted = Wanted(first=date(2026, 3, 2), last=date(2026, 3, 9))
    whole = deeds.listing(wanted, 1000)
    paged: list[deeds.Deed] = []
    while page := deeds.listing(wanted, 10, paged[-1].id if paged else None):
        paged += page
    assert tuple(paged) == whole
    assert len(whole) == 8 * 8
    with CaptureQueriesContext(connection) as asked:
        deeds.listing(wanted, 100)
    assert len(asked) < 30


def test_a_deed_tells_no_name_of_a_file(busy: None) -> None:
    assert {deed.subject for deed in deeds.listing(Wanted(kinds=frozenset({"scan.refused"})), 1000)} == {""}
    assert deeds.listing(Wanted(kinds=frozenset({"result.opened"})), 1)[0].subject == "result:79"


def test_days_at_the_ends_of_time_are_days(busy: None) -> None:
    assert len(deeds.listing(Wanted(first=date.min, last=date.max), 1000)) == 82
