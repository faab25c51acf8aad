"""Asking the embedded index: the window of hits, best first, and facets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import tantivy

from indexing import fields as f
from indexing.broad import VERY_MANY
from indexing.cursor import Cursor, foreign
from indexing.embedded_query import ID, compile_filter, compile_plan, compile_portion
from indexing.facets import FIELDS, Counted, Labels, multiplied, on_page, ordered, today, validity_counts
from indexing.highlight import highlights
from indexing.query import ParsedQuery
from indexing.ranking import Plan
from indexing.records import FACET_VALUES, MAX_WINDOW, Hit, Hits, Query
from indexing.steps import Found

TEXT = "text"
LABELS = {f.TYPE: "type_label", f.SECTOR: "sector_label"}

COUNTED = "counted"
"""What facets count, as JSON: of results that are all on one page, they are counted from there."""

_MAX_TIES = 2_000
"""Equal hits beyond so many come in the order of the index, not of their ids."""

_MOST_DIGITS = 12
"""Of a number of hits."""

_SPARE = 200
"""Hits that are fetched beyond the window, at first: most often the equals at its end are among them."""

_Ranked = tuple[float, int, tantivy.DocAddress]  # score, id, place in the index


class EmbeddedSearcher:
    """Searches in one state of one index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def run(self, labels: Labels, planned: Plan, query: Query, parsed: ParsedQuery, cursor: Cursor | None) -> Found:
        """The hits of one step; a cursor of this index says how many hits are behind us."""
        matching = compile_filter(self._schema, planned, query)
        count = self._count(matching) if planned.tiers or not planned.groups or cursor else 0
        if cursor is None and planned.tiers and count > VERY_MANY:
            planned = planned.as_broad()
        behind = query.offset if cursor is None else _behind(cursor, count)
        if planned.is_broad:
            total, ranked = count, self._broad(planned, query, behind)
        elif not planned.groups:
            total, ranked = count, self._newest(matching, behind, query.limit)
        else:
            total, ranked = self._weighed(planned, query, behind)
        papers = [self._searcher.doc(address) for _, _, address in ranked] if parsed.terms or query.facets else []
        texts = [_bytes(paper, TEXT).decode() if parsed.terms else "" for paper in papers] or [""] * len(ranked)
        hits = [Hit(id_, score, highlights(text, parsed)) for (score, id_, _), text in zip(ranked, texts, strict=True)]
        exact = total <= MAX_WINDOW
        facets = self._facets(labels, planned, query, papers, total) if query.facets else {}
        reached = behind + len(hits)
        last = (ranked[-1][0], ranked[-1][1]) if ranked and reached < total else None
        found = Hits(total, tuple(hits), facets=facets, facets_exact=exact)
        return Found(found, last, str(reached), planned.is_broad)

    def _weighed(self, planned: Plan, query: Query, behind: int) -> tuple[int, list[_Ranked]]:
        """The number of all hits, and those of the window, by their points."""
        # phrases and numbers have no BM25 that sets them apart
        many_equal = all(group.text is None for group in planned.groups)
        compiled = compile_plan(self._schema, planned, query)
        return self._best(compiled, behind, query.limit, _MAX_TIES if many_equal else _SPARE)

    def _facets(
        self, labels: Labels, planned: Plan, query: Query, papers: list[tantivy.Document], total: int
    ) -> dict[str, Counted]:
        """Counted from the page where all results are on it; of very many, a tenth is counted."""
        if total == len(papers):
            page = [json.loads(_bytes(paper, COUNTED) or b"{}") for paper in papers]
            facets = {name: on_page(name, page, today(query)) for name in query.facets}
        else:
            sample = total > MAX_WINDOW
            found = self._counted(compile_filter(self._schema, planned, query, sample=sample), query)
            facets = {name: multiplied(counted, f.SAMPLED if sample else 1) for name, counted in found.items()}
        return {name: labels.shown(name, counted) for name, counted in facets.items()}

    def search(self, query: tantivy.Query, limit: int) -> tuple[int, list[tuple[Any, Any]]]:
        """The number of all hits, and the first `limit` of them with their scores."""
        result = self._searcher.search(query, limit=max(1, limit), count=True)
        return int(getattr(result, "count", 0)), result.hits[:limit]

    def label(self, field: str, keys: list[str]) -> dict[str, str]:
        """How each key is written in one of the results that have it."""
        found = {}
        for key in keys:
            query = tantivy.Query.term_query(self._schema, field, key, "basic")
            for _, address in self._searcher.search(query, limit=1, count=False, order_by_field=ID).hits:
                found[key] = _bytes(self._searcher.doc(address), LABELS[field]).decode()
        return found

    def _count(self, query: tantivy.Query) -> int:
        """The number of all hits, without weighing any."""
        return int(getattr(self._searcher.search(query, limit=1, count=True, order_by_field=ID), "count", 0))

    def _broad(self, planned: Plan, query: Query, offset: int) -> list[_Ranked]:
        """The hits of the window, where there are so many that only their tiers are told apart."""
        found: list[_Ranked] = []
        for portion in planned.portions():
            if len(found) == query.limit:
                break
            compiled = compile_portion(self._schema, portion, planned, query)
            hits = self._newest(compiled, offset, query.limit - len(found))
            offset = max(0, offset - self._count(compiled)) if offset else 0
            found += [(portion.points, id_, address) for _, id_, address in hits]
        return found

    def _newest(self, query: tantivy.Query, offset: int, limit: int) -> list[_Ranked]:
        """The hits of a window by their ids alone, highest first."""
        if limit == 0:
            return []
        hits = self._searcher.search(query, limit=limit, offset=offset, count=False, order_by_field=ID).hits
        return [(0.0, int(id_), address) for id_, address in hits]

    def _best(self, query: tantivy.Query, offset: int, limit: int, spare: int) -> tuple[int, list[_Ranked]]:
        """Number of all hits, and those of the window, best first, of equals the highest id first.

        tantivy orders equals by their place in its files: where the window ends among equals, these are fetched too.
        """
        wanted = offset + limit if limit else 0
        total, hits = self.search(query, wanted + spare if wanted else 0)
        if (
            wanted
            and len(hits) == wanted + spare < wanted + _MAX_TIES
            and _rounded(hits[wanted - 1][0]) == _rounded(hits[-1][0])
        ):
            _, hits = self.search(query, max(wanted, min(total, wanted + _MAX_TIES)))
        addresses = [address for _, address in hits]
        ids = [int(value or 0) for value in self._searcher.fast_field_values(ID, addresses)]
        scored = [(_rounded(score), id_, address) for (score, address), id_ in zip(hits, ids, strict=True)]
        scored.sort(key=lambda hit: (-hit[0], -hit[1]))
        return total, scored[offset:wanted]

    def _counted(self, matching: tantivy.Query, query: Query) -> dict[str, Counted]:
        wanted: dict[str, Any] = {
            name: {"terms": {"field": FIELDS[name], "size": FACET_VALUES}} for name in query.facets if name in FIELDS
        }
        if "validity" in query.facets:
            day = today(query)
            starts = {"range": {"field": f.VALID_FROM, "ranges": _starts(day)}}
            ranges = {"field": f.VALID_END, "ranges": _ranges(day)}
            wanted["validity"] = {"range": ranges, "aggs": {"starts": starts}}
        found = self._searcher.aggregate(matching, wanted)
        return {
            name: _validity(found[name])
            if name == "validity"
            else ordered((str(one["key"]), int(one["doc_count"])) for one in found[name]["buckets"])
            for name in query.facets
        }


def _behind(cursor: Cursor, count: int) -> int:
    """The number of hits before a place; UsageError where there are less than that in all.

    tantivy makes room for as many hits as it is asked for and ends the process where there is none: so a cursor,
    which anybody can write, is not believed before the hits are counted.
    """
    digits = cursor.view
    if not digits.isdecimal() or len(digits) > _MOST_DIGITS or int(digits) > count:
        raise foreign()
    return int(digits)


def _validity(found: Mapping[str, Any]) -> Counted:
    counts = {one["key"]: int(one["doc_count"]) for one in found["buckets"]}
    running: Mapping[str, Any] = next((one for one in found["buckets"] if one["key"] == "running"), {})
    starts = {one["key"]: int(one["doc_count"]) for one in running.get("starts", {}).get("buckets", [])}
    ended = {name: counts.get(name, 0) for name in ("expired", "running", "revoked", "replaced")}
    return validity_counts(**ended, **{name: starts.get(name, 0) for name in ("not_yet", "unknown")})


def _starts(day: int) -> list[dict[str, Any]]:
    return [
        {"key": "not_yet", "from": day + 1, "to": f.NO_START},
        {"key": "unknown", "from": f.NO_START, "to": f.NO_START + 1},
    ]


def _bytes(paper: tantivy.Document, field: str) -> bytes:
    return bytes(paper.get_first(field) or b"")


def _ranges(day: int) -> list[dict[str, Any]]:
    return [
        {"key": "revoked", "from": f.REVOKED, "to": f.REVOKED + 1},
        {"key": "replaced", "from": f.REPLACED, "to": f.REPLACED + 1},
        {"key": "expired", "from": 0, "to": day},
        {"key": "running", "from": day},
    ]


def _rounded(score: float) -> float:
    """Scores of 32 bits that differ less are equal."""
    return round(float(score), 2)
