"""Which results an index holds, and in which version: to compare with the catalog, a part at a time."""

from __future__ import annotations

from collections.abc import Iterator

import tantivy
from elasticsearch import Elasticsearch

from indexing.elastic_mapping import ID, LIVE
from indexing.embedded_query import LIVE as LIVE_HERE
from indexing.embedded_query import VERSION as VERSION_HERE

_AT_ONCE = 5_000
_VIEW_KEPT = "5m"


def of_embedded(schema: tantivy.Schema, searcher: tantivy.Searcher) -> Iterator[tuple[int, int]]:
    """Id and version of each result that can be found, by id, as `searcher` sees them."""
    live = (tantivy.Occur.Must, tantivy.Query.term_query(schema, LIVE_HERE, 1))
    last = -1
    while True:
        behind = tantivy.Query.range_query(schema, ID, tantivy.FieldType.Integer, last + 1, None)
        query = tantivy.Query.boolean_query([live, (tantivy.Occur.Must, behind)])
        hits = searcher.search(query, limit=_AT_ONCE, count=False, order_by_field=ID, order=tantivy.Order.Asc).hits
        if not hits:
            return
        versions = searcher.fast_field_values(VERSION_HERE, [address for _, address in hits])
        for (id_, _address), version in zip(hits, versions, strict=True):
            yield int(id_), int(version or 0)
        last = int(hits[-1][0])


def of_elastic(client: Elasticsearch, alias: str) -> Iterator[tuple[int, int]]:
    """The same of an alias, as it is when the first one is asked for."""
    view = client.open_point_in_time(index=alias, keep_alive=_VIEW_KEPT)["id"]
    after: list[int] | None = None
    try:
        while True:
            answer = client.search(
                pit={"id": view, "keep_alive": _VIEW_KEPT},
                size=_AT_ONCE,
                query={"term": {LIVE: True}},
                sort=[{ID: "asc"}],
                search_after=after,
                source=False,
                version=True,
                track_total_hits=False,
            )
            view = answer.get("pit_id", view)
            hits = answer["hits"]["hits"]
            if not hits:
                return
            for hit in hits:
                yield int(hit["_id"]), int(hit["_version"])
            after = hits[-1]["sort"]
    finally:
        client.close_point_in_time(id=view)
