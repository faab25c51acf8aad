"""What is typed, and what must come first: one table, the same on both backends."""

from __future__ import annotations

import unicodedata

import pytest

from indexing import Query, SearchIndex

# typed → ids in the order in which they must come; "…" after them: others may follow
TABLE: list[tuple[str, list[int], bool]] = [
    # a whole number, however it is written, is first; a mention of it in another text comes after
    ("1234/QĐ-UBND", [1, 2], False),
    ("1234/qd-ubnd", [1, 2], False),
    ("1234 / QĐ - UBND", [1, 2], False),
    ("1234 / qd - ubnd", [1, 2], False),
    ("1234/QĐ-UBND", [1, 2], False),
    ("1234/ QÐ -UBND", [1, 2], False),
    ("số 1234/QĐ-UBND", [1, 2], False),
    ("1234/2016/QĐ-UBND", [4], False),
    ("1234 / 2016 / qd-ubnd", [4], False),
    # a part of a number
    ("1234/QĐ", [1, 2], False),
    ("1234/QĐ-UB", [1, 2], False),
    ("1234", [1, 4, 3, 2], False),
    ("577", [2], False),
    ("tlkt-bs", [6], False),
    # serials, business numbers, register numbers
    ("BX 123456", [3], False),
    ("bx123456", [3], False),
    ("BX123456", [3], False),
    ("123456", [3], False),
    ("bx 1234", [3], False),
    ("41n8033112", [5], False),
    ("ch01234", [3], False),
    ("CH 01234", [3], False),
    ("0101234567-001", [3], False),
    ("0101234567", [3], False),
    # IDs of people
    ("294120747", [1], False),
    ("294 120 747", [1], False),
    ("012345678901", [2], False),
    ("012 345 678 901", [2], False),
    ("0123 4567 8901", [2], False),
    ("01234567", [2], False),
    # codes of dossiers, tracking numbers, the other number of the same person
    ("H61.12.3-230420-0001", [6], False),
    ("h61.12.3 - 230420 - 0001", [6], False),
    ("H61.12.3-230420", [6], False),
    ("000.00.53.H48-220921-0099", [5], False),
    ("000.00.53.H48 - 220921 - 0099", [5], False),
    ("EA123456789VN", [6], False),
    ("EA 123456789 VN", [6], False),
    ("338545270", [5], False),
    ("086 196 285 689", [5], False),
    # names: exact accents first; the holder before the title, the title before the text
    ("Lê Hoa", [3, 4, 2], False),
    ("Lê Hòa", [4, 3, 2], False),
    ("le hoa", [3, 4, 2], False),
    ("LÊ HOÀ", [4, 3, 2], False),
    ("nguyễn văn lan", [6, 5], False),
    ("nguyễn văn lân", [5, 6], False),
    ("NGUYEN VAN LAN", [6, 5], False),
    ("oanh", [1, 7, 5, 8], False),
    ("nguyen thi oanh", [1], False),
    ("trần hòa", [2], False),
    ("pham van tu", [3], False),
    ("đỗ a toản", [1], False),
    ("do a toan", [1], False),
    # words, phrases, prefixes of the last word
    ("đất ở", [1, 8], True),
    ('"đất ở"', [8, 1, 9], False),
    ('"sử dụng đất"', [3, 1], False),
    ('"đất dụng sử"', [], False),
    ('"khong dau"', [9], False),
    ("tạp hóa", [5], False),
    ("nuoc giai kh", [5], False),
    ("trích lục khai", [6], False),
    ("nguyen thi oa", [1], False),
    ('"giải khát', [5], False),
    ("27/10/2015", [1], False),
    ("mục đích hộ bà", [1], False),
    ("hop-02.tif", [3], False),
    ("oanh 294120747", [1], False),
    # nothing that can be looked for
    ("*", [], False),
    ('"', [], False),
    ("?!…", [], False),
    ("🙂", [], False),
]


@pytest.mark.parametrize(("typed", "wanted", "more"), TABLE, ids=[row[0] or "empty" for row in TABLE])
def test_what_is_typed_finds(filled: SearchIndex, typed: str, wanted: list[int], more: bool) -> None:
    hits = filled.search(Query(typed))
    found = [hit.id for hit in hits.hits]
    assert (found[: len(wanted)] if more else found) == wanted
    assert hits.all_words
    if not more:
        assert hits.total == len(wanted)


@pytest.mark.parametrize("typed", ["Nguyễn Thị Oanh", "đất ở", '"sử dụng đất"', "số 1234/QĐ-UBND"])
def test_decomposed_unicode_finds_the_same(filled: SearchIndex, typed: str) -> None:
    decomposed = unicodedata.normalize("NFD", typed)
    assert decomposed != typed
    assert filled.search(Query(decomposed)) == filled.search(Query(typed))


def test_where_no_result_has_all_words_those_with_most_come(filled: SearchIndex) -> None:
    hits = filled.search(Query("nguyễn thị oanh chuyển nhượng"))
    assert [hit.id for hit in hits.hits] == [1]
    assert not hits.all_words


def test_a_quoted_phrase_stays_required_where_other_words_are_let_go(filled: SearchIndex) -> None:
    hits = filled.search(Query('"tạp hóa" nhà hàng'))
    assert [hit.id for hit in hits.hits] == []
    hits = filled.search(Query('"tạp hóa" nguyễn văn xyzzy'))
    assert [hit.id for hit in hits.hits] == [5]
