"""One wrong character away: found and marked, never ahead of what is as it was typed; alike on both backends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from indexing import Query, SearchDocument, SearchIndex, Upsert
from indexing.near import near_forms

Make = Callable[..., SearchDocument]

# typed → ids, all of them near
NEAR: list[tuple[str, list[int]]] = [
    ("Nguyễn Thị Oamh", [1]),
    ("nguyen thi onah", [1]),
    ("nguyen thi oan ", [1]),
    ("Nguyễn Thị 0anh", [1]),
    ("nguyen thj oanh", [1]),
    ("ngyyen thi oanh", [1]),
    ("Trần Văn Hoha", [2]),
    ("294120741", [1]),
    ("2941207471", [1]),
    ("29412O747", [1]),
    ("29412 747", []),
    ("01234567B901", [2]),
    ("O12345678901", [2]),
    ("1235/QĐ-UBND", [1]),
    ("1Z34/QĐ-UBND", [1]),
    ("l234/QÐ-UBMD", [1]),  # letters that look alike are none
    ("1236/QÐ-UBMD", []),  # two slips
    ("57T/GPXD", [2]),
    ("BX 128456", [3]),
    ("BX l23456", [3]),
    ("BX I2345b", [3]),
    ("470/TLKT-B5", [6]),
    ("41M8033112", [5]),
    ("CH0123A", [3]),
    ('"nguyen thi oamh"', []),
    ("nguyen thj oamh", []),  # two words with a slip
]


@pytest.mark.parametrize(("typed", "wanted"), NEAR, ids=[row[0] for row in NEAR])
def test_one_wrong_character_is_forgiven_and_marked(filled: SearchIndex, typed: str, wanted: list[int]) -> None:
    hits = filled.search(Query(typed))
    found = [hit.id for hit in hits.hits if hit.near]
    assert found == wanted
    if wanted:
        assert hits.near
        assert hits.all_words
        assert hits.total == len(hits.hits) == len(wanted)
    assert not filled.search(Query(typed, near=False)).near


def test_what_is_as_it_was_typed_never_comes_after_what_is_near(index: SearchIndex, make: Make) -> None:
    index.apply(
        [
            Upsert(make(1, text="ông lường văn lan đã mất")),
            Upsert(make(2, holder="Lường Văn Lam")),
            Upsert(make(3, holder="Lường Văn Lân", subject="lường văn lan", document_type="x")),
        ]
    )
    index.apply([Upsert(make(4, holder="Lường Vân Lai"))])
    hits = index.search(Query("lường văn lan"))
    assert [(hit.id, hit.near) for hit in hits.hits] == [(3, False), (1, False)]
    index.apply([Upsert(make(3, version=2))])
    hits = index.search(Query("lường văn lan"))
    assert [(hit.id, hit.near) for hit in hits.hits] == [(1, False), (2, True), (4, True)]
    assert (hits.near, hits.total) == (False, 3)
    assert index.search(Query("lường văn lan", near=False)).total == 1


def test_a_name_of_one_syllable(index: SearchIndex, make: Make) -> None:
    index.apply([Upsert(make(1, holder="Lường")), Upsert(make(2, holder="Ý")), Upsert(make(3, holder="Vy"))])
    assert [hit.id for hit in index.search(Query("Lưồmg")).hits] == [1]
    assert [hit.id for hit in index.search(Query("vj")).hits] == [3]
    assert [hit.id for hit in index.search(Query("j")).hits] == []


def test_near_finds_are_paged_and_counted(index: SearchIndex, make: Make) -> None:
    index.apply([Upsert(make(n, holder="Nguyễn Thị Oanh")) for n in range(30)])
    query = Query("nguyen thi oamh", limit=8, facets=("unit",))
    hits = index.search(query)
    walked = [hit.id for hit in hits.hits]
    assert hits.facets["unit"] == (("H61", 30),)
    while hits.cursor is not None:
        hits = index.search(replace(query, cursor=hits.cursor))
        assert hits.near
        assert all(hit.near for hit in hits.hits)
        walked += [hit.id for hit in hits.hits]
    assert walked == list(range(29, -1, -1))
    assert [hit.id for hit in index.search(replace(query, offset=8)).hits] == walked[8:16]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("oanh", "oamh", True),
        ("oanh", "oan", True),
        ("oanh", "toanh", True),
        ("oanh", "onah", True),
        ("Đỗ", "D0", True),
        ("l0", "IO", True),
        ("oanh", "anm", False),
        ("1234", "1243", True),
        ("1234", "1255", False),
        ("a", "b", False),
    ],
)
def test_words_are_near_if_they_share_a_form(one: str, other: str, near: bool) -> None:
    assert bool(set(near_forms(one)).intersection(near_forms(other))) is near


def test_what_is_too_long_has_no_near_ones() -> None:
    assert near_forms("a" * 10_000) == ()
