"""Results to search: one protocol (`SearchIndex`), embedded (tantivy) or Elasticsearch."""

from indexing.opening import open_index
from indexing.protocol import SearchIndex
from indexing.records import (
    Change,
    Delete,
    Highlight,
    Hit,
    Hits,
    Piece,
    Query,
    SearchDocument,
    Upsert,
    Visible,
)

__all__ = [
    "Change",
    "Delete",
    "Highlight",
    "Hit",
    "Hits",
    "Piece",
    "Query",
    "SearchDocument",
    "SearchIndex",
    "Upsert",
    "Visible",
    "open_index",
]
