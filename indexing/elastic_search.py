"""Asking Elasticsearch: for hits, for what follows a cursor, and for facets."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from core.errors import ServiceError
from indexing import fields as f
from indexing.broad import VERY_MANY, Portion
from indexing.cursor import Cursor
from indexing.elastic_mapping import ID, LABELS, TEXT
from indexing.elastic_query import Clause, compile_filter, compile_plan, compile_portion, validity_clause
from indexing.facets import FIELDS, Counted, Labels, multiplied, on_page, ordered, today, validity_counts
from indexing.highlight import highlights
from indexing.query import ParsedQuery
from indexing.ranking import Plan
from indexing.records import FACET_VALUES, MAX_WINDOW, Hit, Hits, Query
from indexing.steps import Found

VIEW_KEPT = "5m"
"""How long the server keeps the state of the index that pages are cut from, after the last page."""

_TOGETHER = (7, 2)
"""Portions of a broad plan that are asked for in one request: first up to titles with exact accents, most of which few
results have; then titles and texts with exact accents; then one at a time, since in a late one the server may look in
vain through all."""

_NEWEST: list[dict[str, str]] = [{ID: "desc"}]
_ANSWER = ["pit_id", "hits.total", "hits.hits._id", "hits.hits._score", "hits.hits._source"]
_COUNTED = [*f.COUNTED_FIELDS, f.VALID_FROM, f.VALID_END]


class ElasticSearcher:
    """Searches behind one alias. Raises what the client raises.

    Hits and facets are two requests: for the best hits the server passes over most results, for facets it
    counts all, but without points. What stands on one page is counted from the page; of more than MAX_WINDOW
    results, a tenth is counted.
    """

    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._client = client
        self._alias = alias
        self._labels = Labels(self._look_up)

    def run(self, planned: Plan, query: Query, parsed: ParsedQuery, cursor: Cursor | None) -> Found:
        """The hits of one step."""
        if cursor is not None:
            return self._found(*self._after(planned, query, cursor), planned, query, parsed)
        body = _first(planned, query)
        answer = self._client.search(index=self._alias, filter_path=_ANSWER, body=body).body
        return self._settled(answer, planned, query, parsed)

    def ahead(self, plans: Sequence[Plan], query: Query, parsed: ParsedQuery) -> list[Callable[[], Found]]:
        """The hits of several steps, or their number, in one request; the rest is asked for when one is called."""
        answers = self._ask([_first(planned, query) for planned in plans])
        return [
            partial(self._settled, answer, planned, query, parsed)
            for answer, planned in zip(answers, plans, strict=True)
        ]

    def _ask(self, bodies: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Several searches in one request."""
        searches: list[Any] = [part for body in bodies for part in (b"{}", orjson.dumps(body))]  # sent as they are
        paths = [f"responses.{path}" for path in (*_ANSWER, "aggregations", "error", "status")]
        answers = self._client.msearch(index=self._alias, searches=searches, filter_path=paths)["responses"]
        if failed := [answer for answer in answers if "error" in answer]:
            raise ServiceError(f"the search server answers with status {failed[0].get('status')}: see its log")
        return list(answers)

    def _settled(self, answer: Mapping[str, Any], planned: Plan, query: Query, parsed: ParsedQuery) -> Found:
        """What the first look at a step leads to: where it only counted, hits and facets, ranked as so many are."""
        total = answer["hits"]["total"]
        if not planned.tiers or not total["value"] or not query.limit:
            return self._found(answer, "", planned, query, parsed)
        few = total["relation"] == "eq"
        planned = planned if few and total["value"] <= VERY_MANY else planned.as_broad()
        bodies = []
        if query.facets and not (few and total["value"] <= query.limit):
            bodies.append(_counting(planned, query, sample=not few))
        if not few and not query.offset:
            hits, counted = self._newest(planned, query, bodies)
        else:
            bodies.append(_spelled(_body(planned, query)) | {"from": query.offset, "track_total_hits": False})
            *counted, weighed = self._ask(bodies)
            hits = _hits(weighed)
        told = {"hits": {"total": total, "hits": hits}}
        return self._found(told, "", planned, query, parsed, counted[0] if counted else None)

    def _newest(
        self, planned: Plan, query: Query, besides: list[dict[str, Any]]
    ) -> tuple[list[dict[str, Any]], list[Mapping[str, Any]]]:
        """The first page of a broad plan, and the answers to searches that go along.

        One portion after the other by ids, which the server finds without looking at all results of any; mostly the
        first few are enough. (Of some thousands, to look at all of them once costs less.)
        """
        found: list[dict[str, Any]] = []
        answers: list[Mapping[str, Any]] = []
        rest = list(planned.portions())
        for number in itertools.chain(_TOGETHER, itertools.repeat(1)):
            if not rest or len(found) >= query.limit:
                break
            now, rest = rest[:number], rest[number:]
            bodies = [_by_id(portion, planned, query) for portion in now]
            told = self._ask([*besides, *bodies])
            answers, besides = answers + told[: len(besides)], []
            for portion, answer in zip(now, told[-len(now) :], strict=True):
                found += [hit | {"_score": portion.points} for hit in _hits(answer)]
        return found[: query.limit], answers

    def _found(
        self,
        answer: Mapping[str, Any],
        view: str,
        planned: Plan,
        query: Query,
        parsed: ParsedQuery,
        counted: Mapping[str, Any] | None = None,
    ) -> Found:
        """What the server answered, with facets; `counted` holds them, where they were asked for already."""
        raw = answer["hits"].get("hits", [])
        hits = Hits(
            int(answer["hits"]["total"]["value"]),
            tuple(_hit(one, parsed) for one in raw),
            total_exact=answer["hits"]["total"]["relation"] == "eq",
        )
        if query.facets:
            hits = self._counted(hits, [one.get("_source", {}) for one in raw], planned, query, counted)
        last = (float(raw[-1].get("_score") or 0.0), int(raw[-1]["_id"])) if len(raw) == query.limit > 0 else None
        if last is None and view:
            self._client.close_point_in_time(id=view)
        return Found(hits, last, view, planned.is_broad)

    def _after(self, planned: Plan, query: Query, cursor: Cursor) -> tuple[Mapping[str, Any], str]:
        """What follows the cursor, in the state of the index that the second page was cut from, and its name.

        That state is kept for some minutes; later, the pages go on in the present one.
        """
        place: list[float | int] = [cursor.score, cursor.id] if planned.groups else [cursor.id]
        body = _body(planned, query) | {"search_after": place}
        view = cursor.view or self._view()
        try:
            answer = self._client.search(pit={"id": view, "keep_alive": VIEW_KEPT}, filter_path=_ANSWER, **body).body
        except (NotFoundError, BadRequestError):  # the server has forgotten it, or never knew it
            view = self._view()
            answer = self._client.search(pit={"id": view, "keep_alive": VIEW_KEPT}, filter_path=_ANSWER, **body).body
        return answer, str(answer.get("pit_id", view))

    def _view(self) -> str:
        return str(self._client.open_point_in_time(index=self._alias, keep_alive=VIEW_KEPT)["id"])

    def _counted(
        self,
        hits: Hits,
        page: list[Mapping[str, Any]],
        planned: Plan,
        query: Query,
        counted: Mapping[str, Any] | None,
    ) -> Hits:
        """The hits with their facets."""
        if hits.total_exact and hits.total == len(page):
            facets = {name: on_page(name, page, today(query)) for name in query.facets}
        else:
            if counted is None:
                body = _counting(planned, query, sample=not hits.total_exact)
                counted = self._client.search(index=self._alias, filter_path=["aggregations"], body=body).body
            times = 1 if hits.total_exact else f.SAMPLED
            found = counted.get("aggregations", {})
            facets = {name: multiplied(_from_server(name, found), times) for name in query.facets}
        facets = {name: self._labels.shown(name, counted) for name, counted in facets.items()}
        return replace(hits, facets=facets, facets_exact=hits.total_exact)

    def _look_up(self, field: str, keys: list[str]) -> dict[str, str]:
        """How each key is written in the result recorded last."""
        label = LABELS[field]
        searches: list[dict[str, Any]] = []
        for key in keys:
            query = {"term": {field: key}}
            searches += [
                {},
                {"query": query, "size": 1, "sort": _NEWEST, "_source": [label], "track_total_hits": False},
            ]
        answers = self._client.msearch(index=self._alias, searches=searches)["responses"]
        found = {}
        for key, answer in zip(keys, answers, strict=True):
            for hit in answer.get("hits", {}).get("hits", []):
                found[key] = str(hit["_source"].get(label, key))
        return found


def _hit(found: Mapping[str, Any], parsed: ParsedQuery) -> Hit:
    snippets = highlights(found.get("_source", {}).get(TEXT, ""), parsed)
    return Hit(int(found["_id"]), round(found.get("_score") or 0.0, 2), snippets)


def _hits(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(answer.get("hits", {}).get("hits", []))


def _by_id(portion: Portion, planned: Plan, query: Query) -> dict[str, Any]:
    """The latest results of a portion."""
    return {
        "query": compile_portion(portion, planned, query),
        "sort": _NEWEST,
        "size": query.limit,
        "track_total_hits": False,
        "_source": _shown(TEXT, query),
    }


def _first(planned: Plan, query: Query) -> dict[str, Any]:
    """What is asked first: where there may be very many results, only how many, which decides how they are ranked."""
    if planned.tiers:
        return {"query": compile_filter(planned, query), "size": 0, "track_total_hits": MAX_WINDOW}
    return _spelled(_body(planned, query)) | {"from": query.offset}


def _counting(planned: Plan, query: Query, *, sample: bool) -> dict[str, Any]:
    """A search that counts facets."""
    matching = compile_filter(planned, query, sample=sample)
    return {"query": matching, "size": 0, "track_total_hits": False, "aggregations": _aggregations(query)}


def _body(planned: Plan, query: Query) -> dict[str, Any]:
    scored = bool(planned.groups)
    return {
        "query": compile_plan(planned, query),
        "sort": [{"_score": "desc"}, *_NEWEST] if scored else _NEWEST,
        "size": query.limit,
        "track_total_hits": MAX_WINDOW,
        "source_includes": _shown(TEXT if scored else ID, query),
    }


def _shown(field: str, query: Query) -> list[str]:
    """What is fetched of each hit: `field`, and what facets are counted by."""
    return [field, *_COUNTED] if query.facets else [field]


def _spelled(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body as it stands in a request for several searches, where nobody translates it."""
    rest = {name: value for name, value in body.items() if name != "source_includes"}
    return rest | {"_source": body["source_includes"]}


def _aggregations(query: Query) -> dict[str, Clause]:
    found: dict[str, Clause] = {
        name: {"terms": {"field": FIELDS[name], "size": FACET_VALUES}} for name in query.facets if name in FIELDS
    }
    if "validity" in query.facets:
        day = today(query)
        ranges = [
            {"key": "revoked", "from": f.REVOKED, "to": f.REVOKED + 1},
            {"key": "replaced", "from": f.REPLACED, "to": f.REPLACED + 1},
            {"key": "expired", "from": 0, "to": day},
            {"key": "running", "from": day},
        ]
        found["validity"] = {"range": {"field": f.VALID_END, "ranges": ranges}}
        found |= {name: {"filter": validity_clause(name, day)} for name in ("not_yet", "unknown")}
    return found


def _from_server(name: str, found: Mapping[str, Any]) -> Counted:
    buckets = found.get(name, {}).get("buckets", [])
    counts = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}
    if name != "validity":
        return ordered(counts.items())
    others = {other: int(found.get(other, {}).get("doc_count", 0)) for other in ("not_yet", "unknown")}
    ended = {other: counts.get(other, 0) for other in ("expired", "running", "revoked", "replaced")}
    return validity_counts(**ended, **others)
