"""The catalog, the store and the index of this installation, opened when a command needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexing import SearchIndex
    from storage import ObjectStore


def open_catalog() -> None:
    """Set the catalog up for this process; ServiceError where it is away or ``sohoa init`` is still to be run."""
    import catalog

    catalog.setup()
    _require_restored()
    catalog.ready()


def open_accounts() -> None:
    """The same with the tables of people."""
    import catalog
    from web.settings import extras

    catalog.setup(extras())
    _require_restored()
    catalog.ready()


def _require_restored() -> None:
    """ServiceError where bringing everything back from a backup did not come to its end."""
    from catalog import restoring

    restoring.require_ended()


def open_store() -> ObjectStore:
    """The object store of the settings."""
    import storage
    from core.settings import settings

    return storage.open_store(settings().storage)


def open_index() -> SearchIndex:
    """The search index of the settings; the caller closes it."""
    import indexing
    from core.settings import settings

    current = settings()
    return indexing.open_index(current.search_url, current.search_index, current.root / "index")
