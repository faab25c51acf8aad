"""Rows and files are brought together however names are written; nothing is guessed where two could be meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bought_in.matching import match
from bought_in.records import By, Line, Pair


def lines(*files: str, numbers: tuple[str, ...] = ()) -> list[Line]:
    spelt = numbers or ("",) * len(files)
    return [Line(n, file, {"number": number}) for n, (file, number) in enumerate(zip(files, spelt, strict=True), 1)]


@pytest.mark.parametrize(
    ("written", "file", "by"),
    [
        ("hop1/577.pdf", "hop1/577.pdf", By.PATH),
        (r"D:\Scan\đợt 7\HOP1\577.PDF", "hop1/577.pdf", By.PATH),
        (r".\hop1\577.pdf", "hop1/577.pdf", By.PATH),
        ("577.pdf", "hop1/577.pdf", By.NAME),
        ("577", "hop1/577.pdf", By.NAME),
        ("Quyết định 12.pdf", "a/quyet dinh 12.pdf", By.NAME),
        ("12_QĐ-UBND", "a/12 QD UBND.pdf", By.NAME),
        ("hop1/578", "hop1/578.tif", By.NAME),
    ],
)
def test_names_are_understood(written: str, file: str, by: By) -> None:
    assert match(lines(written), [file, "other/x.pdf"]).pairs == (Pair(1, file, by),)


def test_the_folder_decides_between_files_of_one_name() -> None:
    files = ["hop1/1.pdf", "hop2/1.pdf"]
    assert [pair.file for pair in match(lines(r"E:\hop2\1.pdf", "hop1/1"), files).pairs] == ["hop2/1.pdf", "hop1/1.pdf"]
    unsure = match(lines("1.pdf"), files)
    assert unsure.pairs == ()
    assert unsure.lines_unsure == {1: ("hop1/1.pdf", "hop2/1.pdf")}
    assert unsure.files_alone == tuple(files)


def test_a_row_without_a_name_is_matched_by_its_number() -> None:
    files = ["a/giấy phép 580-GPXD.pdf", "a/1580-GPXD.pdf"]
    found = match(lines("", numbers=("580/GPXD",)), files)
    assert found.pairs == (Pair(1, "a/giấy phép 580-GPXD.pdf", By.NUMBER),)
    assert match(lines("", numbers=("5",)), ["a/5.pdf"]).lines_alone == (1,)
    twice = match(lines("", "", numbers=("580/GPXD", "580/GPXD")), files)
    assert set(twice.lines_unsure) == {1, 2}


def test_several_rows_may_name_one_file() -> None:
    assert len(match(lines("a.pdf", "A.PDF"), ["a.pdf"]).pairs) == 2


def test_what_is_left_over_is_listed() -> None:
    found = match(lines("none.pdf", "a.pdf"), ["a.pdf", "b.pdf"])
    assert (found.lines_alone, found.files_alone) == ((1,), ("b.pdf",))


@given(st.lists(st.text(max_size=12), max_size=8), st.lists(st.text(min_size=1, max_size=12), max_size=8))
def test_every_row_and_every_file_is_somewhere_and_once(names: list[str], files: list[str]) -> None:
    found = match(lines(*names), files)
    rows = [pair.line for pair in found.pairs] + list(found.lines_alone) + list(found.lines_unsure)
    assert sorted(rows) == list(range(1, len(names) + 1))
    assert {pair.file for pair in found.pairs} | set(found.files_alone) == set(files)
    assert not {pair.file for pair in found.pairs} & set(found.files_alone)
