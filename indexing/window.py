"""The bounds of what may be asked for at once."""

from __future__ import annotations

from core.errors import UsageError
from indexing.facets import check_facets
from indexing.records import MAX_WINDOW, Query


def check_query(query: Query) -> None:
    """Raise UsageError if `limit`, `offset` or `facets` of `query` are out of bounds."""
    check_facets(query)
    if query.limit < 0 or query.offset < 0:
        raise UsageError("limit and offset of a search are 0 or more")
    if query.limit + query.offset > MAX_WINDOW:
        raise UsageError(f"only the first {MAX_WINDOW} results can be listed: narrow the search by words or filters")
    if query.cursor is not None and query.offset:
        raise UsageError("a search goes on from a cursor or at an offset, not both")
