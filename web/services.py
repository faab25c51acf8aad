"""The store and the index behind the pages: opened once for the process, used from many threads."""

from __future__ import annotations

from functools import lru_cache

import indexing
import storage
from core.settings import settings
from indexing import SearchIndex
from storage import ObjectStore
from web.aside import SHELF
from web.shelf import Shelf


@lru_cache(maxsize=1)
def store() -> ObjectStore:
    """The object store of the settings."""
    return storage.open_store(settings().storage)


@lru_cache(maxsize=1)
def index() -> SearchIndex:
    """The search index of the settings."""
    current = settings()
    return indexing.open_index(current.search_url, current.search_index, current.root / "index")


@lru_cache(maxsize=1)
def shelf() -> Shelf:
    """The archive files at hand."""
    return Shelf(settings().work / "web" / SHELF, store())
