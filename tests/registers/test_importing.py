"""A register comes in: whole or not at all, once however often, and nothing is lost on the way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from catalog import events
from registers import columns
from registers.importing import Mode
from registers.models import Import, Line, Looked
from registers.records import Trouble
from registers.refusals import Refusal, RefusedRegisterError
from tests.registers.support import HEADER, ROWS, UNIT, check, mend, read, result, sheet, take
from tests.spreadsheets import making


def test_a_dry_run_tells_all_and_writes_nothing(register: str, tmp_path: Path) -> None:
    before = events.heads()
    counts = check(sheet(tmp_path, [*ROWS, (4, "580/GPXD", "30/2/2019", "Phạm Văn Gấc", "", "Giấy phép", "")]))
    assert (counts.rows, counts.new, counts.changed, counts.same, counts.refused) == (4, 3, 0, 0, 1)
    assert events.heads() == before
    assert not Line.objects.exists() and not Import.objects.exists()


def test_a_register_is_taken_and_taken_again_without_doubling(register: str, tmp_path: Path) -> None:
    done = take(sheet(tmp_path))
    assert (done.counts.new, done.counts.same) == (3, 0)
    line = Line.objects.get(number="577/GPXD")
    assert (line.number_key, line.holder_key, line.holder_id) == ("577/2019", "nguyen van at", "087185001234")
    assert (line.issue_date, line.row, line.imported_id, line.seen_id) == (date(2019, 3, 5), 2, done.id, done.id)
    again = take(sheet(tmp_path))
    assert (again.counts.new, again.counts.changed, again.counts.same) == (0, 0, 3)
    assert Line.objects.count() == 3
    line.refresh_from_db()
    assert (line.imported_id, line.seen_id) == (done.id, again.id)
    (event, _first) = [one for one in events.listing(UNIT) if one.kind == "register.imported"]
    assert event.data["same"] == 3
    assert "Nguyễn" not in str(event.data)


def test_what_was_corrected_in_the_file_is_changed_and_stays_the_same_line(register: str, tmp_path: Path) -> None:
    take(sheet(tmp_path))
    pk = Line.objects.get(number="577/GPXD").pk
    mended = [(1, "577/GPXD", "15/3/2019", "Nguyễn Văn Ất", 87185001234, "Giấy phép xây dựng", "Nhà kho"), *ROWS[1:]]
    done = take(sheet(tmp_path, mended))
    assert (done.counts.new, done.counts.changed, done.counts.same) == (0, 1, 2)
    line = Line.objects.get(pk=pk)
    assert (line.subject, line.issue_date, line.imported_id) == ("Nhà kho", date(2019, 3, 15), done.id)


def test_a_line_that_gets_a_dossier_is_no_other_line(register: str, tmp_path: Path) -> None:
    take(sheet(tmp_path))
    pk = Line.objects.get(number="577/GPXD").pk
    header = (*HEADER, "Mã hồ sơ")
    with_dossiers = [(*row, f"H61.12-190301-{at:04}") for at, row in enumerate(ROWS, start=1)]
    done = take(sheet(tmp_path, with_dossiers, header))
    assert (done.counts.new, done.counts.changed, done.counts.dossiers) == (0, 3, 3)
    assert Line.objects.get(dossier="H61.12-190301-0001").pk == pk
    assert Line.objects.count() == 3
    assert take(sheet(tmp_path, with_dossiers, header)).counts.same == 3
    assert take(sheet(tmp_path)).counts.new == 0  # a list that leaves dossiers out
    assert Line.objects.count() == 3


def test_all_or_nothing_takes_nothing_where_a_row_is_bad(register: str, tmp_path: Path) -> None:
    path = sheet(tmp_path, [*ROWS, (4, "580/GPXD", "2019", "Phạm Văn Gấc", "", "Giấy phép", "")])
    with pytest.raises(RefusedRegisterError) as refused:
        take(path, mode=Mode.ALL_OR_NOTHING)
    assert refused.value.refusal is Refusal.BAD_ROWS
    assert not Line.objects.exists() and not Import.objects.exists()
    assert take(sheet(tmp_path), mode=Mode.ALL_OR_NOTHING).counts.new == 3


def test_the_rest_is_a_file_to_mend_that_comes_in_like_any(register: str, tmp_path: Path) -> None:
    bad = [
        (4, "580/GPXD", "30/2/2019", "Phạm Văn Gấc", 87185001234, "Giấy phép xây dựng", "Nhà ở"),
        (5, "581/GPXD", "08/03/2019", "Đỗ Thị Gừng", "12345", "Giấy phép xây dựng", "Nhà ở"),
    ]
    path = making.xlsx(tmp_path / "a.xlsx", [(), (None, *HEADER), *[(None, *row) for row in (*ROWS, *bad)]])
    assert take(path).counts.refused == 2
    to = tmp_path / "mend.xlsx"
    assert mend(path, to) == 2
    import openpyxl

    book = openpyxl.load_workbook(to)
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0] == (None, *HEADER, "Lý do chưa nhận")
    assert rows[1][:8] == (None, *bad[0])
    assert "no_date" in str(rows[1][8]) or "no_such_day" in str(rows[1][8])
    assert "D: " in str(rows[1][8])
    page = book.active
    assert page is not None
    page["D2"], page["F3"] = "28/02/2019", "340123457"
    book.save(to)
    done = take(to)
    assert (done.counts.new, done.counts.refused) == (2, 0)
    assert Line.objects.count() == 5
    assert take(path).counts.same == 3


def test_what_is_gone_from_the_file_is_told_and_not_withdrawn(register: str, tmp_path: Path) -> None:
    take(sheet(tmp_path))
    last_year = [(9, "1/GPXD", "05/03/2018", "Lê Văn Mận", "", "Giấy phép xây dựng", "")]
    assert take(sheet(tmp_path, last_year)).counts.missing == 0  # of other days
    shorter = [ROWS[0], ROWS[2]]
    assert check(sheet(tmp_path, shorter)).missing == 1
    assert take(sheet(tmp_path, shorter)).counts.missing == 1
    assert Line.objects.filter(withdrawn=None).count() == 4


def test_the_same_line_twice_in_a_file_is_told_with_the_row_that_came_first(register: str, tmp_path: Path) -> None:
    taken, (bad,) = read(sheet(tmp_path, [*ROWS, ROWS[1]]))
    assert len(taken) == 3
    assert (bad.number, bad.problems[0].trouble, bad.problems[0].raw) == (5, Trouble.TWICE, "3")


def test_an_empty_register_is_refused_and_leaves_nothing(register: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedRegisterError):
        take(sheet(tmp_path, [(1, "577/GPXD", "2019", "x", "", "", "")]))
    assert not Import.objects.exists()


def test_what_columns_mean_is_remembered_for_the_unit(register: str, tmp_path: Path) -> None:
    header = ("Cột một", "Cột hai", "Cột ba", "Cột bốn")
    rows = [("1/QĐ", "01/02/2019", "Nguyễn A", "Đất"), ("2/QĐ", "01/02/2019", "Trần B", "Nhà")]
    path = sheet(tmp_path, rows, header)
    take(path, {"A": "number", "B": "issue_date", "C": "holder", "D": "subject"})
    table = columns.look(path, path.name, UNIT)
    assert table.letters == {"A": "number", "B": "issue_date", "C": "holder", "D": "subject"}
    assert set(table.why.values()) == {"saved"}


def test_two_imports_at_once_come_one_after_the_other(register: str, tmp_path: Path) -> None:
    from tests.catalog.support import at_once

    path = sheet(tmp_path)
    dones = at_once(2, lambda _number: take(path))
    assert sorted(done.counts.new for done in dones) == [0, 3]
    assert Line.objects.count() == 3


def test_killed_half_way_leaves_nothing_and_goes_well_the_next_time(
    register: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registers import importing

    def stop(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("registers.bulk.insert", stop)
    with pytest.raises(KeyboardInterrupt):
        take(sheet(tmp_path))
    monkeypatch.undo()
    assert not Import.objects.exists() and not Line.objects.exists()
    from core.settings import settings

    assert not list((settings().work / "registers").glob(f"{importing.PREFIX}*"))
    assert take(sheet(tmp_path)).counts.new == 3


def test_results_of_which_no_line_was_found_are_looked_up_again(register: str, tmp_path: Path) -> None:
    from catalog.values import now
    from registers.states import Outcome

    for outcome in (Outcome.NONE, Outcome.UNSURE, Outcome.NOT_LISTED):
        Looked.objects.create(result_id=result(outcome.value), edition=1, outcome=outcome.value, time=now())
    take(sheet(tmp_path))
    assert list(Looked.objects.values_list("outcome", flat=True)) == [Outcome.NOT_LISTED.value]


def test_a_linked_line_stays_linked_and_its_result_is_looked_at_again(register: str, tmp_path: Path) -> None:
    from catalog.values import now
    from registers.states import Outcome

    take(sheet(tmp_path))
    one = result("a")
    Line.objects.filter(number="577/GPXD").update(result_id=one, score=30.0, linked=now())
    Looked.objects.create(result_id=one, edition=1, outcome=Outcome.LINKED.value, time=now())
    take(sheet(tmp_path))
    assert Looked.objects.count() == 1
    mended = [(1, "577/GPXD", "05/03/2019", "Nguyễn Văn Ất", 87185001234, "Giấy phép xây dựng", "Nhà kho"), *ROWS[1:]]
    take(sheet(tmp_path, mended))
    line = Line.objects.get(number="577/GPXD")
    assert (line.result_id, line.score, line.holder) == (one, 30.0, "Nguyễn Văn Ất")
    assert not Looked.objects.exists()
