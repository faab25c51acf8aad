"""The flow ``quota_snapshot``: each night, how far all units are with their targets at the end of the day."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

SCHEDULE = "10 0 * * *"
ACTOR = "quota_snapshot"


@flow(name="quota_snapshot", persist_result=False)
def quota_snapshot() -> str:
    """Take the snapshot of the last day that ended, where there is none; return that day (empty: nothing to do).

    Where the machine was off for several nights, only the last of these days is counted: nobody knows any more how far
    units were on the others, so they stay a gap.
    """
    import catalog

    catalog.setup()
    catalog.ready()
    return take()


@task(name="take", persist_result=False, cache_policy=NO_CACHE)
def take() -> str:
    """Count and keep it; and the figures that dashboards read besides."""
    from quotas import figures, snapshots

    day = snapshots.missed()
    if day is None:
        return ""
    snapshots.take(day, ACTOR, snapshots.EARLY)
    figures.take(day)
    return str(day)


def due() -> bool:
    """Whether the last night was missed. False also where the catalog is not ready: then nothing can be taken."""
    import catalog
    from core.errors import SohoaError

    try:
        catalog.setup()
        catalog.ready()
        from quotas import snapshots

        return snapshots.missed() is not None
    except SohoaError:
        return False
    finally:
        catalog.close()
