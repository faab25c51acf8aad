"""The flow ``reindex``: the search index made anew from the catalog, beside the old one, then swapped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

CLOCKS_APART = timedelta(minutes=5)
"""How far the clocks of machines that write to the same catalog may be apart."""


@flow(name="reindex", persist_result=False)
def reindex() -> int:
    """Rebuild the index and return how many results it holds."""
    import catalog

    catalog.setup()
    catalog.ready()
    return rebuild()


@task(name="rebuild", persist_result=False, cache_policy=NO_CACHE)
def rebuild() -> int:
    """Build, swap, and then tell the new index of all that changed meanwhile."""
    from catalog import outbox
    from flows.drain import drain, search_document, search_index, writing

    with writing(wait=None), search_index() as index:
        began = datetime.now(UTC)
        index.rebuild(map(search_document, outbox.all_search_documents()))
        outbox.requeue(began - CLOCKS_APART)  # others may have told the old index meanwhile
        outbox.done_before(began - CLOCKS_APART)  # the new one was told of these while it was built
        drain(index, lambda told: None)
        return index.count()
