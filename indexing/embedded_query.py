"""From the lookups of a query to a tantivy query."""

from __future__ import annotations

from collections.abc import Iterable

from tantivy import FieldType, Occur, Schema
from tantivy import Query as TantivyQuery

from indexing import fields as f
from indexing import lookups as lk
from indexing import ranking as r
from indexing.broad import Portion
from indexing.facets import today
from indexing.records import Query, Visible
from indexing.words import key

ID, VERSION, LIVE = "id", "version", "live"


def compile_plan(schema: Schema, plan: r.Plan, query: Query) -> TantivyQuery:
    """What passes the filters of `query` and has enough groups of `plan`, with its points."""
    points = [_group(schema, group) for group in plan.groups] + [_scored(schema, extra) for extra in plan.extras]
    must = [TantivyQuery.const_score_query(one, 0.0) for one in _matching(schema, plan, query)]
    return TantivyQuery.boolean_query([*((Occur.Must, q) for q in must), *((Occur.Should, q) for q in points)])


def compile_filter(schema: Schema, plan: r.Plan, query: Query, *, sample: bool = False) -> TantivyQuery:
    """The same results without points, for counting; those of the sample alone if asked for."""
    drawn = [_value(schema, f.SAMPLE, f.IN_SAMPLE)] if sample else []
    return _all([*drawn, *_matching(schema, plan, query)])


def compile_portion(schema: Schema, portion: Portion, plan: r.Plan, query: Query) -> TantivyQuery:
    """Those of the results of a broad plan that are in this portion."""
    matching = _filters(schema, query) if portion.enough else _matching(schema, plan, query)
    wanted = [(Occur.Must, one) for one in (*matching, *(_lookup(schema, one) for one in portion.wanted))]
    without = [(Occur.MustNot, _lookup(schema, one)) for one in portion.without]
    return TantivyQuery.boolean_query([*wanted, *without])


def _matching(schema: Schema, plan: r.Plan, query: Query) -> list[TantivyQuery]:
    found = _filters(schema, query)
    if not plan.groups:
        return [*found, TantivyQuery.term_query(schema, LIVE, 1)]
    near = plan.step is r.Step.NEAR
    if near:
        found += [_any(schema, [*group.found, *(scored.lookup for scored in group.near)]) for group in plan.groups]
    loose = [group for group in plan.groups if near or (plan.step is r.Step.MOST and not group.required)]
    strict = [group for group in plan.groups if group not in loose]
    found += [_any(schema, group.found) for group in strict]
    if loose and (least := max(0 if near else 1, plan.least - len(strict))):
        ways = [(Occur.Should, _any(schema, group.found)) for group in loose]
        found.append(TantivyQuery.boolean_query(ways, minimum_number_should_match=least))
    return found


def _filters(schema: Schema, query: Query) -> list[TantivyQuery]:
    found = []
    if query.visible is not None:
        found.append(_visible(schema, query.visible))
    sets = ((f.UNIT, query.units), (f.STATE, query.states), (f.DELIVERED, query.delivered))
    found += [
        TantivyQuery.term_set_query(schema, field, sorted(values)) for field, values in sets if values is not None
    ]
    for field, value in ((f.TYPE, query.document_type), (f.SECTOR, query.sector)):
        if value is not None:
            found.append(_value(schema, field, key(value)))
    if query.date_from is not None or query.date_to is not None:
        first = query.date_from.toordinal() if query.date_from else None
        last = query.date_to.toordinal() if query.date_to else None
        found.append(_between(schema, f.DAY, first, last))
    if query.validity is not None:
        ways = [validity_query(schema, name, today(query)) for name in sorted(query.validity)]
        found.append(_one_of(ways))
    return found


def _visible(schema: Schema, visible: Visible) -> TantivyQuery:
    ways = []
    for kind, units in ((f.OPEN, visible.units), *visible.confidential):
        way = [_value(schema, f.CONFIDENTIAL, kind)]
        if units is not None:
            way.append(TantivyQuery.term_set_query(schema, f.UNIT, sorted(units)))
        ways.append(_all(way))
    return _one_of(ways)


def validity_query(schema: Schema, name: str, day: int) -> TantivyQuery:
    """What has this validity on `day`."""
    match name:
        case "revoked":
            return _between(schema, f.VALID_END, f.REVOKED, f.REVOKED)
        case "replaced":
            return _between(schema, f.VALID_END, f.REPLACED, f.REPLACED)
        case "expired":
            return _between(schema, f.VALID_END, 0, day - 1)
        case "unknown":
            start = _between(schema, f.VALID_FROM, f.NO_START, f.NO_START)
        case "not_yet":
            start = _between(schema, f.VALID_FROM, day + 1, f.NO_START - 1)
        case "valid":
            start = _between(schema, f.VALID_FROM, None, day)
        case _:
            return TantivyQuery.empty_query()
    return _all([start, _between(schema, f.VALID_END, day, None)])


def _between(schema: Schema, field: str, first: int | None, last: int | None) -> TantivyQuery:
    return TantivyQuery.range_query(schema, field, FieldType.Integer, first, last)


def _all(queries: Iterable[TantivyQuery]) -> TantivyQuery:
    return TantivyQuery.boolean_query([(Occur.Must, one) for one in queries])


def _one_of(queries: Iterable[TantivyQuery]) -> TantivyQuery:
    ways = list(queries)
    if not ways:
        return TantivyQuery.empty_query()
    return ways[0] if len(ways) == 1 else TantivyQuery.boolean_query([(Occur.Should, one) for one in ways])


def _group(schema: Schema, group: r.Group) -> TantivyQuery:
    best = TantivyQuery.disjunction_max_query([_scored(schema, scored) for scored in (*group.best, *group.near)])
    if group.text is None:
        return best
    text = TantivyQuery.term_query(schema, group.text.field, group.text.value, "position")
    return TantivyQuery.boolean_query(
        [(Occur.Should, best), (Occur.Should, TantivyQuery.boost_query(text, r.TEXT_WEIGHT))]
    )


def _scored(schema: Schema, scored: lk.Scored) -> TantivyQuery:
    return TantivyQuery.const_score_query(_lookup(schema, scored.lookup), float(scored.points))


def _any(schema: Schema, lookups: Iterable[lk.Lookup]) -> TantivyQuery:
    return _one_of(_lookup(schema, one) for one in lookups)


def _lookup(schema: Schema, lookup: lk.Lookup) -> TantivyQuery:
    match lookup:
        case lk.Value(field, value):
            return _value(schema, field, value)
        case lk.AnyValue(field, values):
            return TantivyQuery.term_set_query(schema, field, list(values))
        case lk.ValuePrefix(field, start):  # of letters, digits and spaces only: nothing a regex gives a meaning to
            return TantivyQuery.regex_query(schema, field, f"{start}.*")
        case lk.Words(field, (word,)):
            option = "basic" if field in f.NO_POSITIONS else "position"
            return TantivyQuery.term_query(schema, field, word, option)
        case lk.Words(field, words):
            return TantivyQuery.phrase_query(schema, field, list(words))
        case lk.WordsPrefix(field, words):
            return TantivyQuery.phrase_prefix_query(schema, field, list(words))
        case lk.AllOf(lookups):
            return _all(_lookup(schema, one) for one in lookups)
        case lk.AnyOf(lookups):
            return _any(schema, lookups)


def _value(schema: Schema, field: str, value: str) -> TantivyQuery:
    return TantivyQuery.term_query(schema, field, value, "basic")
