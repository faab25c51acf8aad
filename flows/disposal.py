"""The flow ``disposal``: each night, decisions whose waiting time is over are carried out, and objects that could not
be erased before are tried again.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

SCHEDULE = "40 1 * * *"
ACTOR = "disposal"
_NEVER = threading.Event()
_log = logging.getLogger("sohoa.disposal")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one round."""

    disposed: int
    kept: int
    """Results of lists that were kept all the same."""
    erased: int
    """Objects."""
    waiting: int
    """Objects that could not be erased yet."""


@flow(name="disposal", persist_result=False)
def disposal() -> int:
    """Carry out what is due, and return how many results were disposed of."""
    import catalog

    catalog.setup()
    catalog.ready()
    return round_of_all()


@task(name="dispose", persist_result=False, cache_policy=NO_CACHE)
def round_of_all() -> int:
    """All decisions that are due, then their objects."""
    from preservation.retention import executing

    return carry_out(executing.due_today(), ACTOR).disposed


def carry_out(numbers: tuple[int, ...], actor: str, stop: threading.Event = _NEVER) -> Done:
    """Execute these decisions, erase the objects that are to go, write the ledger, and let search forget the results.

    Raises StageError, NotFoundError for the first decision that cannot be executed.
    """
    from preservation.retention import executing, ledger, objects

    outcomes = [executing.execute(number, actor, stop) for number in numbers]
    if outcomes:
        ledger.write()
    swept = objects.sweep(objects.stores(), stop)
    tell_search()
    return Done(
        sum(one.disposed for one in outcomes),
        sum(one.kept for one in outcomes),
        swept.erased,
        swept.locked + swept.waiting,
    )


def tell_search() -> None:
    """Let the index forget what was disposed of; where it is away, the next drain does."""
    from core.errors import ServiceError
    from flows.drain import PATIENCE, drain, search_index, writing

    try:
        with writing(PATIENCE) as mine, search_index() as index:
            if mine:
                drain(index, lambda told: None)
    except ServiceError as error:
        _log.warning("search learns of it later: %s", error)
