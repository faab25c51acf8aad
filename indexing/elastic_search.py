"""Asking Elasticsearch: one request for hits and facets, or for what follows a cursor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from indexing import fields as f
from indexing.cursor import Cursor
from indexing.elastic_mapping import ID, LABELS, TEXT
from indexing.elastic_query import Clause, compile_plan, validity_clause
from indexing.facets import FIELDS, Counted, Labels, ordered, today, validity_counts
from indexing.highlight import highlights
from indexing.query import ParsedQuery
from indexing.ranking import Plan
from indexing.records import FACET_VALUES, MAX_WINDOW, Hit, Hits, Query
from indexing.steps import Found

VIEW_KEPT = "5m"
"""How long the server keeps the state of the index that pages are cut from, after the last page."""

_NEWEST: list[dict[str, str]] = [{ID: "desc"}]
_ANSWER = ["hits.total", "hits.hits._id", "hits.hits._score", "hits.hits.sort", f"hits.hits._source.{TEXT}"]


class ElasticSearcher:
    """Searches behind one alias. Raises what the client raises."""

    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._client = client
        self._alias = alias
        self._labels = Labels(self._look_up)

    def run(self, planned: Plan, query: Query, parsed: ParsedQuery, cursor: Cursor | None) -> Found:
        """The hits of one step."""
        if cursor is not None:
            return self._after(planned, query, parsed, cursor)
        answer = self._client.search(
            index=self._alias, from_=query.offset, filter_path=[*_ANSWER, "aggregations"], **_body(planned, query)
        )
        return self._found(answer.body, planned, query, parsed)

    def _after(self, planned: Plan, query: Query, parsed: ParsedQuery, cursor: Cursor) -> Found:
        """What follows the cursor, in the state of the index that its first page after the start was cut from.

        That state is kept for some minutes; later, the pages go on in the present one.
        """
        place: list[float | int] = [cursor.score, cursor.id] if planned.groups else [cursor.id]
        body = _body(planned, query) | {"search_after": place}
        path = ["pit_id", *_ANSWER, "aggregations"]
        view = cursor.view or self._view()
        try:
            answer = self._client.search(pit={"id": view, "keep_alive": VIEW_KEPT}, filter_path=path, **body)
        except NotFoundError:
            view = self._view()
            answer = self._client.search(pit={"id": view, "keep_alive": VIEW_KEPT}, filter_path=path, **body)
        view = str(answer.body.get("pit_id", view))
        found = self._found(answer.body, planned, query, parsed, view)
        if found.last is None:
            self._client.close_point_in_time(id=view)
        return found

    def _view(self) -> str:
        return str(self._client.open_point_in_time(index=self._alias, keep_alive=VIEW_KEPT)["id"])

    def _found(
        self, answer: Mapping[str, Any], planned: Plan, query: Query, parsed: ParsedQuery, view: str = ""
    ) -> Found:
        raw = answer["hits"].get("hits", [])
        hits = tuple(
            Hit(
                int(hit["_id"]),
                round(hit.get("_score") or 0.0, 2),
                highlights(hit.get("_source", {}).get(TEXT, ""), parsed),
            )
            for hit in raw
        )
        total = answer["hits"]["total"]
        more = len(raw) == query.limit > 0
        last = (float(raw[-1].get("_score") or 0.0), int(raw[-1]["_id"])) if more else None
        facets = self._facets(answer.get("aggregations", {}), query)
        return Found(Hits(int(total["value"]), hits, total_exact=total["relation"] == "eq", facets=facets), last, view)

    def _facets(self, found: Mapping[str, Any], query: Query) -> dict[str, Counted]:
        facets: dict[str, Counted] = {}
        for name in query.facets:
            if name == "validity":
                facets[name] = _validity(found)
            else:
                buckets = found.get(name, {}).get("buckets", [])
                counted = ordered((str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets)
                facets[name] = self._labels.shown(name, counted)
        return facets

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


def _body(planned: Plan, query: Query) -> dict[str, Any]:
    scored = bool(planned.groups)
    return {
        "query": compile_plan(planned, query),
        "sort": [{"_score": "desc"}, *_NEWEST] if scored else _NEWEST,
        "size": query.limit,
        "track_total_hits": True if query.facets else MAX_WINDOW,
        "source_includes": [TEXT] if scored else [ID],
        "aggregations": _aggregations(query),
    }


def _aggregations(query: Query) -> dict[str, Clause] | None:
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
    return found or None


def _validity(found: Mapping[str, Any]) -> Counted:
    ranges = {bucket["key"]: int(bucket["doc_count"]) for bucket in found.get("validity", {}).get("buckets", [])}
    others = {name: int(found.get(name, {}).get("doc_count", 0)) for name in ("not_yet", "unknown")}
    return validity_counts(
        **{name: ranges.get(name, 0) for name in ("expired", "running", "revoked", "replaced")}, **others
    )
