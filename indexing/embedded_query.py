"""From the lookups of a query to a tantivy query."""

from __future__ import annotations

from tantivy import FieldType, Occur, Schema
from tantivy import Query as TantivyQuery

from indexing import fields as f
from indexing import ranking as r
from indexing.records import Query
from indexing.words import key

ID, VERSION, LIVE, DAY = "id", "version", "live", "day"


def compile_plan(schema: Schema, plan: r.Plan, query: Query, *, all_groups: bool) -> TantivyQuery:
    """What passes the filters of `query` and has all groups of `plan`, or else most of them."""
    must = [(Occur.Must, q) for q in _filters(schema, query)]
    groups = [(_group(schema, group), group.required or all_groups) for group in plan.groups]
    must += [(Occur.Must, compiled) for compiled, required in groups if required]
    loose = [(Occur.Should, compiled) for compiled, required in groups if not required]
    if loose:
        least = max(1, plan.most - (len(groups) - len(loose)))
        must.append((Occur.Must, TantivyQuery.boolean_query(loose, minimum_number_should_match=least)))
    must += [(Occur.Should, _scored(schema, extra)) for extra in plan.extras]
    return TantivyQuery.boolean_query(must)


def _filters(schema: Schema, query: Query) -> list[TantivyQuery]:
    """The filters as lookups without points."""
    found = [TantivyQuery.term_query(schema, LIVE, 1)]
    if query.units is not None:
        found.append(TantivyQuery.term_set_query(schema, f.UNIT, sorted(query.units)))
    for field, value in ((f.TYPE, query.document_type), (f.SECTOR, query.sector)):
        if value is not None:
            found.append(_value(schema, field, key(value)))
    if query.date_from is not None or query.date_to is not None:
        first = query.date_from.toordinal() if query.date_from else None
        last = query.date_to.toordinal() if query.date_to else None
        found.append(TantivyQuery.range_query(schema, DAY, FieldType.Integer, first, last))
    return [TantivyQuery.const_score_query(q, 0.0) for q in found]


def _group(schema: Schema, group: r.Group) -> TantivyQuery:
    best = TantivyQuery.disjunction_max_query([_scored(schema, scored) for scored in group.best])
    text = TantivyQuery.boost_query(_lookup(schema, group.text), group.text_weight)
    return TantivyQuery.boolean_query([(Occur.Should, best), (Occur.Should, text)])


def _scored(schema: Schema, scored: r.Scored) -> TantivyQuery:
    return TantivyQuery.const_score_query(_lookup(schema, scored.lookup), float(scored.points))


def _lookup(schema: Schema, lookup: r.Lookup) -> TantivyQuery:
    match lookup:
        case r.Value(field, value):
            return _value(schema, field, value)
        case r.ValuePrefix(field, start):  # of letters, digits and spaces only: nothing a regex gives a meaning to
            return TantivyQuery.regex_query(schema, field, f"{start}.*")
        case r.Words(field, (word,)):
            option = "basic" if field in f.NO_POSITIONS else "position"
            return TantivyQuery.term_query(schema, field, word, option)
        case r.Words(field, words):
            return TantivyQuery.phrase_query(schema, field, list(words))
        case r.WordsPrefix(field, words):
            return TantivyQuery.phrase_prefix_query(schema, field, list(words))
        case r.AllOf(lookups):
            return TantivyQuery.boolean_query([(Occur.Must, _lookup(schema, one)) for one in lookups])


def _value(schema: Schema, field: str, value: str) -> TantivyQuery:
    return TantivyQuery.term_query(schema, field, value, "basic")
