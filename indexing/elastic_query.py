"""From the lookups of a query to Elasticsearch's query language; what people typed is only ever a value in it."""

from __future__ import annotations

from typing import Any

from indexing import fields as f
from indexing import lookups as lk
from indexing import ranking as r
from indexing.broad import Portion
from indexing.elastic_mapping import LIVE
from indexing.facets import today
from indexing.records import Query, Visible
from indexing.words import key

Clause = dict[str, Any]

_BM25_FACTOR = 2.2
"""Lucene leaves the constant factor k1 + 1 out of BM25, tantivy does not."""

_EXPANSIONS = 50
"""Continuations of a phrase's last word that are tried: as many as tantivy tries."""


def compile_plan(plan: r.Plan, query: Query) -> Clause:
    """What passes the filters of `query` and has enough groups of `plan`, with its points."""
    if plan.is_broad:
        points = [{"dis_max": {"queries": [_scored(tier) for tier in plan.tiers]}}]
        points += [_scored(lk.Scored(1, plan.exact))] if plan.exact else []
    else:
        points = [_group(group) for group in plan.groups] + [_scored(extra) for extra in plan.extras]
    return {"bool": {"filter": _matching(plan, query), "should": points}}


def compile_filter(plan: r.Plan, query: Query, *, sample: bool = False) -> Clause:
    """The same results without points, for counting; those of the sample alone if asked for."""
    drawn: list[Clause] = [{"term": {f.SAMPLE: f.IN_SAMPLE}}] if sample else []
    return {"bool": {"filter": [*drawn, *_matching(plan, query)]}}


def compile_portion(portion: Portion, plan: r.Plan, query: Query) -> Clause:
    """Those of the results of a broad plan that are in this portion."""
    matching = _filters(query) if portion.enough else _matching(plan, query)
    wanted = [*matching, *map(_lookup, portion.wanted)]
    return {"bool": {"filter": wanted, "must_not": [_lookup(one) for one in portion.without]}}


def _matching(plan: r.Plan, query: Query) -> list[Clause]:
    found = _filters(query)
    if not plan.groups:
        return [*found, {"term": {LIVE: True}}]
    near = plan.step is r.Step.NEAR
    if near:
        found += [_any([*group.found, *(scored.lookup for scored in group.near)]) for group in plan.groups]
    loose = [group for group in plan.groups if near or (plan.step is r.Step.MOST and not group.required)]
    strict = [group for group in plan.groups if group not in loose]
    found += [_any(group.found) for group in strict]
    if loose and (least := max(0 if near else 1, plan.least - len(strict))):
        found.append({"bool": {"should": [_any(group.found) for group in loose], "minimum_should_match": least}})
    return found


def _filters(query: Query) -> list[Clause]:
    found: list[Clause] = []
    if query.visible is not None:
        found.append(_visible(query.visible))
    sets = ((f.UNIT, query.units), (f.STATE, query.states), (f.DELIVERED, query.delivered))
    found += [{"terms": {field: sorted(values)}} for field, values in sets if values is not None]
    for field, value in ((f.TYPE, query.document_type), (f.SECTOR, query.sector)):
        if value is not None:
            found.append({"term": {field: key(value)}})
    bounds = {"gte": query.date_from, "lte": query.date_to}
    if any(bounds.values()):
        found.append({"range": {f.DAY: {name: day.toordinal() for name, day in bounds.items() if day}}})
    if query.validity is not None:
        found.append(
            {"bool": {"should": [validity_clause(name, today(query)) for name in sorted(query.validity)]}}
            if query.validity
            else {"match_none": {}}
        )
    return found


def _visible(visible: Visible) -> Clause:
    ways = []
    for kind, units in ((f.OPEN, visible.units), *visible.confidential):
        way: list[Clause] = [{"term": {f.CONFIDENTIAL: kind}}]
        if units is not None:
            way.append({"terms": {f.UNIT: sorted(units)}})
        ways.append({"bool": {"filter": way}})
    return ways[0] if len(ways) == 1 else {"bool": {"should": ways}}


def validity_clause(name: str, day: int) -> Clause:
    """What has this validity on `day`."""
    match name:
        case "revoked":
            return {"term": {f.VALID_END: f.REVOKED}}
        case "replaced":
            return {"term": {f.VALID_END: f.REPLACED}}
        case "expired":
            return {"range": {f.VALID_END: {"gte": 0, "lt": day}}}
        case "unknown":
            start: Clause = {"term": {f.VALID_FROM: f.NO_START}}
        case "not_yet":
            start = {"range": {f.VALID_FROM: {"gt": day, "lt": f.NO_START}}}
        case "valid":
            start = {"range": {f.VALID_FROM: {"lte": day}}}
        case _:
            return {"match_none": {}}
    return {"bool": {"filter": [start, {"range": {f.VALID_END: {"gte": day}}}]}}


def _group(group: r.Group) -> Clause:
    best: Clause = {"dis_max": {"queries": [_scored(scored) for scored in (*group.best, *group.near)]}}
    if group.text is None:
        return best
    word = {"value": group.text.value, "boost": r.TEXT_WEIGHT * _BM25_FACTOR}
    text: Clause = {"term": {group.text.field: word}}
    return {"bool": {"should": [best, text], "minimum_should_match": 1}}


def _scored(scored: lk.Scored) -> Clause:
    return {"constant_score": {"filter": _lookup(scored.lookup), "boost": scored.points}}


def _any(lookups: tuple[lk.Lookup, ...] | list[lk.Lookup]) -> Clause:
    compiled = [_lookup(one) for one in lookups]
    return compiled[0] if len(compiled) == 1 else {"bool": {"should": compiled, "minimum_should_match": 1}}


def _lookup(lookup: lk.Lookup) -> Clause:
    match lookup:
        case lk.Value(field, value):
            return {"term": {field: value}}
        case lk.AnyValue(field, values):
            return {"terms": {field: list(values)}}
        case lk.ValuePrefix(field, start):
            return {"prefix": {field: {"value": start}}}
        case lk.Words(field, (word,)):
            return {"term": {field: word}}
        case lk.Words(field, words):
            return {"match_phrase": {field: " ".join(words)}}
        case lk.WordsPrefix(field, words):
            return {"match_phrase_prefix": {field: {"query": " ".join(words), "max_expansions": _EXPANSIONS}}}
        case lk.AllOf(lookups):
            return {"bool": {"filter": [_lookup(one) for one in lookups]}}
        case lk.AnyOf(lookups):
            return _any(lookups)
