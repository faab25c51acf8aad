"""The judged set from the corpus: what clerks type finds what it is about, alike on both backends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.judged import EXACT, GOALS, SLIP, Entry, judged, load, reviewed, scores
from indexing import SearchIndex, open_index


@pytest.fixture
def truth(corpus: Path) -> list[Entry]:
    return load(corpus)


@pytest.fixture(params=["embedded", "elastic"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    url, name = "embedded:", "sohoa"
    if request.param == "elastic":
        url, name = request.getfixturevalue("es_url"), request.getfixturevalue("es_index")
    with open_index(url, name, tmp_path) as opened:
        yield opened


def test_the_set_has_every_kind_and_whole_sets_of_relevant_results(truth: list[Entry]) -> None:
    searches = judged(truth)
    counted = Counter(search.kind for search in searches)
    assert len(searches) >= 300
    assert set(counted) == {*EXACT, SLIP}
    assert min(counted.values()) >= 25
    assert any(len(search.relevant) > 1 for search in searches)
    assert searches == judged(truth)


def test_what_was_reviewed_is_found(index: SearchIndex, truth: list[Entry]) -> None:
    index.rebuild(reviewed(truth))
    found = scores(index, judged(truth))
    short = {kind: found[kind]["mrr"] for kind, goal in GOALS.items() if found[kind]["mrr"] < goal}
    assert short == {}
