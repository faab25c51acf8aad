"""Very many results have all the words: ranked by where these stand together, then by age, on both backends alike."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest

from indexing import Query, SearchDocument, SearchIndex, Upsert
from indexing.query import parse
from indexing.ranking import Step, plan

Make = Callable[..., SearchDocument]
MANY = 3


@pytest.fixture
def index(index: SearchIndex, make: Make, monkeypatch: pytest.MonkeyPatch) -> SearchIndex:
    """An index in which more than three results are very many; of each kind the odd ones have other accents."""
    for module in ("elastic_search", "embedded_search"):
        for limit in ("VERY_MANY", "MAX_WINDOW"):
            monkeypatch.setattr(f"indexing.{module}.{limit}", MANY)
    kinds = [
        {"text": "{} là một việc, còn {} là việc khác"},
        {"text": "việc {0} {1} {2} là chung"},
        {"subject": "giấy {0} {1} {2} số một"},
        {"holder": "{0} {1} {2} Hòa"},
        {"holder": "{0} {1} {2}"},
        {"text": "có {2} rồi {1} rồi {0}"},
    ]
    words = [("nguyễn", "thị", "lụa"), ("nguyên", "thi", "lúa")]
    documents = [
        make(10 * kind + turn, **{name: _filled(text, words[turn % 2]) for name, text in fields.items()})
        for kind, fields in enumerate(kinds)
        for turn in range(4)
    ]
    index.apply([Upsert(document) for document in documents])
    return index


def _filled(text: str, words: tuple[str, ...]) -> str:
    return text.format(*words) if "{0}" in text else text.format(" ".join(words[:2]), words[2])


EXACT_FIRST = [42, 40, 43, 41, 32, 30, 33, 31, 22, 20, 23, 21, 12, 10, 13, 11, 52, 50, 2, 0, 53, 51, 3, 1]
FOLDED = [43, 42, 41, 40, 33, 32, 31, 30, 23, 22, 21, 20, 13, 12, 11, 10, 53, 52, 51, 50, 3, 2, 1, 0]


@pytest.mark.parametrize(("typed", "wanted"), [("nguyễn thị lụa ", EXACT_FIRST), ("nguyen thi lua ", FOLDED)])
def test_places_go_before_accents_and_accents_before_age(index: SearchIndex, typed: str, wanted: list[int]) -> None:
    found = index.search(Query(typed, limit=30, facets=("unit",)))
    assert [hit.id for hit in found.hits] == wanted
    assert not found.facets_exact


@pytest.mark.parametrize("size", [1, 3, 5, 24])
def test_pages_by_place_and_by_cursor_are_the_same_row(index: SearchIndex, size: int) -> None:
    query = Query("nguyễn thị lụa ", limit=size)
    by_cursor, page = [], index.search(query)
    while page.hits:
        by_cursor += [hit.id for hit in page.hits]
        if page.cursor is None:
            break
        page = index.search(Query("nguyễn thị lụa ", limit=size, cursor=page.cursor))
    assert by_cursor == EXACT_FIRST
    for offset in range(0, MANY - size + 1):  # as far as pages may be asked for by place
        assert [hit.id for hit in index.search(Query("nguyễn thị lụa ", limit=size, offset=offset)).hits] == (
            EXACT_FIRST[offset : offset + size]
        )


def test_a_single_word_and_a_word_that_goes_on_are_ranked_by_where_they_stand(index: SearchIndex) -> None:
    assert [hit.id for hit in index.search(Query("nguyen ", limit=8)).hits] == [43, 42, 41, 40, 33, 32, 31, 30]
    begun = [hit.id for hit in index.search(Query("nguyen thi lu", limit=10)).hits]
    assert set(begun[:8]) == {43, 42, 41, 40, 33, 32, 31, 30}


def test_few_results_are_weighed_as_ever(index: SearchIndex, make: Make) -> None:
    index.apply([Upsert(make(99, text="một bụi cây tre"))])
    hits = index.search(Query("cây tre ", limit=5, facets=("unit",)))
    assert [hit.id for hit in hits.hits] == [99]
    assert hits.facets_exact and hits.total == 1
    assert hits.hits[0].score > 50, "the points of words, not of a tier"


def test_what_has_a_figure_in_it_is_never_taken_for_many() -> None:
    assert plan(parse("577/GPXD"), Step.WHOLE).tiers == plan(parse("nguyễn 1"), Step.WHOLE).tiers == ()
    assert plan(parse(""), Step.WHOLE).tiers == plan(parse("hộ kinh"), Step.MOST).tiers == ()
    assert plan(parse("hộ kinh"), Step.WHOLE).tiers


def test_a_term_of_three_words_is_a_phrase_among_very_many_too(index: SearchIndex, make: Make) -> None:
    apart = [make(200 + n, subject="xã phường rồi phường thị") for n in range(4)]
    together = [make(300 + n, subject="xã phường thị trấn") for n in range(25)]
    index.apply([Upsert(document) for document in (*apart, *together)])
    query, found = Query("xã/phường/thị ", limit=10), []
    while True:
        page = index.search(query)
        found += [hit.id for hit in page.hits]
        if page.cursor is None:
            break
        query = Query("xã/phường/thị ", limit=10, cursor=page.cursor)
    assert found == [document.id for document in reversed(together)]


def test_a_cursor_that_claims_very_many_where_none_can_be_is_answered(index: SearchIndex, make: Make) -> None:
    index.apply([Upsert(make(400 + n, number=f"577/GPXD-{n}")) for n in range(9)])
    first = index.search(Query("577/GPXD", limit=2))
    assert first.cursor
    packed = json.loads(base64.urlsafe_b64decode(first.cursor + "=" * (-len(first.cursor) % 4)))
    forged = base64.urlsafe_b64encode(json.dumps([*packed[:-1], 1]).encode()).rstrip(b"=").decode()
    assert index.search(Query("577/GPXD", limit=2, cursor=forged)).hits
