"""From the lookups of a query to Elasticsearch's query language; what people typed is only ever a value in it."""

from __future__ import annotations

from typing import Any

from indexing import fields as f
from indexing import ranking as r
from indexing.elastic_mapping import DAY, LIVE
from indexing.records import Query
from indexing.words import key

Clause = dict[str, Any]

_BM25_FACTOR = 2.2
"""Lucene leaves the constant factor k1 + 1 out of BM25, tantivy does not."""

_EXPANSIONS = 50
"""Continuations of a phrase's last word that are tried: as many as tantivy tries."""


def compile_plan(plan: r.Plan, query: Query, *, all_groups: bool) -> Clause:
    """What passes the filters of `query` and has all groups of `plan`, or else most of them."""
    groups = [(_group(group), group.required or all_groups) for group in plan.groups]
    must = [compiled for compiled, required in groups if required]
    loose = [compiled for compiled, required in groups if not required]
    if loose:
        least = max(1, plan.most - (len(groups) - len(loose)))
        must.append({"bool": {"should": loose, "minimum_should_match": least}})
    return {"bool": {"filter": _filters(query), "must": must, "should": [_scored(extra) for extra in plan.extras]}}


def _filters(query: Query) -> list[Clause]:
    found: list[Clause] = [{"term": {LIVE: True}}]
    if query.units is not None:
        found.append({"terms": {f.UNIT: sorted(query.units)}})
    for field, value in ((f.TYPE, query.document_type), (f.SECTOR, query.sector)):
        if value is not None:
            found.append({"term": {field: key(value)}})
    bounds = {"gte": query.date_from, "lte": query.date_to}
    if any(bounds.values()):
        found.append({"range": {DAY: {name: day.toordinal() for name, day in bounds.items() if day}}})
    return found


def _group(group: r.Group) -> Clause:
    best: Clause = {"dis_max": {"queries": [_scored(scored) for scored in group.best]}}
    boost = group.text_weight * _BM25_FACTOR
    match group.text:
        case r.Words(field, (word,)):
            text: Clause = {"term": {field: {"value": word, "boost": boost}}}
        case r.Words(field, words):
            text = {"match_phrase": {field: {"query": " ".join(words), "boost": boost}}}
    return {"bool": {"should": [best, text], "minimum_should_match": 1}}


def _scored(scored: r.Scored) -> Clause:
    return {"constant_score": {"filter": _lookup(scored.lookup), "boost": scored.points}}


def _lookup(lookup: r.Lookup) -> Clause:
    match lookup:
        case r.Value(field, value):
            return {"term": {field: value}}
        case r.ValuePrefix(field, start):
            return {"prefix": {field: {"value": start}}}
        case r.Words(field, (word,)):
            return {"term": {field: word}}
        case r.Words(field, words):
            return {"match_phrase": {field: " ".join(words)}}
        case r.WordsPrefix(field, words):
            return {"match_phrase_prefix": {field: {"query": " ".join(words), "max_expansions": _EXPANSIONS}}}
        case r.AllOf(lookups):
            return {"bool": {"filter": [_lookup(one) for one in lookups]}}
