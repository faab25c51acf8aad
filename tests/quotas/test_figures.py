"""Figures beside the targets are what the rows say, given to the units that answer for them today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from catalog import units
from catalog.models import Batch, Result, Scan, Unit
from quotas import backlog, board, capacity, figures, months, periods, responsibility, savings, snapshots, targets
from quotas.figures import Name
from quotas.models import Figure
from quotas.states import Kind
from registers.models import Line
from tests.quotas import rows

DAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def organisation(database: str) -> None:
    """A province with a commune that came after a district, and another commune."""
    units.add("H61", "Ủy ban nhân dân tỉnh")
    units.add("H61.1", "Ủy ban nhân dân xã Tân Hòa", "H61")
    units.add("H61.2", "Ủy ban nhân dân xã Hòa Long", "H61")
    units.add("H61.9", "Ủy ban nhân dân huyện", "H61", valid_to=date(2025, 6, 30), successors=("H61.1",))


def found(name: Name, *codes: str, year: int = DAY.year) -> list[Any]:
    wanted = codes or ("H61", "H61.1", "H61.2", "H61.9")
    return list(figures.read(name, year, wanted).units.values())


def test_results_of_a_month_are_those_recorded_in_it_here_and_not_in_greenwich() -> None:
    rows.result("H61.1", date(2026, 3, 31), pages=3)
    rows.result("H61.9", date(2026, 3, 1), pages=4)
    late = rows.result("H61.2", date(2026, 1, 1), pages=5)
    Result.objects.filter(pk=late).update(recorded=datetime(2026, 3, 31, 17, 30, tzinfo=UTC))  # April in Vietnam
    rows.result("H61.2", date(2025, 12, 31), pages=6)
    rows.set_aside(rows.result("H61.1", date(2026, 3, 2)))
    figures.take(DAY)
    assert months.total(found(Name.MONTHS, "H61.1")).results[2] == 2, "the district's is its successor's"
    everything = months.total(found(Name.MONTHS))
    assert everything.results == (0, 0, 2, 1, *[0] * 8)
    assert everything.pages[2:4] == (7, 5)
    assert months.total(found(Name.MONTHS, year=2025)).results[11] == 1, "the year before was never counted"


def test_the_last_nights_of_a_year_that_were_missed_are_made_up_for() -> None:
    figures.take(date(2026, 12, 20))
    rows.result("H61.1", date(2026, 12, 28))
    figures.take(date(2027, 1, 4))
    assert months.total(found(Name.MONTHS)).results[11] == 1


def test_what_is_missing_is_told_by_its_year() -> None:
    for year in (2015, 2015, 2018):
        rows.line("H61.9", date(year, 5, 5))
    rows.line("H61.2", None, number_key="7/2016")
    rows.line("H61.2", None, number_key="")
    rows.line("H61.2", date(2015, 1, 1), status="revoked")
    rows.line("H61.2", date(2015, 1, 1), valid_to=DAY - timedelta(days=1))
    rows.line("H61.2", date(2015, 1, 1), withdrawn=datetime(2026, 1, 1, tzinfo=UTC))
    done = rows.line("H61.2", date(2015, 1, 1))
    Line.objects.filter(pk=done).update(result=rows.result("H61.2", DAY))
    doubtful = rows.line("H61.2", date(2015, 1, 1))
    Line.objects.filter(pk=doubtful).update(result=rows.result("H61.2", DAY, in_review=True))
    figures.take(DAY)
    known = backlog.total(found(Name.BACKLOG))
    assert known.years == ((2015, 3), (2016, 1), (2017, 0), (2018, 1))
    assert (known.unknown, known.lines) == (1, 6)
    assert backlog.total(found(Name.BACKLOG, "H61.1")).years == ((2015, 2), (2016, 0), (2017, 0), (2018, 1))
    assert backlog.total([]).lines == 0


def test_pages_a_day_are_those_of_days_on_which_anything_came() -> None:
    for back, operator, pages in ((0, "lan", 100), (0, "lan", 50), (3, "lan", 30), (27, "binh", 7), (28, "binh", 999)):
        _arrived("H61.9", operator, DAY - timedelta(days=back), pages)
    figures.take(DAY)
    known = capacity.total(found(Name.CAPACITY), DAY)
    assert [(p.name, p.pages, p.days, p.pages_a_day) for p in known.operators] == [
        ("lan", 180, 2, 90),
        ("binh", 7, 1, 7),
    ]
    assert known.operators[0].by_day[-4:] == (30, 0, 0, 150)
    assert [(way.name, way.pages, way.batches) for way in known.ways] == [("watched", 187, 3)]
    assert len(known.days) == capacity.DAYS and known.days[-1] == DAY
    assert capacity.total([], DAY).operators == ()


def test_what_saves_paper_is_what_stands_in_the_ledger() -> None:
    kinds = {"Giấy khai sinh": 2, "Giấy phép xây dựng": 1}
    for kind, uses in kinds.items():
        for number in range(uses):
            _used(rows.result("H61.1", DAY, document_type=kind, pages=3), "H61.9", date(2026, 2, 1), f"{kind}{number}")
    _used(rows.result("H61.1", DAY, document_type="khác"), "H61.2", date(2025, 2, 1), "x")
    _used(rows.result("H61.1", DAY, document_type="khác"), "H61.2", date(2026, 2, 1), "y", undone=True)
    figures.take(DAY)
    known = savings.total(found(Name.SAVINGS, "H61.1"))
    assert [(one.document_type, one.uses, one.pages) for one in known] == [
        ("Giấy khai sinh", 2, 6),
        ("Giấy phép xây dựng", 1, 3),
    ]
    assert found(Name.SAVINGS, "H61.2") == []
    assert savings.total(found(Name.SAVINGS)) == known


def test_counting_again_replaces_and_an_older_day_does_not() -> None:
    line = rows.line("H61.2", date(2015, 1, 1))
    rows.line("H61.1", date(2015, 1, 1))
    figures.take(DAY)
    Line.objects.filter(pk=line).update(status="revoked")
    figures.take(DAY - timedelta(days=1))
    assert backlog.total(found(Name.BACKLOG)).lines == 2, "what was counted later stays"
    figures.take(DAY)
    read = figures.read(Name.BACKLOG, 2026, ["H61.1", "H61.2"])
    assert list(read.units) == ["H61.1"] and read.day == DAY
    before = Figure.objects.count()
    figures.take(DAY)
    assert Figure.objects.count() == before
    assert figures.read(Name.BACKLOG, 2024, ["H61.1"]) == figures.Found(None, {})


def test_a_dashboard_begins_at_the_top_of_what_somebody_answers_for() -> None:
    there = board.world(DAY)
    assert board.tops(there, None) == ("H61",)
    assert board.tops(there, {"H61.1", "H61.2", "H61.9"}) == ("H61.2", "H61.1"), "by name, without the one that ended"
    assert board.tops(there, {"H61.9"}) == ("H61.9",)
    assert board.tops(there, set()) == ()
    assert [(part.unit, set(part.units)) for part in board.parts(there, "H61")] == [
        ("H61.2", {"H61.2"}),
        ("H61.1", {"H61.1"}),
    ]
    assert board.parts(there, "H61.1") == ()


def test_rows_of_several_units_are_those_of_the_newest_count_of_any() -> None:
    year = periods.year(2026)
    rows.line("H61.1", date(2015, 1, 1))
    assert board.newest_rows(["H61.1"], Kind.OLD, year) == ()
    snapshots.take(DAY - timedelta(days=1), "an")
    rows.line("H61.1", date(2015, 1, 1))
    targets.put("H61.1", Kind.OLD, year, "20", "kế hoạch", "an")
    snapshots.take(DAY, "an")
    (row,) = board.newest_rows(["H61.1"], Kind.OLD, year)
    assert (row.all.counted, row.all.digitized, board.need(row)) == (2, 0, 1)
    assert board.offered("H61.1", Kind.OLD, DAY) == (year,)
    assert board.offered("H61.1", Kind.OLD, date(2027, 1, 1)) == (periods.year(2027), year)


def test_who_answers_for_a_sample_of_an_ended_unit() -> None:
    there = board.world(DAY)
    below = board.parts(there, "H61")
    assert board.home(there.responsible, "H61.9", below) == "H61.1"
    assert board.home(there.responsible, "H61", below) == ""
    assert board.home(there.responsible, "unknown", below) == ""
    assert responsibility.on(DAY, there.organisation.units).answers["H61.9"].unit == "H61.1"


def _arrived(unit: str, operator: str, day: date, pages: int) -> None:
    from staging.models import Arrival, StagedBatch

    row, number, at = Unit.objects.get(code=unit), Scan.objects.count(), rows.noon(day)
    batch, _new = Batch.objects.get_or_create(unit=row, name=f"{operator} {day}", defaults={"created": at})
    staged, _new = StagedBatch.objects.get_or_create(
        batch=batch, defaults={"operator": operator, "split": "blank", "opened": at, "opened_by": operator}
    )
    scan = Scan.objects.create(
        batch=batch,
        unit=row,
        name="a",
        sha256=f"a{number:063x}",
        size=1,
        media_type="application/pdf",
        pages=pages,
        received=at,
    )
    Arrival.objects.create(scan=scan, batch=staged, way="watched", actor="x", time=at, pages=pages)


def _used(result: int, unit: str, day: date, dossier: str, undone: bool = False) -> None:
    from reuse.models import Reuse

    at = rows.noon(day)
    Reuse.objects.create(
        result_id=result,
        edition=1,
        unit_id=unit,
        dossier=dossier,
        dossier_day=day,
        ordinal=1,
        person="x",
        actor="x",
        time=at,
        request="x",
        vouched="{}",
        undone=at if undone else None,
    )
