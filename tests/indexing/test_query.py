"""What the parser makes of what is typed; no index needed."""

from __future__ import annotations

import pytest

from indexing.query import MAX_TERMS, parse


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("1234/qd-ubnd", ["1234 qd ubnd"]),
        ("1234 / QĐ - UBND", ["1234 qd ubnd"]),
        ("1234/QĐ - UBND - NC", ["1234 qd ubnd nc"]),
        ("1234/QĐ-UBND - Nguyễn Văn A", ["1234 qd ubnd", "nguyen", "van", "a"]),
        ("12 / 2015 / QĐ-UBND", ["12 2015 qd ubnd"]),
        ("012 345 678 901 Lan", ["012345678901", "lan"]),
        ("tháng 10 năm 2015", ["thang", "10", "nam", "2015"]),
        ("H61.12.3-230420-0001", ["h 61 12 3 230420 0001"]),
        ("h61.12.3 - 230420 - 0001 lan", ["h 61 12 3 230420 0001", "lan"]),
        ("000.00.53.H48 - 220921-0099", ["000 00 53 h 48 220921 0099"]),
        ("BX 123456 đất", ["bx 123456", "dat"]),
        ("số 123456", ["so", "123456"]),
        ("lan lan LAN", ["lan"]),
        ("“đất ở” nhà", ["dat o", "nha"]),
        ('"đất ở', ["dat o"]),
        ("a\u200bb\x00c", ["ab", "c"]),
        ("* ? ! 🙂", []),
        ("", []),
    ],
)
def test_terms(typed: str, terms: list[str]) -> None:
    assert [term.key for term in parse(typed).terms] == terms


def test_only_the_word_that_is_being_typed_may_go_on() -> None:
    assert [term.prefix for term in parse("nguyễn văn la").terms] == [False, False, True]
    for finished in ("nguyễn văn lan ", 'nguyễn "văn lan"', "nguyễn văn l", "nguyễn văn lan."):
        assert not any(term.prefix for term in parse(finished).terms)


def test_impossible_dates_are_just_numbers() -> None:
    assert parse("31/02/2020").terms[0].day is None
    assert str(parse("5/3/2019").terms[0].day) == "2019-03-05"


def test_nothing_typed_differs_from_nothing_to_look_for() -> None:
    assert parse(" \n").blank
    assert not parse("***").blank


def test_long_queries_are_cut() -> None:
    assert len(parse(" ".join(f"từ{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(600))).terms) == MAX_TERMS
