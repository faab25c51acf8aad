"""Searches drawn from the corpus: what stands once in all documents finds its document first."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.text import fold, fold_words
from indexing import Query, SearchDocument, SearchIndex

Make = Callable[..., SearchDocument]
Truth = list[dict[str, Any]]


@pytest.fixture
def truth(corpus: Path) -> Truth:
    return [json.loads(line) for line in (corpus / "truth.jsonl").read_text("utf-8").splitlines()]


def documents(truth: Truth, make: Make, *, fields: bool) -> Iterator[SearchDocument]:
    """What is recorded where all fields were found, or none."""
    for id_, entry in enumerate(truth):
        known = entry["fields"] if fields else {}
        day = known.get("issue_date")
        yield make(
            id_,
            issue_date=date.fromisoformat(day) if day else None,
            ids=tuple(known[name] for name in ("holder_id", "co_holder_id", "register_number") if name in known),
            source=Path(entry["file"]).name,
            text=entry["text"],
            **{n: known.get(n, "") for n in ("number", "document_type", "issuer", "subject", "holder", "co_holder")},
        )


def searches(truth: Truth) -> Iterator[tuple[int, str]]:
    """Id of a document and a search for a value or five words printed once in all documents."""
    texts = [f" {fold_words(entry['text'])} " for entry in truth]
    fives = Counter(five for text in texts for five in set(_fives(text)))
    for id_, entry in enumerate(truth):
        for name in ("number", "holder", "holder_id"):
            value = entry["fields"].get(name, "")
            if value and [f" {fold_words(value)} " in text for text in texts] == [n == id_ for n in range(len(truth))]:
                yield id_, fold(value)
        five = next((five for five in _fives(texts[id_]) if fives[five] == 1), None)
        if five:
            yield id_, f'"{five}"'
            yield id_, five


def _fives(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[start : start + 5]) for start in range(len(words) - 4)]


@pytest.mark.parametrize("fields", [True, False], ids=["fields found", "text only"])
def test_values_that_stand_once_find_their_document_first(
    fresh: SearchIndex, truth: Truth, make: Make, fields: bool
) -> None:
    fresh.rebuild(documents(truth, make, fields=fields))
    asked = list(searches(truth))
    assert len(asked) >= 20
    first = [
        (id_, typed, next((hit.id for hit in fresh.search(Query(typed, limit=1)).hits), None)) for id_, typed in asked
    ]
    assert [(id_, typed, found) for id_, typed, found in first if found != id_] == []
