"""The flow ``fixity``: each night, is everything still as it was taken in?

The ends of the chains of events are sealed, all is held against each other once, and objects are read again where the
last night stopped, no faster than ``SOHOA_FIXITY_RATE`` and no longer than ``SOHOA_FIXITY_MINUTES``.
"""

from __future__ import annotations

import logging

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

SCHEDULE = "20 2 * * *"
ACTOR = "fixity"
_log = logging.getLogger("sohoa.fixity")


@flow(name="fixity", persist_result=False)
def fixity() -> int:
    """Look, and return how many faults stand."""
    import catalog

    catalog.setup()
    catalog.ready()
    from catalog import events
    from preservation.fixity import faults

    with events.acting(ACTOR):
        seal()
        look()
        read()
    return faults.count()


@task(name="seal", persist_result=False, cache_policy=NO_CACHE)
def seal() -> int:
    """Write down elsewhere where the chains of events end."""
    from preservation.fixity import anchors

    return anchors.seal()


@task(name="look", persist_result=False, cache_policy=NO_CACHE)
def look() -> int:
    """Hold objects, rows, index and events against each other; gives how many things are not as they should be."""
    from core.settings import settings
    from flows.drain import search_index
    from preservation.fixity import looking
    from storage import open_store

    found = 0
    with search_index() as index:
        for finding in looking.look(open_store(settings().storage), index):
            _log.error("%s", finding.text)
            found += 1
    return found


@task(name="read", persist_result=False, cache_policy=NO_CACHE)
def read() -> int:
    """Read objects for this night; gives how many."""
    from core.settings import settings
    from preservation.fixity import reading
    from storage import open_store

    minutes = settings().fixity_minutes
    if not minutes:
        return 0
    wish = reading.Wish(rate=settings().fixity_rate, seconds=minutes * 60)
    done = reading.read(open_store(settings().storage), reading.opened_second(), wish)
    for finding in done.findings:
        _log.error("%s", finding.text)
    return done.objects
